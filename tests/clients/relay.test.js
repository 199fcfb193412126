// The relay itself, between fetch and an echo: the other tests lean on it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cutAnswers, messagesOf, refuse, startRelay } from "./relay.js";

const post = (url, messageId) => fetch(`${url}/v1/track`, { method: "POST", body: JSON.stringify({ messageId }) });

async function between(plan, check) {
  const echo = await startRelay(null);
  const relay = await startRelay(echo.url, plan);
  try {
    await check(relay, () => echo.exchanges.flatMap(messagesOf).map(({ messageId }) => messageId));
  } finally {
    await relay.stop();
    await echo.stop();
  }
}

test("what the relay refuses never reaches the server", () =>
  between(refuse(2, 429, { "retry-after": "7" }), async (relay, arrived) => {
    const answers = [await post(relay.url, "a"), await post(relay.url, "a"), await post(relay.url, "a")];
    assert.deepEqual(answers.map(({ status }) => status), [429, 429, 200]);
    assert.equal(answers[0].headers.get("retry-after"), "7");
    assert.deepEqual(arrived(), ["a"]);
  }));

test("an answer that the relay cuts has reached the server and not the client", () =>
  between(cutAnswers(1), async (relay, arrived) => {
    await assert.rejects(post(relay.url, "a"));
    assert.equal((await post(relay.url, "a")).status, 200);
    assert.deepEqual(arrived(), ["a", "a"]);
    assert.equal(relay.exchanges[0].status, 200);
  }));

test("only posts count for the plan", () =>
  between(refuse(1, 503), async (relay) => {
    const settings = await fetch(`${relay.url}/v1/projects/key/settings`);
    assert.equal((await settings.json()).integrations["Segment.io"].apiKey, "key");
    assert.equal((await post(relay.url, "a")).status, 503);
  }));
