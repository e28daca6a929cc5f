// Setting up a token: the derivation against vectors/token_app.json, and what happens when the
// network breaks, the password is wrong or the server is not the server.

import assert from "node:assert/strict";
import { createECDH, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { fromBase64url, toBase64url } from "../bytes.js";
import { Setup, Trouble, derive, prepare, proven } from "../provision.js";
import { serialHolds } from "../serial.js";
import { totp } from "../totp.js";

const FILE = new URL("../../../../vectors/token_app.json", import.meta.url);
const { vectors: cases } = JSON.parse(await readFile(FILE));

const bytes = (hex) => Buffer.from(hex, "hex");
const jwk = (point) => ({
  kty: "EC",
  crv: "P-256",
  x: toBase64url(bytes(point).subarray(1, 33)),
  y: toBase64url(bytes(point).subarray(33)),
});

/** What the app and the server would have at hand in a case of the vectors. */
async function given(one) {
  const { app_key, device_key, server_key } = one;
  const secret = { ...jwk(app_key.q), d: toBase64url(bytes(app_key.d)) };
  const ecdh = { name: "ECDH", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("jwk", secret, ecdh, false, ["deriveKey"]);
  const start = {
    slug: one.slug,
    mode: one.mode,
    serviceId: one.service_id || undefined,
    userId: one.user_id || undefined,
    appKey: { privateKey },
    deviceKey: { privateKey: "not used here" },
    appJwk: jwk(app_key.q),
    deviceJwk: jwk(device_key.q),
    nonce: bytes(one.app_nonce),
  };
  const offer = {
    registration: one.registration,
    serial: one.serial,
    suite: "P256-HKDF256-1",
    server_key: jwk(server_key.q),
    server_nonce: toBase64url(bytes(one.server_nonce)),
    otp: { algorithm: "SHA-256", digits: 6, period_s: one.period_s },
    attestation: { required: false, formats: [] },
  };
  return { start, offer };
}

// Y-10, C-10
test("both modes derive what the vectors say, and no key can be read", async () => {
  assert.deepEqual(
    cases.map(({ mode }) => mode),
    ["self", "issued"],
  );
  for (const one of cases) {
    const { start, offer } = await given(one);
    const draft = await derive(start, offer, one.start_password);
    assert.equal(draft.appMac, toBase64url(bytes(one.app_mac)), one.mode);
    assert.deepEqual(Buffer.from(draft.checked), bytes(one.th + one.app_mac), one.mode);
    for (const key of [draft.seedKey, draft.checkKey]) {
      assert.equal(key.extractable, false);
      await assert.rejects(crypto.subtle.exportKey("raw", key));
    }
    const token = "tok_01m7v7fcjgfher7xw3mpg58axb";
    const server_mac = toBase64url(bytes(one.server_mac));
    const kept = await proven(draft, { token, serial: one.serial, server_mac });
    assert.deepEqual([kept.serial, kept.token, kept.slug], [one.serial, token, "kaku"]);
    const { at, now, next } = one.code;
    assert.equal(await totp(kept.seedKey, at * 1000, kept.otp), now, one.mode);
    assert.equal(await totp(kept.seedKey, (at + one.period_s) * 1000, kept.otp), next, one.mode);
  }
});

// Y-09
test("another start password gives another proof and another seed", async () => {
  const one = cases[1];
  const { start, offer } = await given(one);
  const draft = await derive(start, offer, "271829");
  assert.notEqual(draft.appMac, toBase64url(bytes(one.app_mac)));
  const { at, now } = one.code;
  assert.notEqual(await totp(draft.seedKey, at * 1000, offer.otp), now);
});

test("the server's proof must be right to the last bit", async () => {
  const one = cases[0];
  const { start, offer } = await given(one);
  const draft = await derive(start, offer);
  const token = "tok_01m7v7fcjgfher7xw3mpg58axb";
  const right = bytes(one.server_mac);
  const bent = Buffer.from(right);
  bent[31] ^= 1;
  for (const mac of [toBase64url(bent), toBase64url(right.subarray(0, 31)), "", "§", undefined]) {
    const reply = { token, serial: one.serial, server_mac: mac };
    await assert.rejects(proven(draft, reply), { kind: "impostor" });
  }
  const server_mac = toBase64url(right);
  const other = { token, serial: cases[1].serial, server_mac };
  await assert.rejects(proven(draft, other), { kind: "impostor" });
});

test("an offer that does not hold is refused", async () => {
  const { start, offer } = await given(cases[0]);
  const off = { ...offer.server_key, y: offer.server_key.x };
  for (const [what, change] of Object.entries({
    "a point off the curve": { server_key: off },
    "another curve": { server_key: { ...offer.server_key, crv: "P-384" } },
    "no key": { server_key: undefined },
    "a short nonce": { server_nonce: toBase64url(new Uint8Array(31)) },
    "another suite": { suite: "NONE-1" },
    "a serial that does not check": { serial: "SKTS7K3M9QX2" },
    "eight digits": { otp: { ...offer.otp, digits: 8 } },
    "a long step": { otp: { ...offer.otp, period_s: 120 } },
    "an id with a path in it": { registration: "reg_../../../other" },
  })) {
    await assert.rejects(derive(start, { ...offer, ...change }), { kind: "impostor" }, what);
  }
  const demanding = { ...offer, attestation: { required: true, formats: ["packed"] } };
  await assert.rejects(derive(start, demanding), { kind: "attestation" });
});

test("the first message is the one of api.md", async () => {
  const platform = { os: "ios", os_version: "19.1", app_version: "1.0.0", installed: true };
  const { body, nonce } = await prepare({ slug: "kaku", platform });
  const message = JSON.parse(body);
  assert.deepEqual(Object.keys(message), [
    "suite", "mode", "app_key", "device_key", "app_nonce", "platform",
  ]);
  assert.deepEqual(Object.keys(message.app_key), ["kty", "crv", "x", "y"]);
  assert.equal(message.mode, "self");
  assert.deepEqual(fromBase64url(message.app_nonce), nonce);
  const ids = { serviceId: "10020030", userId: "4821907365" };
  const issued = JSON.parse((await prepare({ slug: "kaku", platform, ...ids })).body);
  assert.deepEqual(
    [issued.mode, issued.service_id, issued.user_id],
    ["issued", "10020030", "4821907365"],
  );
  assert.ok(!("start_password" in issued), "the start password is never sent");
});

/** The server's side of one setup, written from api.md with other tools than the app's. */
function server({ password = "", bend = false } = {}) {
  const key = createECDH("prime256v1");
  key.generateKeys();
  const registration = "reg_01m7v7fam0ek78nm5mp3359x7j";
  const serial = "SKTS7K3M9QX1";
  const nonce = randomBytes(32);
  const calls = [];
  let first;
  const open = (text) => Buffer.from(text, "base64url");
  const point = ({ x, y }) => Buffer.concat([Buffer.of(4), open(x), open(y)]);
  const offer = () => ({
    registration, serial, suite: "P256-HKDF256-1",
    server_key: jwk(key.getPublicKey("hex")), server_nonce: nonce.toString("base64url"),
    otp: { algorithm: "SHA-256", digits: 6, period_s: 30 },
    attestation: { required: false, formats: [] },
  });
  function keys() {
    const lv = (piece) => {
      const raw = Buffer.from(piece);
      return Buffer.concat([Buffer.of(raw.length >> 8, raw.length & 255), raw]);
    };
    const pieces = [
      "sekisho/token/v1", first.mode, "kaku", registration, serial,
      first.service_id ?? "", first.user_id ?? "", point(first.app_key),
      point(first.device_key), key.getPublicKey(), open(first.app_nonce), nonce, "SHA-256;6;30",
    ];
    const th = createHash("sha256").update(Buffer.concat(pieces.map(lv))).digest();
    const salt = createHash("sha256").update(th).update(password).digest();
    const z = key.computeSecret(point(first.app_key));
    const k = (label) => hkdfSync("sha256", z, salt, `sekisho/token/v1/${label}`, 32);
    const mac = (label, ...parts) => {
      const hmac = createHmac("sha256", Buffer.from(k(label)));
      for (const part of parts) hmac.update(part);
      return hmac.digest();
    };
    const appMac = mac("confirm/app", th);
    return { seed: Buffer.from(k("seed")), appMac, serverMac: mac("confirm/server", th, appMac) };
  }
  async function post(path, idempotencyKey, body) {
    calls.push({ path, idempotencyKey, body });
    if (path === "registrations") {
      first = JSON.parse(body);
      return { status: 201, body: offer() };
    }
    const { appMac, serverMac } = keys();
    if (JSON.parse(body).app_mac !== appMac.toString("base64url"))
      return { status: 422, body: { code: "start_refused", tries_left: 4 } };
    if (bend) serverMac[0] ^= 1;
    const server_mac = serverMac.toString("base64url");
    return { status: 200, body: { token: "tok_01m7v7fcjgfher7xw3mpg58axb", serial, server_mac } };
  }
  return { post, calls, keys };
}

const platform = { os: "other", os_version: "0", app_version: "1.0.0", installed: false };
const wish = () => ({ slug: "kaku", platform });

// T-06, A-07
test("an app and a server written apart agree on the seed", async () => {
  const { post, keys } = server();
  const token = await new Setup(post, wish()).run();
  const theirs = { name: "HMAC", hash: "SHA-256" };
  const seed = await crypto.subtle.importKey("raw", keys().seed, theirs, false, ["sign"]);
  const now = Date.now();
  assert.equal(await totp(token.seedKey, now), await totp(seed, now));
  assert.equal(token.deviceKey.extractable, false);
});

test("after every break of the network the same is sent again, with the same keys", async () => {
  for (const broken of [0, 1]) {
    for (const reached of [false, true]) {
      const real = server();
      let call = 0;
      const setup = new Setup(async (...message) => {
        const breaks = call++ === broken;
        if (breaks && !reached) {
          real.calls.push(Object.fromEntries(
            ["path", "idempotencyKey", "body"].map((name, at) => [name, message[at]]),
          ));
          throw new Trouble("offline");
        }
        const reply = await real.post(...message);
        if (breaks) throw new Trouble("offline");
        return reply;
      }, wish());
      await assert.rejects(setup.run(), (trouble) => trouble.passing);
      const token = await setup.run();
      assert.equal(token.serial, "SKTS7K3M9QX1");
      assert.equal(real.calls.length, 3);
      assert.deepEqual(real.calls[broken], real.calls[broken + 1], `call ${broken}`);
    }
  }
});

test("a setup goes on after the app was closed between proof and answer", async () => {
  const real = server();
  let drafted;
  const cut = async (path, ...rest) => {
    const reply = await real.post(path, ...rest);
    if (path !== "registrations") throw new Trouble("offline");
    return reply;
  };
  const first = new Setup(cut, wish());
  await assert.rejects(first.run(async (draft) => (drafted = structuredClone(draft))));
  const token = await Setup.resume(real.post, drafted).run();
  assert.equal(token.serial, "SKTS7K3M9QX1");
  assert.deepEqual(real.calls[1], real.calls[2]);
});

// Y-09, Y-10
test("a wrong start password is told with what is left, and is not kept", async () => {
  const { post } = server({ password: "271828" });
  const asked = { ...wish(), serviceId: "10020030", userId: "4821907365", password: "271829" };
  const setup = new Setup(post, asked);
  await assert.rejects(setup.run(), { kind: "password", triesLeft: 4 });
  assert.equal(setup.wish.password, undefined);
});

test("a server without the seed gets no token", async () => {
  const { post } = server({ bend: true });
  await assert.rejects(new Setup(post, wish()).run(), { kind: "impostor" });
});

test("what the server answers is told apart", async () => {
  for (const [status, body, kind] of [
    [404, { code: "not_found" }, "gone"],
    [409, { code: "idempotency_in_progress" }, "later"],
    [429, { code: "too_many_requests" }, "later"],
    [503, null, "later"],
    [422, { code: "attestation_refused" }, "attestation"],
    [422, { code: "method_not_offered" }, "mode"],
    [400, { code: "invalid_request" }, "refused"],
    [201, null, "refused"],
  ]) {
    await assert.rejects(new Setup(async () => ({ status, body }), wish()).run(), { kind });
  }
});

test("serials hold by their check letter", () => {
  for (const { serial } of cases) assert.ok(serialHolds(serial), serial);
  for (const wrong of ["SKTS7K3M9QX2", "SKTS7K3M9XQ1", "skts7k3m9qx1", "SKTS7K3M9QX", null])
    assert.ok(!serialHolds(wrong), `${wrong}`);
});
