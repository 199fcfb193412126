// The journey as the senders need it: who calls what, when, and where it goes.
import { readFileSync } from "node:fs";

const journey = JSON.parse(readFileSync(new URL("../journey.json", import.meta.url)));

/** Where to send and how: handed down by the tests. */
export function settings() {
  const { TARGET, WRITE_KEY, MAX_RETRIES } = process.env;
  if (!TARGET || !WRITE_KEY) throw new Error("TARGET and WRITE_KEY say where to send and with which key");
  return { target: TARGET, writeKey: WRITE_KEY, maxRetries: Number(MAX_RETRIES ?? 8) };
}

/** The calls, one minute apart, the first at BASE_TIME. Ids are written out. */
export function callsWithTimes() {
  const base = Date.parse(process.env.BASE_TIME);
  const { ids } = journey;
  return journey.calls.map((call, index) => ({
    ...call,
    timestamp: new Date(base + index * 60_000),
    identity:
      call.who === "rider"
        ? { userId: ids.rider, ...(call.with && { anonymousId: ids[call.with] }) }
        : { anonymousId: ids[call.who] },
    ...(call.from && { previousId: ids[call.from] }),
    ...(call.type === "group" && { groupId: ids.club }),
  }));
}

/** One call in the form that the server side clients of Segment and RudderStack share. */
export function argumentsOfCall(call) {
  const { identity, timestamp } = call;
  switch (call.type) {
    case "track":
      return { ...identity, timestamp, event: call.name, properties: call.properties };
    case "page":
    case "screen":
      return { ...identity, timestamp, name: call.name, properties: call.properties };
    case "identify":
      return { ...identity, timestamp, traits: call.traits };
    case "group":
      return { ...identity, timestamp, groupId: call.groupId, traits: call.traits };
    case "alias":
      return { ...identity, timestamp, previousId: call.previousId };
    default:
      throw new Error(`journey.json holds a call of an unknown type: ${call.type}`);
  }
}
