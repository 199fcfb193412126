// The real clients and how each of them is run: one child process that sends the journey of journey.json and ends.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { messagesOf } from "./relay.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const require = createRequire(import.meta.url);
const node = (script) => [process.execPath, [`senders/${script}`]];
const python = (client) => [`${here}.venv/bin/python`, ["senders/python_client.py", client]];

const npmVersion = (name) =>
  JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, "utf8")).version;
const pypiVersion = (name) => readFileSync(`${here}requirements.txt`, "utf8").match(new RegExp(`^${name}==(.*)$`, "m"))[1];

const journeyCalls = JSON.parse(readFileSync(`${here}journey.json`, "utf8")).calls;

/**
 * Name, version and command of each client, and how many messages its journey has. `retriesStatus`: it looks at the status of the
 * answer and tries again. `honoursRetryAfter`: it waits as long as a 429 asks. `endsWhenTold`: it has no flush and ends with its input.
 * `retriesChanged`: what it sends again carries the account that signed in meanwhile, so the same id comes with another payload.
 */
export const clients = [
  {
    name: "analytics-node",
    version: npmVersion("@segment/analytics-node"),
    command: node("analytics-node.js"),
    messages: journeyCalls.length,
    retriesStatus: true,
    honoursRetryAfter: true,
  },
  {
    name: "analytics-next",
    version: npmVersion("@segment/analytics-next"),
    command: node("analytics-next.js"),
    messages: journeyCalls.length,
    retriesStatus: true,
    honoursRetryAfter: true,
    endsWhenTold: true,
    retriesChanged: true,
  },
  {
    name: "segment-analytics-python",
    version: pypiVersion("segment-analytics-python"),
    command: python("segment"),
    messages: journeyCalls.length,
    retriesStatus: true,
    honoursRetryAfter: true,
  },
  {
    name: "rudder-sdk-node",
    version: npmVersion("@rudderstack/rudder-sdk-node"),
    command: node("rudder-node.js"),
    messages: journeyCalls.length,
    retriesStatus: true,
    honoursRetryAfter: true,
  },
  {
    name: "rudder-sdk-python",
    version: pypiVersion("rudder-sdk-python"),
    command: python("rudderstack"),
    messages: journeyCalls.length,
    retriesStatus: true,
    honoursRetryAfter: false,
  },
  {
    name: "cloudevents",
    version: npmVersion("cloudevents"),
    command: node("cloudevents.js"),
    messages: 4,
    retriesStatus: false,
    honoursRetryAfter: false,
  },
];

/** Lets `client` send its journey to `relay`; resolves when it has ended well, rejects with what it printed if it has not. */
export async function send(client, relay, { writeKey, baseTime, maxRetries = 8 }) {
  const [program, args] = client.command;
  const child = spawn(program, args, {
    cwd: here,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      TARGET: relay.url,
      WRITE_KEY: writeKey,
      BASE_TIME: baseTime,
      MAX_RETRIES: String(maxRetries),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += chunk));
  child.stderr.on("data", (chunk) => (printed += chunk));
  const deadline = setTimeout(() => child.kill("SIGKILL"), 90_000);
  const watch = client.endsWhenTold && setInterval(() => passed(relay) >= client.messages && child.stdin.end(), 50);
  const code = await new Promise((resolve) => child.on("close", (status, signal) => resolve(status ?? signal)));
  clearTimeout(deadline);
  clearInterval(watch);
  if (code !== 0) throw new Error(`${client.name} ended with ${code} and said:\n${printed}`);
}

/** How many different messages went to and fro: posted, answered with 200, the answer passed on. */
function passed({ exchanges }) {
  const answered = exchanges.filter(({ status, did }) => status === 200 && did === "pass");
  return new Set(answered.flatMap(messagesOf).map(({ messageId }) => messageId)).size;
}
