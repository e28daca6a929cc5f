// What this device is, and what it promises about keeping things.

import { APP_VERSION } from "./provision.js";

/** What can be asked of this device: `ios`, `android` or `pc`. */
export function kindOfDevice(agent = navigator.userAgent, touches = navigator.maxTouchPoints) {
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touches > 1)) return "ios";
  return /Android/.test(agent) ? "android" : "pc";
}

/** Whether the app was opened by its icon. */
export function isInstalled() {
  return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;
}

/** What the server is told of the device. */
export function platform(agent = navigator.userAgent) {
  const kind = kindOfDevice(agent);
  const version = {
    ios: agent.match(/OS (\d+(?:[_.]\d+)*)/)?.[1].replaceAll("_", "."),
    android: agent.match(/Android (\d+(?:\.\d+)*)/)?.[1],
  }[kind];
  return {
    os: kind === "pc" ? "other" : kind,
    os_version: version ?? "0",
    app_version: APP_VERSION,
    installed: isInstalled(),
  };
}

/** Asks the browser not to throw anything away: `true`, `false`, or `null` when it does not say. */
export async function askToPersist() {
  try {
    if (await navigator.storage.persisted()) return true;
    return await navigator.storage.persist();
  } catch {
    return null;
  }
}

/** Whether it has promised so, without asking. */
export async function isPersisted() {
  try {
    return await navigator.storage.persisted();
  } catch {
    return null;
  }
}

let offer = null;

/** Keeps the browser's own offer to install, where there is one; `then` hears of it. */
export function hearOfInstalling(then) {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    then();
  });
  addEventListener("appinstalled", () => {
    offer = null;
    then();
  });
}

export const canOfferInstalling = () => offer !== null;

export async function install() {
  const taken = offer;
  offer = null;
  await taken?.prompt();
}

/** Whether the browser has everything that this app is built on. */
export function isAble() {
  return Boolean(
    globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.indexedDB &&
      globalThis.AbortSignal?.timeout && globalThis.HTMLDialogElement,
  );
}
