// Every page, one by one, on every size and with large text: axe finds nothing and nothing
// overflows.

import { test } from "node:test";

import { PC, Person, SMALL_PHONE } from "../support/person.mjs";

/** Pages that anybody may open. */
export const OPEN = [
  "bank:/",
  "bank:/nowhere",
  "sign_in",
  "sign_in/trouble",
  "sign_in/code",
  "environment",
  "otp/start",
  "otp/exchange",
  "otp/stop",
  "otp/form",
  "otp/card",
  "otp/result",
  "stop",
  "display",
  "signed_out",
  "help",
  "help/sign-in",
  "help/apply",
  "help/switch",
  "help/image-card",
  "help/customer-card",
  "help/one-time-password",
  "help/token",
  "nowhere",
  "approve/apr_01m7vncdx3e3zbpamptxnpn4sa",
];

/** Pages of somebody who is signed in and has an image card. */
export const SIGNED_IN = [
  "bank:/menu",
  "bank:/accounts",
  "bank:/transfers/new",
  "bank:/transfers/new?payee=new",
  "bank:/own-transfers/new",
  "bank:/transfers",
  "bank:/payees",
  "bank:/payees/new",
  "",
  "overview",
  "otp",
  "card/loss",
  "card/order",
  "stop",
  "log",
  "notices",
  "display",
  "password",
];

const HANAKO = "10000000001";
const TWICE = 2;

export function pageStories(world) {
  //
  test("every page on a PC", () => look(world, PC));

  //
  test("every page at 360 pixels", () => look(world, SMALL_PHONE));

  //
  test("every page with text of 200 percent", () => look(world, PC, TWICE));

  //
  test("every page at 320 pixels, as a PC shows it at 400 percent", () =>
    look(world, { width: 320, height: 256 }));
}

async function look(world, size, text = 1) {
  const hanako = await Person.at(world, HANAKO, size);
  if (text > 1) await largeText(hanako.page, text);
  for (const where of OPEN) await hanako.open(where);
  await hanako.signIn();
  for (const where of SIGNED_IN) await hanako.open(where);
  await hanako.leave();
}

/** The text alone grows, as browsers offer it; everything is measured in rem. */
async function largeText(page, times) {
  await page.addInitScript((factor) => {
    addEventListener("DOMContentLoaded", () => {
      const root = document.documentElement;
      root.style.fontSize = `${Number.parseFloat(getComputedStyle(root).fontSize) * factor}px`;
    });
  }, times);
}
