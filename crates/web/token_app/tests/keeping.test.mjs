// What is learned of the clock, what is missed in the store, and the proofs of the device key.

import assert from "node:assert/strict";
import { test } from "node:test";

import { corrected, inDoubt, inWords, isOff, learned } from "../clock.js";
import { appOf, proof } from "../doors.js";
import { fromBase64url } from "../bytes.js";
import { keepMarker, marker, missing } from "../store.js";

const NOON = Date.parse("2026-11-20T12:00:00.000+09:00");

// E-13
test("the offset is the server's time less the middle of the trip", () => {
  const known = learned("2026-11-20T12:01:00.000+09:00", NOON, NOON + 200);
  assert.deepEqual(known, { offsetMs: 59_900, atMs: NOON + 200 });
  assert.equal(corrected(NOON + 1_000, known), NOON + 60_900);
  assert.ok(isOff(known, 30) && !isOff(known, 60));
  assert.deepEqual(inWords(known), { minutes: 1, seconds: 0, ahead: false });
});

// E-13
test("what may be the way of the answer is not corrected; a slow answer teaches nothing", () => {
  assert.equal(learned("2026-11-20T12:00:01.000+09:00", NOON, NOON + 100).offsetMs, 0);
  assert.equal(learned("2026-11-20T12:01:00.000+09:00", NOON, NOON + 6_000), null);
  assert.equal(learned("later", NOON, NOON), null);
  assert.equal(corrected(NOON, null), NOON);
  assert.ok(!isOff(null, 30));
});

// E-13
test("after the device's clock was set back, what was learned no longer holds", () => {
  const known = learned("2026-11-20T11:50:00.000+09:00", NOON, NOON);
  assert.equal(inWords(known).ahead, true);
  const back = NOON - 600_000;
  assert.ok(inDoubt(back, known) && !inDoubt(NOON + 1, known));
  assert.equal(corrected(back, known), back);
});

test("what should be here and is not, is missed once", () => {
  const tokens = [{ serial: "SKTS7K3M9QX1" }];
  const notes = [{ serial: "SKTS2D8VRT4H" }];
  const local = ["SKTS7K3M9QX1", "SKTM00000000"];
  assert.deepEqual(missing(tokens, notes, local, ["SKTS2D8VRT4H", "SKTM00000000"]), [
    "SKTM00000000",
  ]);
});

test("a marker that somebody has bent is an empty one", () => {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (n, v) => kept.set(n, v) };
  assert.deepEqual(marker(storage), {});
  keepMarker({ SKTS7K3M9QX1: "架空信用金庫" }, storage);
  assert.deepEqual(marker(storage), { SKTS7K3M9QX1: "架空信用金庫" });
  for (const bent of ["{", "[]", "null", "3"]) {
    kept.set("sekisho-tokens", bent);
    assert.deepEqual(marker(storage), {}, bent);
  }
});

test("a proof says who asks what and when, and holds", async () => {
  globalThis.location = { origin: "https://ib.kaku.example" };
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(ecdsa, false, ["sign", "verify"]);
  const deviceJwk = { kty: "EC", crv: "P-256", x: "x", y: "y" };
  const token = { token: "tok_01m7v7fcjgfher7xw3mpg58axb", deviceKey: pair.privateKey, deviceJwk };
  const url = `${appOf("kaku")}v1/token`;
  const made = await proof(token, "GET", url, NOON + 999);
  const [header, claims, signature] = made.split(".").map(fromBase64url);
  const read = (part) => JSON.parse(new TextDecoder().decode(part));
  const kid = token.token;
  assert.deepEqual(read(header), { typ: "dpop+jwt", alg: "ES256", kid, jwk: deviceJwk });
  const { jti, ...rest } = read(claims);
  assert.deepEqual(rest, { htm: "GET", htu: url, iat: NOON / 1000 });
  assert.equal(fromBase64url(jti).length, 18);
  const signed = new TextEncoder().encode(made.slice(0, made.lastIndexOf(".")));
  const how = { name: "ECDSA", hash: "SHA-256" };
  assert.ok(await crypto.subtle.verify(how, pair.publicKey, signature, signed));
});
