// A customer before a browser: reads what stands there, presses what is named, and is stopped by
// anything not in order.

import assert from "node:assert/strict";

import { inOrder, strictCookies, watch } from "./watch.mjs";

/** The password of everybody in the cast who has chosen one. */
export const PASSWORD = "seki-no-tooshi";

export const PC = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const SMALL_PHONE = { width: 360, height: 640 };

/** One customer with one browser. */
export class Person {
  /** `options`: what a browser context takes, besides `viewport`. */
  static async at(world, loginId, viewport = PC, options = {}) {
    const context = await world.browser.newContext({ viewport, locale: "ja-JP", ...options });
    context.scripted = options.javaScriptEnabled !== false;
    return new Person(world, loginId, context, await context.newPage());
  }

  constructor(world, loginId, context, page) {
    Object.assign(this, { world, loginId, context, page, complaints: watch(page) });
    page.setDefaultTimeout(10_000);
  }

  /** The same person, in a second window of the same browser. */
  async secondWindow() {
    return new Person(this.world, this.loginId, this.context, await this.context.newPage());
  }

  async leave() {
    await strictCookies(this.context);
    await this.context.close();
  }

  /** Opens an address of the bank (`bank:/menu`) or of sekisho's pages for it (`overview`). */
  async open(where) {
    const { bank, sekisho } = this.world.demo;
    const url = where.startsWith("bank:") ? bank + where.slice(5) : `${sekisho}/i/kaku/${where}`;
    await this.page.goto(url);
    await this.look();
  }

  /** The page must be in order; then its heading. */
  async look() {
    await this.page.waitForLoadState("load");
    await inOrder(this.page, this.complaints);
    return this.heading();
  }

  async heading() {
    return (await this.page.locator("h1").innerText()).trim();
  }

  /** The page must have this heading. */
  async sees(heading) {
    assert.equal(await this.heading(), heading, this.page.url());
  }

  /** The page must say this somewhere. */
  async reads(words) {
    const all = (await this.page.locator("body").innerText()).replace(/\s+/g, "");
    assert.ok(
      all.includes(words.replace(/\s+/g, "")),
      `「${words}」 on ${this.page.url()}:\n${all}`,
    );
  }

  /** Presses a button or follows a link by its name, and looks at what comes. */
  async press(name) {
    const named = { name, exact: true };
    const target = this.page
      .getByRole("button", named)
      .or(this.page.getByRole("link", named))
      .first();
    await target.click();
    await this.look();
  }

  async type(label, text) {
    await this.page.getByLabel(label, { exact: false }).first().fill(text);
  }

  /** From the bank's first page to sekisho's sign-in and as far as sekisho then leads. */
  async signIn(password = PASSWORD) {
    await this.open("bank:/");
    await this.press("ログインへ進む");
    await this.fillSignIn(password);
  }

  async fillSignIn(password = PASSWORD, loginId = this.loginId) {
    await this.page.fill("#login_id", loginId);
    await this.page.fill("#password", password);
    await this.press("ログイン");
  }

  /** Leaves the interstitial behind, if there is one. */
  async later() {
    const later = this.page.getByRole("link", { name: "今はしない" });
    if (await later.count()) await this.press("今はしない");
  }

  /** Signs in and stands in the bank's menu. */
  async intoTheBank() {
    await this.signIn();
    await this.later();
    await this.sees("メニュー");
  }

  /** From the menu to the page that asks: a transfer to a saved payee. */
  async transferToSavedPayee(yen) {
    await this.open("bank:/transfers/new");
    await this.page
      .getByRole("link", { name: "この方へ振込" })
      .or(this.page.getByText("この方へ振込"))
      .first()
      .click();
    await this.look();
    await this.page.fill("#amount", yen);
    await this.press("確認の画面へ");
    await this.press("認証へ進む");
  }

  /** From the menu to the page that asks: money from one's own account to one's own account. */
  async ownTransfer(yen) {
    await this.open("bank:/own-transfers/new");
    await this.page.fill("#amount", yen);
    await this.press("確認の画面へ");
    await this.press("認証へ進む");
  }

  /** The places asked, as the map and the panels tell them: they must agree (U-22). */
  async asked() {
    const found = await this.page.evaluate(() => {
      const panels = [...document.querySelectorAll("fieldset.panel")];
      const rows = [...document.querySelectorAll("table.map tbody tr")];
      const columns = [...document.querySelectorAll("table.map thead th")].map((th) =>
        th.textContent.trim(),
      );
      const onMap = {};
      for (const row of rows) {
        [...row.querySelectorAll("td")].forEach((cell, at) => {
          if (cell.dataset.m)
            onMap[cell.dataset.m] = row.querySelector("th").textContent.trim() + columns[at];
        });
      }
      return panels.map((panel) => ({
        mark: panel.dataset.m,
        prompt: panel
          .querySelector("legend")
          .textContent.match(/([A-E])行([0-9])列/)
          .slice(1, 3)
          .join(""),
        onMap: onMap[panel.dataset.m],
        names: [...panel.querySelectorAll(".name")].map((name) => name.textContent.trim()),
        values: [...panel.querySelectorAll("input")].map((input) => input.value),
      }));
    });
    for (const { mark, prompt, onMap } of found) assert.equal(prompt, onMap, `mark ${mark}`);
    return found;
  }

  /** Chooses the pictures of `card` at the places asked; `wrong`: another one at the last. */
  async choosePictures(card, { wrong = false } = {}) {
    const asked = await this.asked();
    for (const [at, { mark, prompt, names }] of asked.entries()) {
      const right = card.at(prompt[0], prompt[1]);
      const chosen =
        wrong && at === asked.length - 1 ? names.find((name) => name !== right) : right;
      assert.ok(names.includes(chosen), `${chosen} among ${names.join(" ")}`);
      await this.page
        .locator(`fieldset.panel[data-m="${mark}"]`)
        .getByLabel(chosen, { exact: true })
        .check();
    }
  }

  /** Types the numbers of a customer card, with full-width digits when `wide`. */
  async typeNumbers(card, { wrong = false, wide = false } = {}) {
    for (const label of await this.page
      .locator("label:has-text('（')")
      .filter({ hasText: /^\(\d\)/ })
      .all()) {
      const position = (await label.innerText()).match(/（(.)）/)[1];
      const right = card.at(position);
      const shown = wrong ? [...right].map((digit) => (Number(digit) + 1) % 10).join("") : right;
      await this.page.fill(`#${await label.getAttribute("for")}`, wide ? fullWidth(shown) : shown);
    }
  }
}

/** Digits as a Japanese keyboard gives them. */
export function fullWidth(digits) {
  return digits.replace(/[0-9]/g, (digit) => String.fromCodePoint(digit.codePointAt(0) + 0xfee0));
}
