// The hand on the sandbox's clock (api.md §8): a client of the platform, registered by the
// command line. Such a client signs with a key of its own, and its access token is bound to that
// key (RFC 7523, RFC 9449).

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomUUID, webcrypto } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const COMMAND = fileURLToPath(new URL("../../../../target/debug/sekisho", import.meta.url));
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const LIFE_S = 60;

/** Turns the clock forward by so many seconds. It never goes back. */
export async function turnClock(demo, seconds) {
  const keeper = (demo.clockKeeper ??= await register(demo));
  const issuer = `${demo.sekisho}/i/platform`;
  const statement = {
    iss: keeper.id,
    sub: keeper.id,
    aud: issuer,
    jti: randomUUID(),
    exp: now(demo) + LIFE_S,
  };
  const given = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: { dpop: await proof(demo, `${issuer}/token`) },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope: "platform",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await signed(keeper, {}, statement),
    }),
  });
  const grant = await given.json();
  assert.equal(given.status, 200, JSON.stringify(grant));

  const url = `${demo.sekisho}/v1/sandbox/clock`;
  const turned = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `DPoP ${grant.access_token}`,
      dpop: await proof(demo, url, grant.access_token),
      "content-type": "application/json",
      "idempotency-key": `"${randomUUID()}"`,
    },
    body: JSON.stringify({ advance_s: seconds }),
  });
  assert.equal(turned.status, 200, await turned.text());
  demo.ahead_s = (demo.ahead_s ?? 0) + seconds;
}

/** The sandbox's seconds, as far as this hand has turned them. */
function now(demo) {
  return Math.floor(Date.now() / 1000) + (demo.ahead_s ?? 0);
}

async function register(demo) {
  const { privateKey, publicKey } = await webcrypto.subtle.generateKey(ES256, true, [
    "sign",
    "verify",
  ]);
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey("jwk", publicKey);
  const jwk = { kty, crv, x, y };
  const file = join(demo.folder, "clock-keeper.jwks");
  await writeFile(file, JSON.stringify({ keys: [{ ...jwk, alg: "ES256", use: "sig", kid: "1" }] }));
  const config = ["--config", join(demo.folder, "sekisho.toml"), "--json"];
  const client = [
    "client",
    "add",
    "--platform",
    "--name",
    "clock",
    "--profile",
    "fapi",
    "--scope",
    "platform",
  ];
  const { stdout } = await promisify(execFile)(COMMAND, [
    ...config,
    ...client,
    "--jwks-file",
    file,
  ]);
  return { id: JSON.parse(stdout).client_id, privateKey, jwk };
}

/** That whoever calls `url` holds the key. */
async function proof(demo, url, accessToken) {
  const ath = accessToken && createHash("sha256").update(accessToken).digest("base64url");
  const claims = { htm: "POST", htu: url, jti: randomUUID(), iat: now(demo), ...(ath && { ath }) };
  return signed(demo.clockKeeper, { typ: "dpop+jwt", jwk: demo.clockKeeper.jwk }, claims);
}

async function signed({ privateKey }, header, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "ES256", ...header })}.${part(claims)}`;
  const signature = await webcrypto.subtle.sign(ES256, privateKey, new TextEncoder().encode(text));
  return `${text}.${Buffer.from(signature).toString("base64url")}`;
}
