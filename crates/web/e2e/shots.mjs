// Saves a picture of every page, in each size or those named, into the folder named:
// node shots.mjs FOLDER [pc] [phone] [small]
//
// For eyes, not for machines: look at them one by one beside the designs.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { OPEN, SIGNED_IN } from "./stories/pages.mjs";
import { PASSWORD, PC, PHONE, Person, SMALL_PHONE } from "./support/person.mjs";
import { newWorld } from "./support/world.mjs";

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error("Name a folder: node shots.mjs FOLDER [pc] [phone] [small]");
await mkdir(folder, { recursive: true });

const SIZES = { pc: PC, phone: PHONE, small: SMALL_PHONE };
/** What a sheet of A4 leaves to a page, in CSS pixels. */
const PAPER = { width: 680, height: 960 };
/** Guides that the list of pages does not name. */
const GUIDES = ["password", "delivery", "image-card", "customer-card", "locked", "notices"];
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
  for (const [size, viewport] of Object.entries(SIZES)) {
    if (wanted.length > 0 && !wanted.includes(size)) continue;
    await all(size, viewport);
    await english(size, viewport);
    await mistakes(size, viewport);
    await outside(size, viewport);
    await tokens(size, viewport);
  }
  await ends();
  await once("dark", PC, { colorScheme: "dark" });
  await once("forced", PC, { forcedColors: "active" });
  await once("print", PAPER);
} finally {
  await world.end();
}

async function all(size, viewport) {
  const hanako = await Person.at(world, "10000000001", viewport);
  for (const where of OPEN) await page(hanako, where, size);
  for (const guide of GUIDES) await page(hanako, `help/${guide}`, size);
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
  await hanako.page.fill("#amount", "5000");
  await save(hanako, "bank-own-transfer", size);
  await hanako.press("確認の画面へ");
  await save(hanako, "bank-check", size);
  await hanako.transferToSavedPayee("5000");
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
  await page(hanako, "bank:/transfers", size);
  await page(hanako, "bank:/accounts", size);
  await follow(hanako, "入出金明細", "bank-statement", size);
  await page(hanako, "bank:/payees", size);
  await follow(hanako, "削除", "bank-payee-deletion", size);
  await page(hanako, "notices", size);
  await hanako.page.locator(".lines a").first().click();
  await save(hanako, "notice", size);
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
  await save(azuma, "approve-declined", size);
  await azuma.press("もとの画面へもどる");
  await save(azuma, "bank-declined", size);
  await azuma.context.close();
}

/** The same pages for somebody who reads English. */
async function english(size, viewport) {
  const hanako = await Person.at(world, "10000000001", viewport, { locale: "en-GB" });
  await hanako.open("bank:/?lang=en");
  for (const where of OPEN) await page(hanako, where, size, "en");
  await hanako.page.goto(`${world.demo.bank}/`);
  await hanako.press("Go to sign-in");
  await hanako.page.fill("#login_id", hanako.loginId);
  await hanako.page.fill("#password", PASSWORD);
  await hanako.page.locator("button.main").click();
  await hanako.look();
  for (const where of SIGNED_IN) await page(hanako, where, size, "en");
  await hanako.open("bank:/own-transfers/new");
  await hanako.page.fill("#amount", "5000");
  await hanako.press("Go on to check");
  await save(hanako, "en-bank-check", size);
  await hanako.press("Go on to approve");
  await save(hanako, "en-approve", size);
  await hanako.page.check("#names");
  await save(hanako, "en-approve-names", size);
  await hanako.page.locator("button.danger").first().click();
  await save(hanako, "en-approve-declined", size);
  await hanako.context.close();
}

/** Everything about one-time passwords, up to the last step that would change something. */
async function tokens(size, viewport) {
  const nishiki = await Person.at(world, "10000000031", viewport);
  await nishiki.intoTheBank();
  await nishiki.transferToSavedPayee("3000");
  await save(nishiki, "approve-code", size);
  await nishiki.page.fill("#otp", "000000");
  await nishiki.press("実行");
  await save(nishiki, "approve-code-wrong", size);
  await nishiki.press("この振込をやめる");
  for (const where of ["overview", "otp"]) await page(nishiki, where, size, "31");
  await nishiki.context.close();

  const tsumugi = await Person.at(world, "10000000032", viewport);
  await tsumugi.signIn();
  await save(tsumugi, "sign_in-code", size);
  await tsumugi.context.close();

  const kaoru = await Person.at(world, "10000000033", viewport);
  for (const act of ["利用開始", "交換", "利用中止"]) {
    await kaoru.open("sign_in");
    await kaoru.press(act);
    await save(kaoru, `otp-${act}`, size);
  }
  await kaoru.open("sign_in");
  await kaoru.press("利用開始");
  await kaoru.page.fill("#login_id", kaoru.loginId);
  await kaoru.page.fill("#password", PASSWORD);
  await kaoru.press("次へ");
  await save(kaoru, "otp-form", size);
  const { serial } = await world.post.device(kaoru.loginId);
  await kaoru.page.fill("#serial", serial);
  await kaoru.page.fill("#otp", "000000");
  await kaoru.press("登録");
  await save(kaoru, "otp-card", size);
  await kaoru.context.close();

  const context = await world.browser.newContext({ viewport, locale: "ja-JP" });
  const anybody = { page: await context.newPage() };
  await anybody.page.goto(`${world.demo.outside}/tokens`);
  await save(anybody, "outside-tokens", size);
  await context.close();
}

/** What is shown once, after something is done for good; in each size. */
async function ends() {
  const end = async (person, name) => {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await person.page.setViewportSize(viewport);
      await save(person, name, size);
    }
    await person.context.close();
  };
  const hajime = await Person.at(world, "10000000006");
  await hajime.signIn();
  await hajime.open("card/loss");
  await hajime.page.getByText("写真に撮った・撮られた").click();
  await hajime.press("届け出る");
  await end(hajime, "loss-done");

  const keiko = await Person.at(world, "10000000003");
  const card = await world.post.imageCard(keiko.loginId);
  const old = await world.post.customerCard(keiko.loginId);
  await keiko.signIn();
  await keiko.open("card/switch");
  await keiko.page.getByLabel("上記注意事項を確認しました。").check();
  await keiko.typeNumbers(old);
  await keiko.choosePictures(card);
  await keiko.press("切替え");
  await end(keiko, "switched");

  const yuri = await Person.at(world, "10000000016");
  await yuri.signIn();
  await yuri.open("stop");
  await yuri.page.getByLabel("窓口での手続きまで使えなくなることを確認しました。").check();
  await yuri.press("インターネットバンキングを止める");
  await end(yuri, "stopped");
}

/** Forms that were sent as they should not be. */
async function mistakes(size, viewport) {
  const stranger = await Person.at(world, "99999999999", viewport);
  await stranger.signIn("not-the-password");
  await save(stranger, "wrong-sign_in", size);
  await stranger.page.getByRole("button", { name: "ソフトウェアキーボード入力" }).click();
  await save(stranger, "sign_in-keyboard", size);
  await sendEmpty(stranger, "stop", size);
  await stranger.context.close();

  const hanako = await Person.at(world, "10000000001", viewport);
  await hanako.signIn();
  for (const where of ["card/loss", "stop", "password", "notices", "bank:/payees/new"])
    await sendEmpty(hanako, where, size);
  await sendEmpty(hanako, "bank:/transfers/new?payee=new", size);
  await hanako.open("display");
  await hanako.page.evaluate(() => {
    document.querySelector("main input[name=csrf]").value = "of-another-window";
  });
  await hanako.page.locator("main button").first().click();
  await save(hanako, "stale-display", size);
  await hanako.context.close();

  const azuma = await Person.at(world, "10000000027", viewport);
  await azuma.signIn();
  await sendEmpty(azuma, "card/apply", size);
  await azuma.context.close();
  const keiko = await Person.at(world, "10000000003", viewport);
  await keiko.signIn();
  await sendEmpty(keiko, "card/switch", size);
  await keiko.context.close();
}

async function sendEmpty(person, where, size) {
  await person.open(where);
  const form = person.page.locator("main form").first();
  // Asked too often, the switch rests for a while and shows no form.
  if ((await form.count()) === 0) return;
  await form.evaluate((it) => {
    it.noValidate = true;
  });
  await Promise.all([person.page.waitForEvent("load"), form.evaluate((it) => it.requestSubmit())]);
  await save(person, `wrong-${where.replace(/[^a-z0-9_]+/gi, "-")}`, size);
}

/** The customer's letter box and mails. */
async function outside(size, viewport) {
  const context = await world.browser.newContext({ viewport, locale: "ja-JP" });
  const person = { page: await context.newPage() };
  for (const where of ["mail", "post"]) {
    await person.page.goto(`${world.demo.outside}/${where}`);
    await save(person, `outside-${where}`, size);
  }
  await person.page.goto(`${world.demo.outside}/mail`);
  await person.page.locator(".lines a").first().click();
  await save(person, "outside-one-mail", size);
  await context.close();
}

/** A few pages in other colours, or as they come out of a printer. */
async function once(name, viewport, options = {}) {
  const fuyu = await Person.at(world, "10000000026", viewport, options);
  await fuyu.signIn();
  const media = name === "print" ? name : null;
  const shot = async (where) => {
    await fuyu.page.emulateMedia({ media });
    await save(fuyu, where, name);
    await fuyu.page.emulateMedia({ media: null });
  };
  for (const where of ["overview", "log", "card/loss", "bank:/menu", "bank:/accounts"]) {
    await fuyu.open(where);
    await shot(where.replace(/[^a-z0-9_]+/gi, "-"));
  }
  await follow(fuyu, "入出金明細");
  await shot("bank-statement");
  await fuyu.transferToSavedPayee("5000");
  await shot("approve");
  await fuyu.press("この振込をやめる");
  await shot("approve-declined");
  await fuyu.press("もとの画面へもどる");
  await shot("bank-declined");
  await fuyu.open("sign_in");
  await shot("sign_in");
  await fuyu.context.close();
}

/** The first link that begins like this, and what comes. */
async function follow(person, name, as, size) {
  await person.page.getByRole("link", { name }).first().click();
  await person.look();
  if (as) await save(person, as, size);
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
