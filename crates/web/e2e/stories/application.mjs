// From the offer after sign-in to a card in use: the three steps of the notices (U-06).

import assert from "node:assert/strict";
import { test } from "node:test";

import { Person, PHONE, fullWidth } from "../support/person.mjs";

const TARO = "10000000002";
const KEIKO = "10000000003";

export function applicationStories(world) {
  let taro;

  // U-01, U-06, U-07, U-10, U-11, K-05, K-11
  test("after sign-in a customer without an image card is offered one", async () => {
    taro = await Person.at(world, TARO);
    await taro.signIn();
    await taro.sees("画像認証カードの申込");
    await taro.reads("手数料はかかりません");
    for (const step of ["お申込み", "画像認証カードの受領", "画像認証カードへの切替え"])
      await taro.reads(step);
    await taro.press("申込へ進む");
    await taro.reads("架空県みほん市");
    await taro.reads("このページのご利用ガイド");
  });

  // U-12, U-13
  test("a postcode that is not the registered one orders nothing", async () => {
    await taro.type("郵便番号 上3桁", "765");
    await taro.type("郵便番号 下4桁", "4321");
    await taro.press("申込");
    await taro.sees("画像認証カードの申込");
    await taro.reads("郵便番号が、お届けの住所と合いません");
    assert.match(await taro.page.title(), /^エラー：/);
    assert.equal((await world.post.letters(TARO)).filter(isImageCard).length, 0);
  });

  // U-11, U-14, K-13, E-01
  test("full-width digits order the card; a second application shows the first", async () => {
    await taro.type("郵便番号 上3桁", fullWidth("123"));
    await taro.type("郵便番号 下4桁", fullWidth("4567"));
    await taro.press("申込");
    await taro.sees("お申込みの完了");
    await taro.reads("簡易書留でお届けします");
    await taro.press("次へ進む");
    await taro.open("card/apply");
    await taro.reads("にお申込みをいただいています");
    assert.equal(await taro.page.getByRole("button", { name: "申込", exact: true }).count(), 0);
    await world.post.mailed(TARO, "新しいカードをお作りします");
  });

  // U-15, K-12
  test("the office makes and posts the card; until the switch the customer card pays", async () => {
    const desk = await world.browser.newPage();
    await desk.goto(`${world.demo.outside}/post`);
    await desk.getByRole("button", { name: "作成して発送する" }).click();
    await desk.waitForURL("**/post");
    await desk.close();
    assert.equal((await world.post.letters(TARO)).filter(isImageCard).length, 1);
    await taro.open("card/order");
    await taro.reads("簡易書留で発送しました");

    const old = await world.post.customerCard(TARO);
    await taro.transferToSavedPayee("3000");
    await taro.sees("お取引の認証");
    await taro.reads("お客様カード");
    await taro.typeNumbers(old, { wide: true });
    await taro.press("実行");
    await taro.reads("3,000");
    await taro.reads("完了");
  });

  // U-08, U-16 to U-21, U-23, U-24, K-10, K-14, E-22, E-24
  test("a wrong answer at the switch changes nothing of the question", async () => {
    const [card, old] = await bothCards(world, TARO);
    await taro.open("overview");
    await taro.press("画像認証カード切替え");
    await taro.reads("撮影禁止");
    await taro.reads(card.number);
    const asked = await taro.asked();
    await taro.page.getByLabel("上記注意事項を確認しました。").check();
    await taro.typeNumbers(old);
    await taro.choosePictures(card, { wrong: true });
    await taro.press("切替え");
    await taro.sees("画像認証カード切替え");
    await taro.reads("一致しないところがありました");
    assert.deepEqual(await taro.asked(), asked, "same places, same panels, same order");
  });

  // U-22, U-25, K-15, E-03
  test("the right pictures and the old card's numbers put the new card in use", async () => {
    const [card, old] = await bothCards(world, TARO);
    const notice = taro.page.getByLabel("上記注意事項を確認しました。");
    await notice.check();
    await taro.typeNumbers(old);
    await taro.choosePictures(card);
    await taro.press("切替え");
    await taro.sees("切替えの完了");
    await taro.reads("お客様カードは使えなくなりました");
    await world.post.mailed(TARO, "切り替えました");

    await taro.transferToSavedPayee("1000");
    await taro.reads("画像認証");
    await taro.choosePictures(card);
    await taro.press("実行");
    await taro.reads("1,000");
    await taro.reads("完了");
    await taro.leave();
  });

  // U-16, U-17
  test("the switch works on a phone as well", async () => {
    const keiko = await Person.at(world, KEIKO, PHONE);
    const [card, old] = await bothCards(world, KEIKO);
    await keiko.signIn();
    await keiko.open("card/switch");
    await keiko.page.getByLabel("上記注意事項を確認しました。").check();
    await keiko.typeNumbers(old);
    await keiko.choosePictures(card);
    await keiko.press("切替え");
    await keiko.sees("切替えの完了");
    await keiko.leave();
  });
}

async function bothCards({ post }, loginId) {
  return [await post.imageCard(loginId), await post.customerCard(loginId)];
}

function isImageCard(letter) {
  return letter.what === "画像認証カード";
}
