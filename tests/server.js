// The program under test: its commands, and servers of it on free ports of this machine.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PATIENCE_MS = 60_000;

export const geleit = process.env.GELEIT ?? fileURLToPath(new URL("../target/debug/geleit", import.meta.url));
if (!existsSync(geleit)) throw new Error(`${geleit} is missing: build it with \`cargo build -p geleit\`, or name another in GELEIT`);

/** Runs a command of the program with `--json` and gives back what it printed. */
export const command = (...args) => commandWith("", ...args);

/** The same, with something on its standard input. */
export async function commandWith(input, ...args) {
  const stdout = await new Promise((resolve, reject) => {
    const child = execFile(geleit, [...args, "--json"], { maxBuffer: 64 << 20 }, (error, out) => (error ? reject(error) : resolve(out)));
    child.stdin.end(input);
  });
  return JSON.parse(stdout);
}

/** An empty data directory; `discard` removes it. */
export async function dataDirectory() {
  const path = await mkdtemp(join(tmpdir(), "geleit-test-"));
  return { path, discard: () => rm(path, { recursive: true, force: true }) };
}

/** Starts a server, `serve` or `demo`; resolves once it is ready. */
export async function start(...args) {
  const child = spawn(geleit, [...args, "--listen", "127.0.0.1:0"]);
  const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
  // Whoever started it may end before it was asked to stop.
  process.on("exit", () => child.kill());
  let said = "";
  const listeners = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
      for (const listener of listeners) listener();
    });
  }
  /** Resolves with the match once the server has printed it. */
  const heard = (pattern) =>
    new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`the server ${why} and had not printed ${pattern}:\n${said}`));
      const late = setTimeout(() => fail(`ran for ${PATIENCE_MS} ms`), PATIENCE_MS);
      const listener = () => {
        const match = said.match(pattern);
        if (!match) return;
        clearTimeout(late);
        listeners.delete(listener);
        resolve(match);
      };
      listeners.add(listener);
      listener();
      ended.then((code) => fail(`ended with ${code}`));
    });
  const [, url] = await heard(/listens at (http:\S+)/);
  await ready(url);
  return {
    url,
    heard,
    /** Ends it with SIGTERM; its exit code. */
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function ready(url) {
  for (const deadline = Date.now() + PATIENCE_MS; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    if (Date.now() > deadline) throw new Error(`${url}/readyz did not answer 200 within ${PATIENCE_MS} ms`);
  }
}
