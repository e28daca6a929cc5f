// Both languages say the same things, and nothing is asked for that they do not say.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import en from "../texts.en.js";
import ja from "../texts.ja.js";
import { kindOfDevice } from "../device.js";
import { bare } from "../setting_up.js";

/** Names of the month and the day's number stand differently in the two. */
const DATE = "day-and-time";

const filled = (sentence) => [...new Set(sentence.match(/\{\w+\}/g))].sort();

test("the languages have the same sentences, with the same things filled in", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(ja).sort());
  for (const key of Object.keys(ja).filter((key) => key !== DATE)) {
    assert.deepEqual(filled(en[key]), filled(ja[key]), key);
    for (const sentence of [ja[key], en[key]]) {
      assert.equal(sentence.split("**").length % 2, 1, `${key}: what is bold ends`);
      assert.ok(!/[<>&]/.test(sentence), `${key} is a text`);
    }
  }
});

test("every sentence is used, and every one that is asked for is there", async () => {
  const folder = new URL("../", import.meta.url);
  const names = (await readdir(folder)).filter((name) => /^\w+\.js$/.test(name));
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, folder), "utf8")));
  const code = sources.join("\n");
  for (const [, key] of code.matchAll(/\bt\("([\w-]+)"/g)) assert.ok(key in ja, key);
  const written = new Set([...code.matchAll(/["`]([^"`\s]+)["`]/g)].map(([, text]) => text));
  // `keep-${way}` stands for every sentence that begins so.
  const patterns = [...written]
    .filter((text) => /\$\{/.test(text) && /[a-z]-|-[a-z]{2}/.test(text))
    .map((text) => text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[^\w-]/g, "\\$&")))
    .map((parts) => new RegExp(`^${parts.join("[\\w-]+")}$`));
  const used = (key) => written.has(key) || patterns.some((pattern) => pattern.test(key));
  assert.deepEqual(Object.keys(ja).filter((key) => !used(key)), []);
});

test("ids are read as people type them", () => {
  assert.equal(bare("１００２ ００３０"), "10020030");
  assert.equal(bare(" 4821-907-365\u3000"), "4821907365");
});

test("a device is told by what it says of itself", () => {
  const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Safari/604.1";
  const tablet = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15";
  const android = "Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/150.0.0.0 Mobile Safari/537.36";
  assert.equal(kindOfDevice(iphone, 5), "ios");
  assert.equal(kindOfDevice(tablet, 5), "ios");
  assert.equal(kindOfDevice(tablet, 0), "pc");
  assert.equal(kindOfDevice(android, 5), "android");
});
