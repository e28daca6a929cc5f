// What comes from outside: letters and cards in the letter box, mails in the inbox, and the
// clock of the sandbox.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 300;

/** A letter box of the demo, and the mails. */
export class Post {
  constructor(demo) {
    this.demo = demo;
  }

  /** Everything posted to a customer, newest first: what it is, and the addresses of its files. */
  async letters(loginId) {
    const html = await this.#text("/post");
    const rows = html.split("<tr>").filter((row) => row.includes(`>${loginId}<`));
    return rows.map((row) => ({
      what: row.match(/<td>([^<]*)<\/td><td><a/)?.[1],
      files: Object.fromEntries(
        [...row.matchAll(/href="(\/post\/[^"]+\/([^"/]+))"/g)].map(([, url, name]) => [name, url]),
      ),
    }));
  }

  /** The newest image card: `at("B", "8")` is the name of the picture there, `names` are all. */
  async imageCard(loginId) {
    const files = await this.#files(loginId, "画像認証カード");
    const card = await this.#line(files["cards.ndjson"]);
    const names = JSON.parse(await this.#text(files["pictures.json"]));
    const place = (row, column) => "ABCDE".indexOf(row) * 10 + "1234567890".indexOf(column);
    const printed = card.cells.map((cell) => names[cell].name);
    return {
      number: card.card_number,
      names: printed,
      at: (row, column) => printed[place(row, column)],
    };
  }

  /** The newest customer card: `at("ア")` is what is printed there. */
  async customerCard(loginId) {
    const files = await this.#files(loginId, "お客様カード");
    const card = await this.#line(files["cards.ndjson"]);
    return { number: card.card_number, at: (position) => card.positions[position] };
  }

  /** The initial password, as printed in its letter. */
  async initialPassword(loginId) {
    const files = await this.#files(loginId, "初期ログインパスワードのお知らせ");
    return (await this.#line(files["letters.ndjson"])).password;
  }

  /** The hardware token of a customer: what stands on its back, and what its button shows. */
  async device(loginId) {
    const html = await this.#text("/tokens");
    const device = html.split("<section").find((section) => section.includes(`>${loginId}<`));
    assert.ok(device, `${loginId} has a hardware token`);
    const shown = device.match(/class="digits"[^>]*>([\d ]+)</)[1];
    return { serial: device.match(/id="([^"]+)"/)[1], code: shown.replaceAll(" ", "") };
  }

  /** Subjects of the mails to a customer, newest first. */
  async subjects(loginId) {
    const html = await this.#text("/mail");
    const rows = html.split("<li>").filter((row) => row.includes(`${loginId}@mail.example`));
    return rows.map((row) => row.replace(/<[^>]*>/g, " "));
  }

  /** Waits until a mail whose line holds `words` has reached a customer. */
  async mailed(loginId, words, withinMs = 20_000) {
    const until = Date.now() + withinMs;
    for (;;) {
      const subjects = await this.subjects(loginId);
      if (subjects.some((subject) => subject.includes(words))) return;
      assert.ok(
        Date.now() < until,
        `no mail 「${words}」 for ${loginId}, but ${subjects.join(" / ")}`,
      );
      await pause(LOOK_EVERY_MS);
    }
  }

  /** The text of the newest mail to a customer whose line holds `words`. */
  async mail(loginId, words) {
    const html = await this.#text("/mail");
    const rows = html.split("<li>").filter((row) => row.includes(`${loginId}@mail.example`));
    const row = rows.find((it) => it.includes(words));
    assert.ok(row, `${loginId} has got 「${words}」`);
    const text = await this.#text(row.match(/href="(\/mail\/[^"]+)"/)[1]);
    return text.replace(/<[^>]*>/g, " ");
  }

  async #files(loginId, what) {
    const found = (await this.letters(loginId)).find((letter) => letter.what === what);
    assert.ok(found, `${loginId} has got ${what}`);
    return found.files;
  }

  async #line(path) {
    return JSON.parse((await this.#text(path)).split("\n")[0]);
  }

  async #text(path) {
    const reply = await fetch(`${this.demo.outside}${path}`);
    assert.equal(reply.status, 200, path);
    return reply.text();
  }
}
