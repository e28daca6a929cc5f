// Codes after RFC 4226 and RFC 6238, made in WebCrypto from a key that nobody can read.

/** The number of the step in which `nowMs` lies. */
export function stepAt(nowMs, periodS) {
  return Math.floor(nowMs / (periodS * 1000));
}

/** Seconds, rounded up, until the code changes: `periodS` down to 1. */
export function secondsLeft(nowMs, periodS) {
  return Math.ceil(periodS - (nowMs / 1000 - stepAt(nowMs, periodS) * periodS));
}

/** The code of one counter (RFC 4226 §5.3). `key` is an HMAC key; its hash is the key's own. */
export async function hotp(key, counter, digits = 6) {
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, message.buffer));
  const at = mac.getUint8(mac.byteLength - 1) & 0x0f;
  const number = (mac.getUint32(at) & 0x7fffffff) % 10 ** digits;
  return String(number).padStart(digits, "0");
}

/** The code of the step in which `nowMs` lies (RFC 6238 §4.2, T0 = 0). */
export function totp(key, nowMs, { period_s: periodS = 30, digits = 6 } = {}) {
  return hotp(key, stepAt(nowMs, periodS), digits);
}

/** A code in two halves, as it is read: 482 915. */
export function halves(code) {
  const middle = Math.ceil(code.length / 2);
  return `${code.slice(0, middle)} ${code.slice(middle)}`;
}
