// One-time passwords: paying with a hardware token, signing in with it, 利用開始 and 利用中止 before
// the sign-in, and what goes wrong.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PASSWORD, PHONE, Person, fullWidth } from "../support/person.mjs";

const NISHIKI = "10000000031";
const TSUMUGI = "10000000032";
const KAORU = "10000000033";
const AOI = "10000000034";
const PERIOD_S = 30;

export function otpStories(world) {
  const code = async (loginId) => (await world.post.device(loginId)).code;
  /** The next code that was never used. */
  const next = async (loginId) => {
    await world.turnClock(PERIOD_S);
    return code(loginId);
  };

  // T-02, T-03
  test("a transfer is approved by the code of a hardware token", async () => {
    const nishiki = await Person.at(world, NISHIKI);
    await nishiki.intoTheBank();
    await nishiki.transferToSavedPayee("3000");
    await nishiki.sees("お取引の認証");
    await nishiki.page.fill("#otp", fullWidth(await code(NISHIKI)));
    await nishiki.press("実行");
    await nishiki.reads("3,000");
    await nishiki.reads("完了");
    await nishiki.leave();
  });

  // E-14, E-15
  test("a code that was used is refused, costs no try, and the next one does", async () => {
    const nishiki = await Person.at(world, NISHIKI, PHONE);
    await nishiki.intoTheBank();
    await nishiki.transferToSavedPayee("1000");
    const used = await next(NISHIKI);
    await nishiki.page.fill("#otp", used);
    await nishiki.press("実行");
    await nishiki.reads("完了");
    await nishiki.transferToSavedPayee("2000");
    await nishiki.page.fill("#otp", used);
    await nishiki.press("実行");
    await nishiki.reads("この番号は使用済みです");
    await nishiki.reads("回数に数えていません");
    await nishiki.page.fill("#otp", wrong(used));
    await nishiki.press("実行");
    await nishiki.reads("あと1回");
    await nishiki.page.fill("#otp", await next(NISHIKI));
    await nishiki.press("実行");
    await nishiki.reads("2,000");
    await nishiki.reads("完了");
    await nishiki.leave();
  });

  // Y-12, C-07
  test("who has chosen so signs in with a code, on the phone as well", async () => {
    for (const viewport of [undefined, PHONE]) {
      const tsumugi = await Person.at(world, TSUMUGI, viewport);
      await tsumugi.signIn();
      await tsumugi.sees("ワンタイムパスワード認証");
      const shown = await next(TSUMUGI);
      await tsumugi.page.fill("#otp", wrong(shown));
      await tsumugi.press("ログイン");
      await tsumugi.reads("一致しませんでした");
      await tsumugi.page.fill("#otp", shown);
      await tsumugi.press("ログイン");
      await tsumugi.later();
      await tsumugi.sees("メニュー");
      await tsumugi.leave();
    }
  });

  // T-06, T-07
  test("利用開始 leads from the sign-in page over serial and code to the card", async () => {
    const kaoru = await Person.at(world, KAORU);
    await start(kaoru, PASSWORD);
    const { serial, code } = await world.post.device(KAORU);
    await kaoru.page.fill("#serial", serial.toLowerCase());
    await kaoru.page.fill("#otp", code);
    await kaoru.page.getByText("認証する", { exact: true }).click();
    await kaoru.press("登録");
    const card = await world.post.imageCard(KAORU);
    await kaoru.choosePictures(card, { wrong: true });
    await kaoru.press("実行");
    await kaoru.reads("一致しませんでした");
    await kaoru.choosePictures(card);
    await kaoru.press("実行");
    await kaoru.reads("ワンタイムパスワードの利用をはじめました");
    await world.post.mailed(KAORU, "利用を開始しました");

    await kaoru.signIn();
    await kaoru.sees("ワンタイムパスワード認証");
    await kaoru.page.fill("#otp", await next(KAORU));
    await kaoru.press("ログイン");
    await kaoru.open("overview");
    await kaoru.reads(serial);
    await kaoru.leave();
  });

  // E-10, A-12
  test("before the sign-in an unknown contract and a wrong password look the same", async () => {
    const said = [];
    for (const [loginId, password] of [
      ["99999999999", PASSWORD],
      [KAORU, "not-the-password"],
    ]) {
      const stranger = await Person.at(world, loginId);
      await start(stranger, password);
      said.push((await stranger.page.locator("main").innerText()).replaceAll(loginId, ""));
      await stranger.leave();
    }
    assert.equal(said[0], said[1]);
  });

  // T-08, C-15
  test("利用中止 asks password, code and card; then the card pays again", async () => {
    const kaoru = await Person.at(world, KAORU, PHONE);
    await kaoru.open("sign_in");
    await kaoru.press("利用中止");
    await identify(kaoru, PASSWORD);
    await kaoru.page.fill("#otp", await next(KAORU));
    await kaoru.press("次へ");
    const card = await world.post.imageCard(KAORU);
    await kaoru.choosePictures(card);
    await kaoru.press("実行");
    await kaoru.reads("利用を中止しました");
    await world.post.mailed(KAORU, "利用を中止しました");
    await kaoru.intoTheBank();
    await kaoru.transferToSavedPayee("1000");
    await kaoru.choosePictures(card);
    await kaoru.press("実行");
    await kaoru.reads("完了");
    await kaoru.leave();
  });

  // §2.5
  test("a locked token approves nothing, and says whom to ask", async () => {
    const aoi = await Person.at(world, AOI);
    await aoi.intoTheBank();
    await aoi.open("overview");
    await aoi.reads("ロック");
    await aoi.leave();
  });

  //
  test("without JavaScript a code pays as well", async () => {
    const nishiki = await Person.at(world, NISHIKI, undefined, { javaScriptEnabled: false });
    await nishiki.intoTheBank();
    await nishiki.transferToSavedPayee("1500");
    await nishiki.page.fill("#otp", await next(NISHIKI));
    await nishiki.press("実行");
    await nishiki.reads("完了");
    await nishiki.leave();
  });
}

async function start(person, password) {
  await person.open("sign_in");
  await person.press("利用開始");
  await identify(person, password);
}

async function identify(person, password) {
  await person.page.fill("#login_id", person.loginId);
  await person.page.fill("#password", password);
  await person.press("次へ");
}

/** Another code of as many digits. */
function wrong(code) {
  return [...code].map((digit) => (Number(digit) + 1) % 10).join("");
}
