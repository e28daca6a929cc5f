// Codes against the published values of RFC 4226 and RFC 6238 (vectors/oath.json).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { halves, hotp, secondsLeft, stepAt, totp } from "../totp.js";

const OATH = JSON.parse(await readFile(new URL("../../../../vectors/oath.json", import.meta.url)));

/** An HMAC key as the app holds it: nobody can read it. */
function unreadable(hex, hash) {
  const bytes = Buffer.from(hex, "hex");
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign"]);
}

// T-01
test("counters give the codes of RFC 4226", async () => {
  const { seed, algorithm, digits, values } = OATH.hotp;
  const key = await unreadable(seed, algorithm);
  assert.equal(values.length, 10);
  for (const { counter, code } of values)
    assert.equal(await hotp(key, counter, digits), code, `${counter}`);
});

// T-01
test("times give the codes of RFC 6238, with each hash and with steps beyond 32 bits", async () => {
  const { seeds, digits, period_s, values } = OATH.totp;
  assert.deepEqual(Object.keys(seeds), ["SHA-1", "SHA-256", "SHA-512"]);
  for (const [hash, seed] of Object.entries(seeds)) {
    const key = await unreadable(seed, hash);
    for (const { unix_s, step, codes } of values) {
      assert.equal(stepAt(unix_s * 1000, period_s), step);
      assert.equal(await totp(key, unix_s * 1000, { period_s, digits }), codes[hash]);
    }
  }
});

// T-01, Y-07
test("a code lasts until its step ends, and the last second is one", () => {
  for (const [nowMs, period, left] of [
    [0, 30, 30],
    [1, 30, 30],
    [1_000, 30, 29],
    [29_000, 30, 1],
    [29_999, 30, 1],
    [30_000, 30, 30],
    [59_999, 60, 1],
    [60_000, 60, 60],
  ]) {
    assert.equal(secondsLeft(nowMs, period), left, `${nowMs}`);
  }
});

test("a code is read in two halves", () => {
  assert.equal(halves("482915"), "482 915");
  assert.equal(halves("04829150"), "0482 9150");
});
