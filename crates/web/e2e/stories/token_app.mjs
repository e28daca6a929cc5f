// The token app: from its first page to a token the bank takes, without a network, in English, in
// large type; and what it says when something is lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PASSWORD, PC, PHONE, Person, SMALL_PHONE } from "../support/person.mjs";

const FUYU = "10000000026";
const SERIAL = /SKTS[0-9A-HJKMNP-TV-Z]{8}/;

export function tokenAppStories(world) {
  let fuyu;
  let serial;

  // T-01, T-05, T-06, A-08
  test("the app makes itself a serial and shows the code of its own key", async () => {
    fuyu = await Person.at(world, FUYU, PHONE);
    await openApp(fuyu);
    await fuyu.sees("ワンタイムパスワードをはじめます");
    await fuyu.reads("先に、ホーム画面に追加してください");
    await begin(fuyu);
    await fuyu.sees("シリアル番号ができました");
    await fuyu.reads("「利用開始」を選び");
    serial = (await fuyu.page.locator(".token .code").innerText()).trim();
    assert.match(serial, SERIAL);
    await fuyu.press("番号の画面へ");
    await agrees(fuyu, serial);
    await fuyu.reads("利用開始の手続きがまだです");
  });

  // §2.5, stack.md pitfall 16
  test("its keys can be used and not read", async () => {
    const read = await fuyu.page.evaluate(async (wanted) => {
      const open = indexedDB.open("sekisho-token-app");
      await new Promise((done) => (open.onsuccess = done));
      const get = open.result.transaction("tokens").objectStore("tokens").get(wanted);
      await new Promise((done) => (get.onsuccess = done));
      open.result.close();
      const { seedKey, deviceKey } = get.result;
      const tries = ["raw", "jwk", "pkcs8"].flatMap((form) =>
        [seedKey, deviceKey].map((key) => crypto.subtle.exportKey(form, key)),
      );
      const ends = await Promise.allSettled(tries);
      return {
        ends: ends.map(({ status }) => status),
        kept: JSON.stringify([Object.entries(localStorage), document.cookie]),
        parts: Object.keys(get.result),
      };
    }, serial);
    assert.deepEqual(read.ends, Array(6).fill("rejected"));
    assert.ok(!read.kept.includes("Key"), read.kept);
    assert.ok(!read.parts.includes("appKey"), "the key of the agreement is thrown away");
  });

  // T-06, A-07
  test("the bank takes its serial and code, and the app learns that it is in use", async () => {
    const card = await world.post.imageCard(FUYU);
    const desk = await Person.at(world, FUYU, PC);
    await desk.open("sign_in");
    await desk.press("利用開始");
    await desk.page.fill("#login_id", FUYU);
    await desk.page.fill("#password", PASSWORD);
    await desk.press("次へ");
    await desk.page.fill("#serial", serial);
    await desk.page.fill("#otp", await fresh(fuyu));
    await desk.page.getByText("認証しない", { exact: true }).click();
    await desk.press("登録");
    await desk.choosePictures(card);
    await desk.press("実行");
    await desk.reads("ワンタイムパスワードの利用をはじめました");

    await openApp(fuyu);
    await fuyu.page.getByText("このトークンについて").click();
    await fuyu.page.getByText("利用開始済みです").waitFor();
    await fuyu.look();

    await desk.intoTheBank();
    await desk.transferToSavedPayee("2600");
    await desk.page.fill("#otp", await next(world, fuyu));
    await desk.press("実行");
    await desk.reads("完了");
    await desk.leave();
  });

  // E-13
  test("a clock that is wrong is said in words, and the code is right all the same", async () => {
    await world.turnClock(125);
    await openApp(fuyu);
    await fuyu.page.getByText("端末の時計がずれています").waitFor();
    await fuyu.look();
    await fuyu.reads("このアプリは、正しい時刻に直して番号を表示しています");
    await agrees(fuyu, serial);
  });

  // T-05
  test("without a network it opens and shows the code", async () => {
    await fuyu.page.evaluate(() => navigator.serviceWorker.ready);
    await fuyu.context.setOffline(true);
    await fuyu.page.reload();
    await fuyu.page.locator(".digits").waitFor();
    await fuyu.look();
    await agrees(fuyu, serial);
    await fuyu.press("使い方");
    await fuyu.sees("使い方");
    await fuyu.press("もどる");
    await fuyu.context.setOffline(false);
  });

  // §2.5
  test("a token of the same phone is hidden until asked, and goes only after a warning", async () => {
    await fuyu.press("＋ トークンを追加する");
    await begin(fuyu);
    await fuyu.press("番号の画面へ");
    assert.equal(await fuyu.page.locator(".digits").count(), 1, "one code at a time");
    await fuyu.page.getByRole("button", { name: /番号を表示/ }).click();
    await fuyu.look();
    assert.equal(await fuyu.page.locator(".digits").count(), 1);
    await fuyu.page.getByRole("button", { name: "大きく表示" }).click();
    await fuyu.look();
    await fuyu.page.keyboard.press("Escape");
    await fuyu.page.getByText("このトークンについて").last().click();
    await fuyu.page.getByRole("link", { name: "このトークンを消す" }).click();
    await fuyu.look();
    await fuyu.reads("先に新しいトークンへの「交換」");
    await fuyu.press("消す");
    await fuyu.reads("確認のうえ、チェックを入れてください");
    await fuyu.page.getByRole("checkbox").check();
    await fuyu.press("消す");
    await fuyu.page.locator(".digits").waitFor();
    assert.equal(await fuyu.page.locator(".token").count(), 1);
    await fuyu.reads(serial);
  });

  // Y-10
  test("ids from the mail are read as people type them, and only where ids are issued", async () => {
    const stranger = await Person.at(world, FUYU, SMALL_PHONE, { serviceWorkers: "block" });
    await openApp(stranger, "#issued");
    await stranger.sees("ワンタイムパスワードをはじめます");
    // An institution that issues tokens, as far as the app is told.
    await stranger.page.route("**/institution.json", async (route) => {
      const told = await (await route.fetch()).json();
      await route.fulfill({ json: { ...told, provisioning: "bank_issue" } });
    });
    await openApp(stranger, "#issued");
    await stranger.page.getByRole("heading", { name: "初期設定", exact: true }).waitFor();
    await stranger.press("送信");
    await stranger.reads("サービスIDは数字8桁で入力してください");
    await stranger.page.fill("#service-id", "１００２ ００３０");
    await stranger.page.fill("#user-id", "4821907365");
    await stranger.page.fill("#start-password", "271828");
    const sent = stranger.page.waitForRequest("**/app/v1/registrations");
    await stranger.page.getByRole("button", { name: "送信" }).click();
    const message = JSON.parse((await sent).postData());
    assert.deepEqual([message.service_id, message.user_id], ["10020030", "4821907365"]);
    assert.ok(!JSON.stringify(message).includes("271828"), "the start password stays here");
    await stranger.page.getByText("この方法ではご利用になれません").waitFor();
    await stranger.look();
    await stranger.leave();
  });

  //
  test("English, 360 pixels, large type and text of 200 percent", async () => {
    for (const times of [1, 2]) {
      const reader = await Person.at(world, FUYU, SMALL_PHONE, { locale: "en-GB" });
      if (times > 1) await largeText(reader.page, times);
      await openApp(reader);
      await reader.sees("Set up your one-time password");
      await reader.page.locator(".btn.main").click();
      await reader.page.locator(".digits").waitFor();
      await reader.look();
      await reader.page.getByText("Large", { exact: true }).click();
      await reader.press("To the codes");
      await reader.press("Help");
      await reader.press("日本語");
      await reader.sees("使い方");
      await openApp(reader);
      await reader.reads("シリアル番号");
      assert.equal(await reader.page.locator("#text-large").isChecked(), true);
      await reader.leave();
    }
  });

  //
  test("in the dark, and in forced colours", async () => {
    for (const colours of [{ colorScheme: "dark" }, { forcedColors: "active" }]) {
      const reader = await Person.at(world, FUYU, PHONE, colours);
      await openApp(reader);
      await begin(reader);
      await reader.press("番号の画面へ");
      await reader.leave();
    }
  });

  // §2.5, stack.md pitfall 16
  test("when the phone has thrown the keys away, that is said, with the way back", async () => {
    const serials = await fuyu.page.evaluate(async () => {
      const marked = Object.keys(JSON.parse(localStorage.getItem("sekisho-tokens")));
      // All that scripts have written goes, as a phone does it; the server's cookie stays.
      localStorage.clear();
      for (const name of await caches.keys()) await caches.delete(name);
      for (const worker of await navigator.serviceWorker.getRegistrations())
        await worker.unregister();
      const gone = indexedDB.deleteDatabase("sekisho-token-app");
      await new Promise((done) => (gone.onsuccess = done));
      return marked;
    });
    assert.deepEqual(serials, [serial]);
    await openApp(fuyu);
    await fuyu.page.getByText("トークンがこの端末から消えています").waitFor();
    await fuyu.look();
    await fuyu.reads(serial);
    await fuyu.reads("再発行");
    await fuyu.press("確認しました");
    await openApp(fuyu);
    assert.equal(await fuyu.page.getByText("消えています").count(), 0);
    await begin(fuyu);
    assert.notEqual((await fuyu.page.locator(".token .code").innerText()).trim(), serial);
    await fuyu.leave();
  });
}

/** Opens the app and waits until it has drawn itself. */
async function openApp(person, where = "") {
  const { page } = person;
  // A blank page between makes it a visit of its own, not a step to a part of the same page.
  await page.goto("about:blank");
  await page.goto(`${person.world.demo.sekisho}/i/kaku/app/${where}`);
  await page.locator("h1").waitFor({ state: "attached" });
  await person.look();
}

async function begin(person) {
  await person.page.getByRole("button", { name: "はじめる", exact: true }).click();
  await person.page.locator(".digits").waitFor();
  await person.look();
}

/** The code as the eye sees it. */
async function shown(person) {
  const halves = await person.page.locator(".digits .half").allInnerTexts();
  return halves.join("");
}

/** A code with time left to type it. */
export async function fresh(person) {
  const left = async () => Number(await person.page.locator(".ring text").first().textContent());
  while ((await left()) < 8) await person.page.waitForTimeout(500);
  return shown(person);
}

/** The code after the present one: the server's clock is turned, and the app learns of it. */
export async function next(world, person) {
  const before = await shown(person);
  await world.turnClock(30);
  await openApp(person);
  for (;;) {
    const code = await fresh(person);
    if (code !== before) return code;
    await person.page.waitForTimeout(500);
  }
}

/** The code that is shown is the one computed here. */
async function agrees(person, serial) {
  // Whatever is read within the next seconds is of one step.
  await fresh(person);
  assert.equal(await shown(person), await computed(person, serial));
}

/** The code after RFC 6238, written here again, of the step the server's clock is in. */
function computed(person, serial) {
  return person.page.evaluate(async (wanted) => {
    const open = indexedDB.open("sekisho-token-app");
    await new Promise((done) => (open.onsuccess = done));
    const ask = (store, key) => {
      const request = open.result.transaction(store).objectStore(store).get(key);
      return new Promise((done) => (request.onsuccess = () => done(request.result)));
    };
    const { seedKey } = await ask("tokens", wanted);
    const clock = await ask("settings", "clock");
    open.result.close();
    const step = Math.floor((Date.now() + (clock?.offsetMs ?? 0)) / 30_000);
    const counter = new Uint8Array(8);
    for (let at = 7, rest = step; at >= 0; at--, rest = Math.floor(rest / 256))
      counter[at] = rest % 256;
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", seedKey, counter));
    const at = mac[31] & 15;
    const bits = [0, 1, 2, 3].reduce((all, i) => all * 256 + mac[at + i], 0) % 2 ** 31;
    return String(bits % 1_000_000).padStart(6, "0");
  }, serial);
}

/** The text alone grows, as browsers offer it. */
async function largeText(page, times) {
  await page.addInitScript((factor) => {
    addEventListener("DOMContentLoaded", () => {
      const root = document.documentElement;
      root.style.fontSize = `${Number.parseFloat(getComputedStyle(root).fontSize) * factor}px`;
    });
  }, times);
}
