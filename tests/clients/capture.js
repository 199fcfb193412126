// `node capture.js` runs every client against an echo and writes what it sent to captured/CLIENT-VERSION.json:
// the regression fixtures of crates/ingest. One request a route is kept, the one with the most messages.
import { writeFileSync } from "node:fs";
import { clients, send } from "./clients.js";
import { messagesOf, startRelay } from "./relay.js";

const dropped = /^(host|connection|content-length)$/i;

for (const client of clients) {
  const relay = await startRelay(null);
  await send(client, relay, { writeKey: "captured-write-key", baseTime: "2026-05-04T09:00:00.000Z" });
  await relay.stop();
  const largest = new Map();
  for (const exchange of relay.exchanges) {
    const contentType = exchange.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
    // CloudEvents has one route and three content modes, told apart by the content type.
    const route = [exchange.method, exchange.path, exchange.path.startsWith("/v1/cloudevents") && contentType].join(" ");
    const known = largest.get(route);
    if (!known || messagesOf(known).length < messagesOf(exchange).length) largest.set(route, exchange);
  }
  const requests = [...largest.values()].map(({ method, path, headers, body }) => ({
    method,
    path,
    headers: headers.filter(([name]) => !dropped.test(name)),
    body: body.toString("base64"),
  }));
  const file = `captured/${client.name}-${client.version}.json`;
  const fixture = { client: client.name, version: client.version, requests };
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(fixture, null, 1)}\n`);
  console.log(`${file}: ${requests.map((r) => `${r.method} ${r.path}`).join(", ")}`);
}
