// A real server, fresh for each test: an empty data directory, one source, one token, a free port on this machine.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The program under test. */
export const geleit = process.env.GELEIT ?? fileURLToPath(new URL("../../target/debug/geleit", import.meta.url));
if (!existsSync(geleit)) throw new Error(`${geleit} is missing: build it with \`cargo build -p geleit\`, or name another in GELEIT`);

/** Runs a command of the program with `--json` and gives back what it printed. */
export async function command(...args) {
  const { stdout } = await run(geleit, [...args, "--json"], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout);
}

/** An empty data directory; `discard` removes it. */
export async function dataDirectory() {
  const path = await mkdtemp(join(tmpdir(), "geleit-clients-"));
  return { path, discard: () => rm(path, { recursive: true, force: true }) };
}

/** Starts a server; resolves once it is ready. `stop` ends it with SIGTERM, removes its data and tells its exit code. */
export async function startServer() {
  const data = await dataDirectory();
  const { write_key: writeKey } = await command("source", "create", "--data", data.path, "--name", "web");
  const { token } = await command("token", "create", "--data", data.path, "--role", "admin");
  const child = spawn(geleit, ["serve", "--data", data.path, "--listen", "127.0.0.1:0"]);
  const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(code ?? signal)));
  const url = await addressPrintedBy(child, ended);
  await ready(url);
  const ask = async (path) => {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    url,
    writeKey,
    /** The customer behind an identifier, or null. */
    async lookup(kind, value) {
      const { status, body } = await ask(`/v1/customers/lookup?${new URLSearchParams({ kind, value })}`);
      if (status === 404) return null;
      if (status !== 200) throw new Error(`lookup of ${kind} ${value}: ${status} ${JSON.stringify(body)}`);
      return body.customer;
    },
    /** All events of a customer, read page by page. */
    async timeline(id) {
      const events = [];
      for (let cursor = null; ; ) {
        const query = new URLSearchParams({ limit: 3, ...(cursor && { cursor }) });
        const { status, body } = await ask(`/v1/customers/${id}/timeline?${query}`);
        if (status !== 200) throw new Error(`timeline of ${id}: ${status} ${JSON.stringify(body)}`);
        events.push(...body.events);
        if (!body.next) return events;
        if (body.next === cursor) throw new Error(`timeline of ${id}: the cursor ${cursor} leads to itself`);
        cursor = body.next;
      }
    },
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      await data.discard();
      return code;
    },
  };
}

function addressPrintedBy(child, ended) {
  let printed = "";
  return new Promise((resolve, reject) => {
    const look = (chunk) => {
      printed += chunk;
      const address = printed.match(/127\.0\.0\.1:([1-9]\d*)/);
      if (address) resolve(`http://${address[0]}`);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    ended.then((code) => reject(new Error(`the server ended with ${code} before it was ready:\n${printed}`)));
    setTimeout(() => reject(new Error(`the server printed no address within 30 s:\n${printed}`)), 30_000).unref();
  });
}

async function ready(url) {
  for (const deadline = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    if (Date.now() > deadline) throw new Error(`${url}/readyz did not answer 200 within 30 s`);
  }
}
