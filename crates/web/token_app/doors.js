// The server's doors: provisioning, the clock, the token's own state, and which serials this
// browser should hold.

import { chance, joined, toBase64url, utf8 } from "./bytes.js";
import { Trouble } from "./provision.js";

const PATIENCE_MS = 20_000;

/** The address of an institution's app at this origin. */
export const appOf = (slug) => `${location.origin}/i/${slug}/app/`;

/** Sends a text to a provisioning door of `slug`; see `Setup`. */
export function poster(slug) {
  return async (path, key, body) => {
    const reply = await reach(`${appOf(slug)}v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": `"${key}"` },
      body,
    });
    return { status: reply.status, body: await json(reply) };
  };
}

/** What the server's clock shows, between two looks at ours. */
export async function askClock(slug) {
  const sentMs = Date.now();
  const reply = await reach(`${appOf(slug)}v1/clock`);
  const gotMs = Date.now();
  const body = reply.ok ? await json(reply) : null;
  return { text: body?.clock, sentMs, gotMs };
}

/** The state of a token, signed for with the device's own key; `null` when nobody tells. */
export async function askState(token, nowMs) {
  const url = `${appOf(token.slug)}v1/token`;
  const reply = await reach(url, { headers: { dpop: await proof(token, "GET", url, nowMs) } });
  return reply.ok ? json(reply) : null;
}

/** A proof of the device key (RFC 9449). */
export async function proof({ token, deviceKey, deviceJwk }, method, url, nowMs) {
  const header = { typ: "dpop+jwt", alg: "ES256", kid: token, jwk: deviceJwk };
  const claims = {
    jti: toBase64url(chance(18)),
    htm: method,
    htu: url,
    iat: Math.floor(nowMs / 1000),
  };
  const parts = [header, claims].map((part) => toBase64url(utf8(JSON.stringify(part))));
  const signed = joined(utf8(parts.join(".")));
  const how = { name: "ECDSA", hash: "SHA-256" };
  const signature = new Uint8Array(await crypto.subtle.sign(how, deviceKey, signed));
  return [...parts, toBase64url(signature)].join(".");
}

/** Serials that the server remembers of this browser, even when the browser forgot them. */
export async function askKept() {
  const reply = await reach("kept");
  const body = reply.ok ? await json(reply) : null;
  return Array.isArray(body?.serials) ? body.serials.filter((it) => typeof it === "string") : [];
}

/** Has the server remember these serials for this browser. */
export async function tellKept(serials) {
  await reach("kept", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ serials }),
  });
}

/** What the app must know of an institution: its names, colours and telephone. */
export async function askInstitution(slug) {
  const reply = await reach(`${appOf(slug)}institution.json`);
  return reply.ok ? json(reply) : null;
}

async function reach(url, options = {}) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await fetch(url, { cache: "no-store", redirect: "error", signal, ...options });
  } catch {
    throw new Trouble("offline");
  }
}

async function json(reply) {
  try {
    return await reply.json();
  } catch {
    return null;
  }
}
