// What stands between a client and the server in these tests: it writes down what passes and can get in the way.
import http from "node:http";
import { gunzipSync } from "node:zlib";

/** Lets everything pass. */
export const pass = () => "pass";

/** Answers the first `times` posts with `status` itself; the server never sees them. */
export const refuse = (times, status, headers = {}) => (nth) => (nth < times ? { status, headers } : "pass");

/** Hands the first `times` posts to the server, waits for its answer and cuts the connection instead of passing it on. */
export const cutAnswers = (times) => (nth) => (nth < times ? "cut" : "pass");

/**
 * A relay on a free port of this machine. `upstream` is the server's address, or null for an echo that agrees to everything.
 * `plan(nth)` says what happens to the nth post of events.
 * `exchanges` holds, in order of arrival, {at, method, path, headers, body, did, status, answer}.
 */
export async function startRelay(upstream, plan = pass) {
  const exchanges = [];
  let posts = 0;
  const relay = http.createServer(async (request, response) => {
    const exchange = {
      at: Date.now(),
      method: request.method,
      path: request.url,
      headers: headersOf(request.rawHeaders),
      body: await bodyOf(request),
    };
    exchanges.push(exchange);
    exchange.did = request.method === "POST" ? plan(posts++) : "pass";
    if (typeof exchange.did === "object") {
      const { status, headers } = exchange.did;
      exchange.status = status;
      const body = JSON.stringify({ title: "refused by the relay", status, code: "refused", message: "by the relay" });
      response.writeHead(status, { ...crossOrigin(request), "content-type": "application/problem+json", ...headers });
      response.end(body);
      return;
    }
    const answer = upstream ? await forward(upstream, exchange) : agree(request);
    Object.assign(exchange, { status: answer.status, answer: answer.body.toString() });
    if (exchange.did === "cut") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  await new Promise((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${relay.address().port}`,
    exchanges,
    stop: () => new Promise((resolve) => relay.close(resolve) && relay.closeAllConnections()),
  };
}

/**
 * The messages inside one exchange's body, single or batched, in Segment's words (a CloudEvent reads as a track).
 * Whatever the headers say, gzip is told by its first bytes.
 */
export function messagesOf({ method, path, headers, body }) {
  if (method !== "POST") return [];
  if (path.startsWith("/v1/cloudevents")) return cloudEventsOf(headers, body);
  const plain = body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
  const json = JSON.parse(plain);
  return json.batch ?? [json];
}

function cloudEventsOf(headers, body) {
  const named = (name) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const data = JSON.parse(body);
  const binary = {
    id: named("ce-id"),
    source: named("ce-source"),
    type: named("ce-type"),
    time: named("ce-time"),
    data,
  };
  return (binary.id ? [binary] : [data].flat()).map((event) => ({
    // An id counts for its source only, so both together are the message's id.
    messageId: `${event.source}#${event.id}`,
    type: "track",
    event: event.type.split(".").at(-1),
    timestamp: event.time,
    properties: event.data,
  }));
}

function headersOf(raw) {
  const pairs = [];
  for (let i = 0; i < raw.length; i += 2) pairs.push([raw[i], raw[i + 1]]);
  return pairs;
}

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function forward(upstream, { method, path, headers, body }) {
  const { hostname, port } = new URL(upstream);
  // The host stays the relay's: addresses in the server's answers then lead through the relay again.
  const kept = headers.filter(([name]) => !/^(connection|transfer-encoding|content-length)$/i.test(name));
  const answer = await new Promise((resolve, reject) => {
    const onward = http.request({ hostname, port, method, path, agent: false, setHost: false }, resolve);
    kept.forEach(([name, value]) => onward.setHeader(name, value));
    onward.setHeader("content-length", body.length);
    onward.on("error", reject);
    onward.end(body);
  });
  const back = { ...answer.headers };
  delete back.connection;
  delete back["transfer-encoding"];
  return { status: answer.statusCode, headers: back, body: await bodyOf(answer) };
}

/** What a server of Segment's dialect would say. */
function agree(request) {
  const headers = { ...crossOrigin(request), "content-type": "application/json" };
  if (request.method === "OPTIONS") return { status: 204, headers, body: Buffer.alloc(0) };
  // The browser client takes from this document where to post to, and with which key.
  const writeKey = request.url.match(/^\/v1\/projects\/([^/]+)\/settings$/)?.[1];
  const segment = { apiKey: writeKey, apiHost: `${request.headers.host}/v1`, protocol: "http" };
  const body = writeKey ? { integrations: { "Segment.io": segment } } : { success: true };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(body)) };
}

function crossOrigin({ headers }) {
  if (!headers.origin) return {};
  return {
    "access-control-allow-origin": headers.origin,
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
    "access-control-allow-methods": "GET, POST",
    "access-control-expose-headers": "Retry-After",
  };
}
