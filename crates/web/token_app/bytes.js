// Bytes and how they are written.

const TEXT = new TextEncoder();

/** A text as UTF-8. */
export const utf8 = (text) => TEXT.encode(text);

/** Pieces one after another. */
export function joined(...pieces) {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Base64url without padding. */
export function toBase64url(bytes) {
  const plain = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of a base64url text; `null` when it is none. */
export function fromBase64url(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/** So many bytes of chance. */
export const chance = (length) => crypto.getRandomValues(new Uint8Array(length));

export async function sha256(...pieces) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...pieces)));
}
