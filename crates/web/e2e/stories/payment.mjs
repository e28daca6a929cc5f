// Paying: the approval page with an image card, on every size of screen, by keyboard alone, and without script.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PC, PHONE, Person, SMALL_PHONE } from "../support/person.mjs";
import { approveByKeyboard, keyboardTo } from "../support/keyboard.mjs";

const HANAKO = "10000000001";
const FUYU = "10000000026";
const MINAMI = "10000000029";

export function paymentStories(world) {
  let hanako;
  let card;

  // K-07, U-19, U-20, U-21, E-22
  test("a transfer to a saved payee asks for two places of the image card, and a reload asks the same", async () => {
    hanako = await Person.at(world, HANAKO);
    card = await world.post.imageCard(HANAKO);
    await hanako.intoTheBank();
    await hanako.transferToSavedPayee("12,345".replace(",", ""));
    await hanako.sees("お取引の認証");
    await hanako.reads("12,345");
    const asked = await hanako.asked();
    assert.equal(asked.length, 2);
    assert.notEqual(asked[0].prompt, asked[1].prompt);
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
    await hanako.open("bank:/accounts/1/statement");
    const rows = await hanako.page.locator("tbody tr").filter({ hasText: "12,345" }).count();
    assert.equal(rows, 1, "one booking");
    await world.post.mailed(HANAKO, "認証しました");
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
    await hanako.open(`bank:/menu`);
    await hanako.page.goto(page);
    await hanako.look();
    await hanako.reads("認証しました");
    assert.equal(await hanako.page.getByRole("button", { name: "実行", exact: true }).count(), 0);
  });

  // E-17
  test("a question in a second window voids the one in the first", async () => {
    await hanako.ownTransfer("800");
    const second = await hanako.secondWindow();
    await second.ownTransfer("900");
    await hanako.choosePictures(card);
    await hanako.press("実行");
    await hanako.reads("この認証は終わりました");
    await second.choosePictures(card);
    await second.press("実行");
    await second.reads("900");
    await hanako.leave();
  });

  for (const [what, login, size] of [["a phone", FUYU, PHONE], ["a small phone", MINAMI, SMALL_PHONE]]) {
    // K-07, U-19, A-11
    test(`${what} pays: to a saved payee, and between one's own accounts`, async () => {
      const person = await Person.at(world, login, size);
      const own = await world.post.customerCard(login);
      await person.intoTheBankWithAnyCard();
      for (const pay of [() => person.transferToSavedPayee("1500"), () => person.ownTransfer("2500")]) {
        await pay();
        await person.sees("お取引の認証");
        await person.answerWithAnyCard(own);
        await person.press("実行");
        await person.reads("完了");
      }
      await person.leave();
    });
  }
}
