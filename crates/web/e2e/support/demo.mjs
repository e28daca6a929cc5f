// The demo, started fresh in a folder of its own, on ports that are free.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../../target/debug/sekisho-demo", import.meta.url));
const PORTS = 4;
const READY_WITHIN_MS = 240_000;
const LOOK_EVERY_MS = 250;

/** Starts a demo and waits until it serves. `stop()` ends it and removes its folder. */
export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-e2e-"));
  const port = await freePorts();
  const kept = join(folder, "demo");
  const child = spawn(PROGRAM, ["--fresh", "--sandbox", "--folder", kept, "--port", `${port}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = join(folder, "said.txt");
  child.stderr.pipe(createWriteStream(said));
  const at = (step) => `http://127.0.0.1:${port + step}`;
  const demo = { folder: kept, sekisho: at(0), bank: at(1), outside: at(2), stop };

  async function stop() {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  }

  const until = Date.now() + READY_WITHIN_MS;
  while (!(await answers(`${demo.sekisho}/v1/about`))) {
    if (child.exitCode !== null || Date.now() > until) {
      const why = await readFile(said, "utf8");
      await stop();
      throw new Error(`The demo did not start. It said:\n${why}`);
    }
    await pause(LOOK_EVERY_MS);
  }
  return demo;
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** The first of four ports in a row that nobody listens on. */
async function freePorts() {
  for (let first = 20_000 + (process.pid % 20_000); first < 60_000; first += PORTS) {
    const all = await Promise.all([0, 1, 2, 3].map((step) => isFree(first + step)));
    if (all.every(Boolean)) return first;
  }
  throw new Error("No four free ports in a row on 127.0.0.1.");
}

function isFree(port) {
  return new Promise((told) => {
    const server = createServer();
    server.once("error", () => told(false));
    server.listen(port, "127.0.0.1", () => server.close(() => told(true)));
  });
}
