// How far this device's clock stands from the server's, and what was learned when.

/** An answer that took longer tells too little about the moment. */
const TRIP_MAX_MS = 5_000;
/** Less than this may be the way of the answer, and is not corrected. */
const NOISE_MS = 2_000;

/**
 * What an answer of the clock teaches: `{ offsetMs, atMs }`, or `null` when it took too long.
 * `sentMs` and `gotMs` are of this device's clock.
 */
export function learned(serverText, sentMs, gotMs) {
  const serverMs = Date.parse(serverText);
  const tripMs = gotMs - sentMs;
  if (!Number.isFinite(serverMs) || tripMs < 0 || tripMs > TRIP_MAX_MS) return null;
  const offsetMs = Math.round(serverMs - (sentMs + gotMs) / 2);
  return { offsetMs: Math.abs(offsetMs) < NOISE_MS ? 0 : offsetMs, atMs: gotMs };
}

/** The right time, as far as it is known. */
export function corrected(nowMs, known) {
  return nowMs + (inDoubt(nowMs, known) ? 0 : (known?.offsetMs ?? 0));
}

/** Whether the device's clock was set back since: what was learned no longer holds. */
export function inDoubt(nowMs, known) {
  return known != null && nowMs < known.atMs - NOISE_MS;
}

/** Whether the device's clock is off by more than one step, which is said in words. */
export function isOff(known, periodS) {
  return known != null && Math.abs(known.offsetMs) > periodS * 1000;
}

/** An offset in whole minutes and seconds, and whether the device is ahead. */
export function inWords({ offsetMs }) {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  return { minutes: Math.floor(seconds / 60), seconds: seconds % 60, ahead: offsetMs < 0 };
}
