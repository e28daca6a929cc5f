// The demo and the browser that all stories share.

import { rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { turnClock } from "./clock.mjs";
import { startDemo } from "./demo.mjs";
import { Post } from "./post.mjs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Root has no sandbox; the pages are our own.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** A world that `begin()` starts. `SEKISHO_DEMO=first-port` looks at a demo that runs already. */
export function newWorld() {
  const world = { turnClock: (seconds) => turnClock(world.demo, seconds) };
  world.begin = async () => {
    world.demo = process.env.SEKISHO_DEMO
      ? running(Number(process.env.SEKISHO_DEMO))
      : await startDemo();
    world.downloads = await mkdtemp(join(tmpdir(), "sekisho-e2e-"));
    world.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ARGUMENTS,
      downloadsPath: world.downloads,
    });
    world.post = new Post(world.demo);
  };
  world.end = async () => {
    await world.browser?.close();
    await world.demo?.stop();
    if (world.downloads) await rm(world.downloads, { recursive: true, force: true });
  };
  return world;
}

function running(port) {
  const at = (step) => `http://127.0.0.1:${port + step}`;
  return {
    folder: process.env.SEKISHO_DEMO_FOLDER,
    sekisho: at(0),
    bank: at(1),
    outside: at(2),
    stop: async () => {},
  };
}
