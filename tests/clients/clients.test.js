// Every real client against a real server: what it sent is stored exactly once, whatever happens on the way.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { clients, send } from "./clients.js";
import { cutAnswers, messagesOf, pass, refuse, startRelay } from "./relay.js";
import { startServer } from "./server.js";

const { ids } = JSON.parse(readFileSync(new URL("journey.json", import.meta.url)));
const retryAfterSeconds = 2;

for (const client of clients) {
  describe(`${client.name} ${client.version}`, { concurrency: 2 }, () => {
    test("its journey is stored once and told as one person's", () =>
      withJourney(client, pass, async ({ server, relay, sent }) => {
        assert.ok(relay.exchanges.every(({ status }) => status < 300), "every request was welcome");
        const customer = await server.lookup("user_id", ids.rider);
        assert.ok(customer, "the signed-in rider is known");
        const others = { anonymous_id: ids.visitor, email: "ada@example.org" };
        if (client.name !== "cloudevents") others.anonymous_id_before = ids.earlier;
        for (const [kind, value] of Object.entries(others)) {
          const same = await server.lookup(kind.replace("_before", ""), value);
          assert.equal(same?.id, customer.id, `${value} is the rider`);
        }
        const events = await server.timeline(customer.id);
        assertStoredOnce(events, sent);
        for (const event of events) assertSameEvent(event, sent.get(event.message_id));
        const inOrder = [...sent.values()].sort((a, b) => timeOf(a) - timeOf(b)).map((m) => m.messageId);
        assert.deepEqual(events.map((e) => e.message_id), inOrder, "told in the order in which it happened");
      }));

    test("an answer that got lost after storing makes no second copy", () =>
      withJourney(client, cutAnswers(1), async ({ server, relay, sent }) => {
        const cut = relay.exchanges.find(({ did }) => did === "cut");
        assert.equal(cut.status, 200, "the server had stored it");
        const lost = messagesOf(cut).map(({ messageId }) => messageId);
        const again = relay.exchanges.find((e) => e !== cut && messagesOf(e).some((m) => lost.includes(m.messageId)));
        assert.ok(again, "the client sent it again");
        const { accepted, duplicates } = JSON.parse(again.answer);
        assert.equal(accepted, 0, "the server tells it apart");
        if (!client.retriesChanged) assert.equal(duplicates, lost.length, "and calls it what it is");
        await assertAllOfRiderStoredOnce(server, sent);
      }));

    if (client.retriesStatus) {
      test("a server that is unavailable twice loses nothing", () =>
        withJourney(client, refuse(2, 503), async ({ server, relay, sent }) => {
          assert.equal(relay.exchanges.filter(({ status }) => status === 503).length, 2);
          await assertAllOfRiderStoredOnce(server, sent);
        }));

      test("a wrong key is final: it gives up at once", () =>
        withRelay(pass, async ({ server, relay }) => {
          const wrong = { writeKey: "not-a-key", baseTime: new Date().toISOString(), maxRetries: 1 };
          await assert.rejects(send(client, relay, wrong), /ended with/);
          const refused = relay.exchanges.filter(({ method }) => method !== "OPTIONS");
          assert.ok(refused.length > 0);
          // The browser client asks for the settings document of its key first, and there is none.
          for (const { method, status, answer } of refused) assert.equal(status, method === "GET" ? 404 : 401, answer);
          const arrived = refused.flatMap(messagesOf).map(({ messageId }) => messageId);
          assert.equal(new Set(arrived).size, arrived.length, "nothing was sent a second time");
          assert.equal(await server.lookup("user_id", ids.rider), null);
        }));
    }

    if (client.honoursRetryAfter) {
      const limits = refuse(1, 429, { "retry-after": String(retryAfterSeconds) });
      test("it waits as long as a 429 asks, and loses nothing", () =>
        withJourney(client, limits, async ({ server, relay, sent }) => {
          const refused = relay.exchanges.find(({ status }) => status === 429);
          const held = messagesOf(refused).map(({ messageId }) => messageId);
          const again = relay.exchanges.find((e) => e !== refused && messagesOf(e).some((m) => held.includes(m.messageId)));
          // 50 ms for the different clocks of two processes.
          assert.ok(again.at - refused.at >= retryAfterSeconds * 1000 - 50, `it waited ${again.at - refused.at} ms`);
          await assertAllOfRiderStoredOnce(server, sent);
        }));
    }
  });
}

test("@segment/analytics-node spends no retry on a 429 that says when to come back", () => {
  const client = clients.find(({ name }) => name === "analytics-node");
  const limits = refuse(3, 429, { "retry-after": "1" });
  return withJourney(client, limits, ({ server, sent }) => assertAllOfRiderStoredOnce(server, sent), { maxRetries: 0 });
});

/** The client sends its journey through the relay, then `check` looks. `sent` maps each message id on the wire to its message. */
function withJourney(client, plan, check, { maxRetries } = {}) {
  return withRelay(plan, async ({ server, relay }) => {
    const baseTime = new Date(Date.now() - 3_600_000).toISOString();
    await send(client, relay, { writeKey: server.writeKey, baseTime, maxRetries });
    const sent = new Map(relay.exchanges.flatMap(messagesOf).map((message) => [message.messageId, message]));
    assert.equal(sent.size, client.messages, "the client sent its whole journey");
    await check({ server, relay, sent });
  });
}

/** A fresh server and a relay before it, for as long as `body` runs. */
async function withRelay(plan, body) {
  const server = await startServer();
  const relay = await startRelay(server.url, plan);
  let failure;
  try {
    await body({ server, relay });
  } catch (err) {
    failure = err;
  }
  await relay.stop();
  const code = await server.stop();
  if (failure) throw failure;
  assert.equal(code, 0, "the server stops cleanly");
}

async function assertAllOfRiderStoredOnce(server, sent) {
  const customer = await server.lookup("user_id", ids.rider);
  assert.ok(customer, "the signed-in rider is known");
  assertStoredOnce(await server.timeline(customer.id), sent);
}

function assertStoredOnce(events, sent) {
  assert.deepEqual(events.map((event) => event.message_id).sort(), [...sent.keys()].sort());
}

/** Kind, name, properties and time of a stored event against the message that brought it. */
function assertSameEvent(event, message) {
  const kinds = { identify: "identify", group: "identify", alias: "link" };
  const about = `${event.kind} ${event.name}`;
  assert.equal(event.source, "web", about);
  assert.equal(event.kind, kinds[message.type] ?? "interaction", about);
  if (message.event ?? message.name) assert.equal(event.name, message.event ?? message.name, about);
  const told = message.properties ?? message.traits ?? message.context?.traits ?? {};
  if (message.type === "group") told.groupId = message.groupId;
  assert.deepEqual(event.properties, told, about);
  // The server moves times by the time a request took, as far as it can tell.
  assert.ok(Math.abs(Date.parse(event.at) - timeOf(message)) < 30_000, `${about} at ${event.at}`);
}

function timeOf(message) {
  return Date.parse(message.timestamp);
}
