// Saves a picture of every page, on a PC and on a phone, into the folder named: node shots.mjs
// FOLDER
//
// For eyes, not for machines: look at them one by one beside the designs.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { OPEN, SIGNED_IN } from "./stories/pages.mjs";
import { PC, PHONE, Person } from "./support/person.mjs";
import { newWorld } from "./support/world.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("Name a folder: node shots.mjs FOLDER");
await mkdir(folder, { recursive: true });

const SIZES = { pc: PC, phone: PHONE };
/** Customers who see what others do not. */
const OTHERS = {
  10000000003: ["overview", "card/switch", "card/order"],
  10000000006: ["card/order", "card/apply"],
  10000000007: ["card/order"],
  10000000010: ["overview"],
  10000000012: ["overview"],
  10000000014: ["overview", "card/switch", "card/switch?proof=code"],
  10000000015: ["card/order"],
  10000000027: ["card/offer", "card/apply"],
};

const world = newWorld();
await world.begin();
try {
  for (const [size, viewport] of Object.entries(SIZES)) await all(size, viewport);
  await once("dark", { colorScheme: "dark" });
  await once("forced", { forcedColors: "active" });
  await once("print", {}, true);
} finally {
  await world.end();
}

async function all(size, viewport) {
  const hanako = await Person.at(world, "10000000001", viewport);
  for (const where of OPEN) await page(hanako, where, size);
  await hanako.signIn();
  for (const where of SIGNED_IN) await page(hanako, where, size);
  await paying(hanako, size);
  for (const [loginId, pages] of Object.entries(OTHERS)) {
    const other = await Person.at(world, loginId, viewport);
    await other.signIn();
    await save(other, `${loginId.slice(-2)}-first`, size);
    for (const where of pages) await page(other, where, size, loginId.slice(-2));
    await other.context.close();
  }
  await withNumbers(viewport, size);
}

/** The approval page with an image card, before, wrong and after. */
async function paying(hanako, size) {
  await hanako.open("bank:/own-transfers/new");
  await hanako.page.fill("#amount", "50000");
  await save(hanako, "bank-own-transfer", size);
  await hanako.press("確認の画面へ");
  await save(hanako, "bank-check", size);
  await hanako.transferToSavedPayee("50000");
  await hanako.page.screenshot({ path: join(folder, `approve-first-screen-${size}.png`) });
  await save(hanako, "approve", size);
  const card = await world.post.imageCard("10000000001");
  await hanako.choosePictures(card, { wrong: true });
  await save(hanako, "approve-chosen", size);
  await hanako.press("実行");
  await save(hanako, "approve-wrong", size);
  await hanako.choosePictures(card);
  await hanako.press("実行");
  await save(hanako, "bank-result", size);
  await hanako.page.goBack();
  await save(hanako, "approve-ended", size);
  await hanako.context.close();
}

/** The approval page with a customer card, and the declined end. */
async function withNumbers(viewport, size) {
  const azuma = await Person.at(world, "10000000027", viewport);
  await azuma.signIn();
  await azuma.later();
  await azuma.transferToSavedPayee("12000");
  await save(azuma, "approve-numbers", size);
  await azuma.press("この振込をやめる");
  await save(azuma, "bank-declined", size);
  await azuma.context.close();
}

async function once(name, options, printed = false) {
  const fuyu = await Person.at(world, "10000000026", PC, options);
  await fuyu.signIn();
  for (const where of ["overview", "sign_in"]) await page(fuyu, where, name);
  await fuyu.transferToSavedPayee("50000");
  if (printed) await fuyu.page.emulateMedia({ media: "print" });
  await save(fuyu, "approve", name);
  if (printed) await fuyu.page.emulateMedia({ media: null });
  await fuyu.press("この振込をやめる");
  await fuyu.context.close();
}

async function page(person, where, size, before = "") {
  await person.open(where);
  await save(
    person,
    [before, where.replace(/[^a-z0-9_]+/gi, "-") || "home"].filter(Boolean).join("-"),
    size,
  );
}

/** The whole page in a window as tall as it is: what sticks to the window stands at its place. */
async function save(person, name, size) {
  const window = person.page.viewportSize();
  const height = await person.page.evaluate(() => document.documentElement.scrollHeight);
  await person.page.setViewportSize({ ...window, height: Math.max(height, window.height) });
  await person.page.screenshot({ path: join(folder, `${name}-${size}.png`) });
  await person.page.setViewportSize(window);
}
