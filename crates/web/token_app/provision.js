// How this app and the server agree on a seed that is never sent: P256-HKDF256-1.
//
// A `Setup` is run until it ends. When the network breaks it is run again: it goes on where it
// stopped, with the same bodies and the same idempotency keys, so that nothing happens twice.
// No key in it can be read by anybody, this script included.

import { chance, fromBase64url, joined, sha256, toBase64url, utf8 } from "./bytes.js";
import { serialHolds } from "./serial.js";

export const SUITE = "P256-HKDF256-1";
export const APP_VERSION = "1.0.0";

const NONCE_BYTES = 32;
const MAC_BYTES = 32;
const COORDINATE_BYTES = 32;
const PERIODS = [30, 60];
const ECDH = { name: "ECDH", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };
const HMAC = { name: "HMAC", hash: "SHA-256", length: 256 };
const LABEL = "sekisho/token/v1";

/**
 * Why a setup stopped. `kind` is one of
 * `offline` nobody answered; run it again ·
 * `later` the server asks to wait; run it again ·
 * `password` the ids or the start password are wrong; `triesLeft` ·
 * `gone` the registration or the issue has ended ·
 * `attestation` the institution wants proof of the device that a browser cannot give ·
 * `mode` the institution does not set up tokens this way ·
 * `refused` the server does not take what was sent ·
 * `impostor` the server could not prove itself: nothing may be kept.
 */
export class Trouble extends Error {
  constructor(kind, { triesLeft, waitS } = {}) {
    super(kind);
    Object.assign(this, { kind, triesLeft, waitS });
  }

  /** Whether running the same setup again is safe and may help. */
  get passing() {
    return this.kind === "offline" || this.kind === "later";
  }
}

/** One setup, from the first key to the proven token. */
export class Setup {
  /**
   * `post(path, key, body)` sends a text and gives `{ status, body }`, or throws `Trouble`.
   * `wish` is `{ slug, platform }` and, for mode issued, `serviceId`, `userId`, `password`.
   */
  constructor(post, wish) {
    this.post = post;
    this.wish = wish;
  }

  /** A setup whose confirmation was on its way when the app was closed. */
  static resume(post, draft) {
    const setup = new Setup(post, { slug: draft.slug });
    setup.draft = draft;
    return setup;
  }

  /** Runs as far as it can; `keep(draft)` stores what a restart needs. Gives the token. */
  async run(keep = async () => {}) {
    if (!this.draft) {
      this.start ??= await prepare(this.wish);
      this.offer ??= await this.#register();
      this.draft = await derive(this.start, this.offer, this.wish.password);
      // The key of the agreement and the start password are not needed again.
      this.start = this.offer = this.wish.password = undefined;
      await keep(this.draft);
    }
    return proven(this.draft, await this.#confirm());
  }

  async #register() {
    const { body, nonce } = this.start;
    return said(await this.post("registrations", toBase64url(nonce), body), [201, 200]);
  }

  async #confirm() {
    const { registration, confirmationKey, appMac } = this.draft;
    const body = JSON.stringify({ app_mac: appMac });
    const path = `registrations/${registration}/confirmation`;
    return said(await this.post(path, confirmationKey, body), [200]);
  }
}

/** The two key pairs, the nonce, and the first message. */
export async function prepare({ slug, serviceId, userId, platform }) {
  const mode = serviceId ? "issued" : "self";
  const [appKey, deviceKey] = await Promise.all([
    crypto.subtle.generateKey(ECDH, false, ["deriveKey"]),
    crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]),
  ]);
  const [appJwk, deviceJwk] = await Promise.all([
    publicJwk(appKey.publicKey),
    publicJwk(deviceKey.publicKey),
  ]);
  const nonce = chance(NONCE_BYTES);
  const message = {
    suite: SUITE,
    mode,
    ...(mode === "issued" && { service_id: serviceId, user_id: userId }),
    app_key: appJwk,
    device_key: deviceJwk,
    app_nonce: toBase64url(nonce),
    platform,
  };
  const body = JSON.stringify(message);
  return { slug, mode, serviceId, userId, appKey, deviceKey, appJwk, deviceJwk, nonce, body };
}

/**
 * What both ends compute (api.md §6.2): the seed's key, our proof, and what checks theirs.
 * `start` comes from `prepare`, `offer` from the server.
 */
export async function derive(start, offer, password = "") {
  const { registration, serial, otp } = offer;
  const serverNonce = fromBase64url(offer.server_nonce);
  const fits =
    offer.suite === SUITE &&
    serialHolds(serial) &&
    /^reg_[0-9a-z]{26}$/.test(registration) &&
    serverNonce?.length === NONCE_BYTES &&
    otp?.algorithm === "SHA-256" &&
    otp.digits === 6 &&
    PERIODS.includes(otp.period_s);
  if (!fits) throw new Trouble("impostor");
  if (offer.attestation?.required) throw new Trouble("attestation");

  const serverKey = await serverPoint(offer.server_key);
  const th = await transcript(start, offer, serverNonce);
  const salt = await sha256(th, utf8(password));
  // Everything stays inside WebCrypto: ECDH, then HKDF, then HMAC, and no key can be exported.
  const agreement = { name: "ECDH", public: serverKey };
  const shared = await crypto.subtle.deriveKey(
    agreement, start.appKey.privateKey, { name: "HKDF" }, false, ["deriveKey"],
  );
  const derived = (label, use) =>
    crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt, info: utf8(`${LABEL}/${label}`) },
      shared, HMAC, false, [use],
    );
  const [seedKey, ownKey, checkKey] = await Promise.all([
    derived("seed", "sign"),
    derived("confirm/app", "sign"),
    derived("confirm/server", "verify"),
  ]);
  const appMac = new Uint8Array(await crypto.subtle.sign("HMAC", ownKey, th));
  return {
    slug: start.slug, mode: start.mode, registration, serial, otp,
    seedKey, checkKey, checked: joined(th, appMac), appMac: toBase64url(appMac),
    deviceKey: start.deviceKey.privateKey, deviceJwk: start.deviceJwk,
    confirmationKey: toBase64url(chance(24)),
  };
}

/** The token, once the server has proven that it holds the same seed. */
export async function proven(draft, reply) {
  const mac = fromBase64url(reply.server_mac);
  const same = reply.serial === draft.serial && /^tok_[0-9a-z]{26}$/.test(reply.token);
  // `verify` compares in constant time.
  const right =
    mac?.length === MAC_BYTES &&
    (await crypto.subtle.verify("HMAC", draft.checkKey, mac, draft.checked));
  if (!same || !right) throw new Trouble("impostor");
  const { slug, mode, serial, otp, seedKey, deviceKey, deviceJwk } = draft;
  return { serial, token: reply.token, slug, mode, otp, seedKey, deviceKey, deviceJwk };
}

/** The hash over everything that was agreed on. */
async function transcript(start, offer, serverNonce) {
  const pieces = [
    utf8(LABEL),
    utf8(start.mode),
    utf8(start.slug),
    utf8(offer.registration),
    utf8(offer.serial),
    utf8(start.serviceId ?? ""),
    utf8(start.userId ?? ""),
    point(start.appJwk),
    point(start.deviceJwk),
    point(offer.server_key),
    start.nonce,
    serverNonce,
    utf8(`SHA-256;6;${offer.otp.period_s}`),
  ];
  return sha256(...pieces.flatMap((piece) => [twoBytes(piece.length), piece]));
}

const twoBytes = (length) => Uint8Array.of(length >> 8, length & 0xff);

/** A public key as an uncompressed point: 65 bytes. */
function point({ x, y }) {
  return joined(Uint8Array.of(4), fromBase64url(x), fromBase64url(y));
}

/** Their key; a point that is not on the curve is refused by the import. */
async function serverPoint(jwk) {
  const known = jwk?.kty === "EC" && jwk.crv === "P-256";
  const whole = [jwk?.x, jwk?.y].every(
    (part) => fromBase64url(part)?.length === COORDINATE_BYTES,
  );
  if (!known || !whole) throw new Trouble("impostor");
  try {
    return await crypto.subtle.importKey("raw", point(jwk), ECDH, false, []);
  } catch {
    throw new Trouble("impostor");
  }
}

async function publicJwk(key) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
  return { kty, crv, x, y };
}

/** The body of a good answer; every other answer is a `Trouble`. */
function said({ status, body }, good) {
  if (good.includes(status) && body) return body;
  if (status === 429 || status >= 500 || status === 409)
    throw new Trouble("later", { waitS: body?.retry_after_s });
  if (status === 404 || status === 410) throw new Trouble("gone");
  if (body?.code === "start_refused")
    throw new Trouble("password", { triesLeft: body.tries_left });
  if (body?.code === "method_not_offered") throw new Trouble("mode");
  if (body?.code === "attestation_refused") throw new Trouble("attestation");
  throw new Trouble("refused");
}
