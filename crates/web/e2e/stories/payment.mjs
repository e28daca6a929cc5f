// Paying: the approval page with an image card, on every size of screen, by keyboard alone, and
// without script.

import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseByKeyboard, followByKeyboard, typeByKeyboard } from "../support/keyboard.mjs";
import { PASSWORD, PC, PHONE, Person, SMALL_PHONE } from "../support/person.mjs";

const HANAKO = "10000000001";
const FUYU = "10000000026";
const AZUMA = "10000000027";
const MINAMI = "10000000029";

export function paymentStories(world) {
  let hanako;
  let card;

  // K-07, K-08, K-09, U-19 to U-21, E-22
  test("a transfer asks for two places of the image card, and a reload asks the same", async () => {
    hanako = await Person.at(world, HANAKO);
    card = await world.post.imageCard(HANAKO);
    await hanako.intoTheBank();
    await hanako.transferToSavedPayee("12345");
    await hanako.sees("お取引の認証");
    await hanako.reads("12,345");
    const asked = await hanako.asked();
    assert.equal(asked.length, 2);
    assert.notEqual(asked[0].prompt, asked[1].prompt);
    for (const { names } of asked) {
      assert.ok(
        names.some((name) => !card.names.includes(name)),
        "pictures beyond the card's",
      );
    }
    await hanako.page.reload();
    await hanako.look();
    assert.deepEqual(await hanako.asked(), asked);
  });

  // K-07, E-22
  test("a wrong picture is counted, and the message does not tell which", async () => {
    const asked = await hanako.asked();
    await hanako.choosePictures(card, { wrong: true });
    await hanako.press("実行");
    await hanako.reads("選ばれた絵がカードと一致しませんでした");
    assert.deepEqual(await hanako.asked(), asked);
  });

  // E-23, §2.10
  test("a double click on 実行 books once; mails, statement and log tell it", async () => {
    await hanako.choosePictures(card);
    await hanako.page.getByRole("button", { name: "実行", exact: true }).dblclick();
    await hanako.page.waitForURL("**/transfers/**");
    await hanako.look();
    await hanako.reads("12,345");
    await hanako.reads("完了");
    await hanako.open("bank:/accounts");
    await hanako.press("入出金明細");
    const rows = await hanako.page.locator("tbody tr").filter({ hasText: "12,345" }).count();
    assert.equal(rows, 1, "one booking");
    await world.post.mailed(HANAKO, "お取引を認証しました");
    await hanako.open("log");
    await hanako.reads("お取引の認証");
    await hanako.open("notices");
    await hanako.reads("認証");
  });

  // E-23
  test("the back button after an approval shows its end and approves nothing again", async () => {
    await hanako.ownTransfer("700");
    const page = hanako.page.url();
    await hanako.choosePictures(card);
    await hanako.press("実行");
    await hanako.open("bank:/menu");
    await hanako.page.goto(page);
    await hanako.look();
    await hanako.reads("認証しました");
    assert.equal(await hanako.page.getByRole("button", { name: "実行", exact: true }).count(), 0);
  });

  // E-17
  test("a question on the phone voids the one on the PC", async () => {
    await hanako.ownTransfer("800");
    const phone = await Person.at(world, HANAKO, PHONE);
    await phone.intoTheBank();
    await phone.ownTransfer("900");
    await hanako.choosePictures(card);
    await hanako.press("実行");
    await hanako.reads("この認証は終わりました");
    await phone.choosePictures(card);
    await phone.press("実行");
    await phone.reads("900");
    await phone.reads("完了");
    await phone.leave();
  });

  // E-17, E-23
  test("of two windows of one browser the later one asks, the first cannot be opened", async () => {
    await hanako.intoTheBank();
    await hanako.ownTransfer("810");
    const second = await hanako.secondWindow();
    await second.ownTransfer("910");
    await hanako.choosePictures(card);
    await hanako.press("実行");
    await hanako.sees("この画面は開けません");
    await second.choosePictures(card);
    await second.press("実行");
    await second.reads("910");
    await second.reads("完了");
    await hanako.leave();
  });

  // K-07, U-19
  test("a phone pays a saved payee, and between one's own accounts", () =>
    onPhone(world, FUYU, PHONE));

  // K-07, U-19
  test("so does a phone of 360 pixels", () => onPhone(world, MINAMI, SMALL_PHONE));

  // U-19, U-22
  test("the keyboard alone is enough, from the bank's first page to the booking", async () => {
    const minami = await Person.at(world, MINAMI);
    const card = await world.post.imageCard(MINAMI);
    await minami.open("bank:/");
    await followByKeyboard(minami, "ログインへ進む");
    await typeByKeyboard(minami, "login_id", MINAMI);
    await typeByKeyboard(minami, "password", PASSWORD);
    await followByKeyboard(minami, "ログイン");
    await minami.sees("メニュー");
    await followByKeyboard(minami, "振替");
    await typeByKeyboard(minami, "amount", "1234");
    await followByKeyboard(minami, "確認の画面へ");
    await followByKeyboard(minami, "認証へ進む");
    for (const { mark, prompt } of await minami.asked()) {
      await chooseByKeyboard(minami, mark, card.at(prompt[0], prompt[1]));
    }
    await followByKeyboard(minami, "実行");
    await minami.reads("1,234");
    await minami.reads("完了");
    await minami.leave();
  });

  // K-01
  test("without JavaScript a customer card pays: two positions, in their order", async () => {
    const azuma = await Person.at(world, AZUMA, PC, { javaScriptEnabled: false });
    const own = await world.post.customerCard(AZUMA);
    await azuma.intoTheBank();
    await azuma.transferToSavedPayee("4000");
    await azuma.reads("確認用パスワード");
    assert.equal(await azuma.page.locator("table.matrix thead th").count(), 8);
    assert.equal(await azuma.page.locator("table.matrix td.on").count(), 2);
    await azuma.typeNumbers(own, { wrong: true });
    await azuma.press("実行");
    await azuma.reads("入力された数字がカードと一致しませんでした");
    await azuma.typeNumbers(own);
    await azuma.press("実行");
    await azuma.reads("完了");
    await azuma.leave();
  });

  // U-22, K-07
  test("without JavaScript an image card pays as well", async () => {
    const fuyu = await Person.at(world, FUYU, PHONE, { javaScriptEnabled: false });
    await fuyu.intoTheBank();
    await fuyu.ownTransfer("1100");
    await fuyu.choosePictures(await world.post.imageCard(FUYU));
    await fuyu.press("実行");
    await fuyu.reads("完了");
    await fuyu.leave();
  });

  // E-23
  test("a transfer that is declined on the approval page is not booked", async () => {
    const fuyu = await Person.at(world, FUYU, PHONE);
    await fuyu.intoTheBank();
    await fuyu.transferToSavedPayee("6600");
    await fuyu.press("この振込をやめる");
    await fuyu.reads("やめました");
    await fuyu.open("bank:/transfers");
    await fuyu.reads("6,600");
    await fuyu.leave();
  });
}

async function onPhone(world, loginId, size) {
  const person = await Person.at(world, loginId, size);
  const card = await world.post.imageCard(loginId);
  await person.intoTheBank();
  for (const pay of ["transferToSavedPayee", "ownTransfer"]) {
    await person[pay]("1500");
    await person.sees("お取引の認証");
    await person.choosePictures(card);
    await person.press("実行");
    await person.reads("完了");
  }
  await person.leave();
}
