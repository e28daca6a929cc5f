// Keeps the app's own files, so that it opens without a network. Knows no keys, no codes, and
// nothing of what the app asks the server.

"use strict";

// Filled in by the server; another version is another cache.
const VERSION = "@version@";
const CACHE = `sekisho-app ${self.registration.scope} ${VERSION}`;
const SHELL = [
  "./",
  "../brand.css",
  "manifest.webmanifest",
  "app.css",
  "app.js",
  "base.css",
  "bytes.js",
  "card.js",
  "clock.js",
  "device.js",
  "dom.js",
  "doors.js",
  "help.js",
  "holder.js",
  "home.js",
  "icon-180.png",
  "icon-192.png",
  "icon-512.png",
  "icon-maskable-512.png",
  "icon.svg",
  "lists.css",
  "media.css",
  "notes.js",
  "provision.js",
  "removal.js",
  "serial.js",
  "setting_up.js",
  "store.js",
  "texts.en.js",
  "texts.ja.js",
  "texts.js",
  "tokens.css",
  "totp.js",
];
const KEPT = new Set(SHELL.map((name) => new URL(name, self.registration.scope).href));

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clean());
});

self.addEventListener("fetch", (event) => {
  const { method, url, mode } = event.request;
  const bare = url.split(/[?#]/)[0];
  if (method !== "GET" || !KEPT.has(bare)) return;
  const page = mode === "navigate" ? self.registration.scope : bare;
  event.respondWith(ours(page, event.request));
  // The institution may change its colours between two versions.
  if (bare.endsWith("/brand.css") && navigator.onLine) event.waitUntil(renew(bare));
});

async function fill() {
  const cache = await caches.open(CACHE);
  // All of one version or none: the browser's own cache is passed by.
  await cache.addAll(SHELL.map((name) => new Request(name, { cache: "reload" })));
  await self.skipWaiting();
}

/** Throws former versions away, of this institution's app only. */
async function clean() {
  const own = `sekisho-app ${self.registration.scope} `;
  const names = (await caches.keys()).filter((name) => name.startsWith(own) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function renew(url) {
  const fresh = await fetch(url, { cache: "no-cache" }).catch(() => null);
  if (fresh?.ok) await (await caches.open(CACHE)).put(url, fresh);
}

async function ours(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}
