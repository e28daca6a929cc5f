// The first sign-in, loss and stop, sessions that end, and what a stranger may not learn.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PASSWORD, PC, PHONE, Person } from "../support/person.mjs";

const JIRO = "10000000004";
const NISHIKO = "10000000028";
const YURI = "10000000016";
const SHIKI = "10000000009";
const SURE = "窓口での手続きまで使えなくなることを確認しました。";
const HAJIME = "10000000006";
const STOPPED = "10000000018";
const CANCELLED = "10000000020";
const NOBODY = "99999999999";
const CHOSEN = "yama-no-mukou-no-sekisho";

export function safetyStories(world) {
  // A-02, §2.2
  test("who has never signed in comes with the letter's password and must choose one", async () => {
    const jiro = await Person.at(world, JIRO, PHONE);
    await jiro.signIn(await world.post.initialPassword(JIRO));
    await jiro.sees("パスワードの変更");
    await jiro.page.fill("#new", "short");
    await jiro.page.fill("#again", "short");
    await jiro.page.getByRole("button", { name: "変更する" }).click();
    await jiro.look();
    await jiro.sees("パスワードの変更");
    await jiro.page.fill("#new", CHOSEN);
    await jiro.page.fill("#again", CHOSEN);
    await jiro.press("変更する");
    await jiro.later();
    await jiro.sees("メニュー");
    await jiro.leave();
  });

  //
  test("unknown, wrong, stopped and cancelled all get the same refusal", async () => {
    const told = [];
    const tries = [
      [NOBODY, "nobody-is-here"],
      [SHIKI, "this-is-wrong"],
      [STOPPED, PASSWORD],
      [CANCELLED, PASSWORD],
    ];
    for (const [loginId, password] of tries) {
      const stranger = await Person.at(world, loginId);
      await stranger.signIn(password);
      await stranger.sees("ログイン");
      await stranger.reads("契約者IDまたはパスワードが一致しません");
      const main = await stranger.page.locator("main").innerText();
      told.push(main.replaceAll(loginId, ""));
      await stranger.leave();
    }
    assert.equal(new Set(told).size, 1, "one refusal for everything a stranger may not learn");
  });

  // E-25
  test("a photographed card is reported without blame, and another is ordered", async () => {
    const hajime = await Person.at(world, HAJIME);
    await hajime.signIn();
    await hajime.open("card/loss");
    await hajime.page.getByText("写真に撮った・撮られた").click();
    await hajime.press("届け出る");
    await hajime.sees("お届けの完了");
    await hajime.reads("お知らせいただき、ありがとうございました");
    await hajime.leave();
  });

  // §2.1, §2.10
  test("who is signed in stops everything at once, and cannot come in again", async () => {
    const yuri = await Person.at(world, YURI);
    await yuri.signIn();
    await yuri.open("stop");
    await yuri.page.getByLabel(SURE).check();
    await yuri.press("インターネットバンキングを止める");
    await yuri.sees("利用停止を受け付けました");
    await world.post.mailed(YURI, "停止");
    await yuri.signIn();
    await yuri.reads("契約者IDまたはパスワードが一致しません");
    await yuri.leave();
  });

  //
  test("who cannot sign in stops with one factor; a wrong one says nothing", async () => {
    const nishiko = await Person.at(world, NISHIKO, PHONE);
    const proofs = [
      [NOBODY, PASSWORD],
      [NISHIKO, "not-the-password"],
      [NISHIKO, PASSWORD],
    ];
    const said = [];
    for (const [loginId, proof] of proofs) {
      await nishiko.open("stop");
      await nishiko.page.fill("#login_id", loginId);
      await nishiko.page.fill("#proof", proof);
      await nishiko.page.getByLabel(SURE).check();
      await nishiko.press("インターネットバンキングを止める");
      said.push((await nishiko.page.locator("main").innerText()).replaceAll(loginId, ""));
    }
    assert.equal(said[0], said[1], "a stranger does not learn whether there is such a contract");
    await nishiko.sees("利用停止を受け付けました");
    await nishiko.signIn();
    await nishiko.reads("契約者IDまたはパスワードが一致しません");
    await nishiko.leave();
  });

  // U-03, U-05
  test("the mandatory date is told on the page of sign-in", async () => {
    const anybody = await Person.at(world, "", PC);
    await anybody.open("sign_in");
    await anybody.reads("2027年4月1日（木）からの振込・振替に必要です");
    await anybody.leave();
  });

  // §2.10
  test("ten quiet minutes end the session", async () => {
    const hanako = await Person.at(world, "10000000001");
    await hanako.signIn();
    await hanako.open("overview");
    await hanako.sees("認証手段の確認・変更");
    await world.turnClock(11 * 60);
    await hanako.page.reload();
    await hanako.look();
    assert.notEqual(await hanako.heading(), "認証手段の確認・変更");
    await hanako.leave();
  });
}
