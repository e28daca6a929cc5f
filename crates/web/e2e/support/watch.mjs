// What must hold on every page, whoever looks at it: axe finds nothing, nothing overflows, no
// script complains, and the headers and cookies are strict.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The size of the text, which a script keeps. */
const READ_BY_SCRIPT = "__Host-sekisho-text";

/** Notes what goes wrong in a page while it is used; `complaints` must stay empty. */
export function watch(page) {
  const complaints = [];
  page.on("console", (message) => {
    const expected =
      message.location().url.endsWith("/favicon.ico") || /status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !expected) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("response", (response) => {
    if (response.request().resourceType() === "document") complaints.push(...loose(response));
  });
  return complaints;
}

/** What a document's headers leave open. */
function loose(response) {
  const headers = response.headers();
  if (response.status() >= 300 && response.status() < 400) return [];
  const policy = headers["content-security-policy"] ?? "";
  const wrong = [];
  const said = (holds, what) => holds || wrong.push(`${response.url()}: ${what}`);
  said(/default-src 'none'|default-src 'self'/.test(policy), `content security policy: ${policy}`);
  said(!/unsafe-inline|unsafe-eval|\*/.test(policy), `loose content security policy: ${policy}`);
  said(/frame-ancestors 'none'/.test(policy), "may be framed");
  said(headers["x-content-type-options"] === "nosniff", "its type may be guessed");
  return wrong;
}

/** Fails unless the page that is open is in order. */
export async function inOrder(page, complaints) {
  const where = page.url();
  assert.deepEqual(complaints, [], where);
  const wide = await page.evaluate(() => {
    const root = document.scrollingElement;
    return root.scrollWidth > root.clientWidth ? `${root.scrollWidth} > ${root.clientWidth}` : "";
  });
  assert.equal(wide, "", `${where} overflows`);
  assert.deepEqual(await violations(page), [], where);
}

/** What axe finds, a line each. */
async function violations(page) {
  if (!page.context().scripted) return [];
  await page.evaluate(AXE);
  const found = await page.evaluate((rules) => {
    return window.axe.run(document, {
      runOnly: { type: "tag", values: rules },
      resultTypes: ["violations"],
    });
  }, RULES);
  return found.violations.flatMap((rule) =>
    rule.nodes.map(
      (node) => `${rule.id}: ${node.target.join(" ")} (${node.failureSummary ?? rule.help})`,
    ),
  );
}

/** Fails unless every cookie is bound to its host and unreachable for scripts. */
export async function strictCookies(context) {
  for (const cookie of await context.cookies()) {
    assert.match(cookie.name, /^__Host-/, "the name binds it to the host");
    assert.ok(cookie.secure && cookie.path === "/", cookie.name);
    const open = cookie.name === READ_BY_SCRIPT;
    assert.ok(cookie.httpOnly || open, `${cookie.name} is out of reach for scripts`);
    assert.notEqual(cookie.sameSite, "None", cookie.name);
  }
}
