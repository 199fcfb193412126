// The npm client `cloudevents` sends a short journey in all three content modes: binary, structured, batched.
import { CloudEvent, emitterFor, httpTransport, Mode } from "cloudevents";
import { readFileSync } from "node:fs";
import { settings } from "./journey.js";

const { target, writeKey } = settings();
const { ids } = JSON.parse(readFileSync(new URL("../journey.json", import.meta.url)));
const base = Date.parse(process.env.BASE_TIME);
const send = httpTransport(`${target}/v1/cloudevents`);
const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString("base64")}` };

const event = (minute, type, who, data) =>
  new CloudEvent({
    id: `ce-${minute}`,
    source: "urn:example:workshop",
    type: `org.example.bike.${type}`,
    time: new Date(base + minute * 60_000).toISOString(),
    ...who,
    data,
  });
const visitor = { anonymousid: ids.visitor };
const rider = { userid: ids.rider };

// The client leaves retries to the application: the same event, with the same id, again.
async function untilAnswered(attempt) {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = JSON.parse((await attempt()).body);
      if (answer.success !== true) throw new Error(`refused: ${JSON.stringify(answer)}`);
      return;
    } catch (err) {
      if (tries === 3) throw err;
    }
  }
}

const binary = emitterFor(send, { mode: Mode.BINARY });
const structured = emitterFor(send, { mode: Mode.STRUCTURED });
await untilAnswered(() => binary(event(0, "test_ride_booked", visitor, { step: 1, bike: "EB-70" }), { headers }));
const signedIn = event(1, "signed_in", { ...visitor, ...rider }, { step: 2, traits: { email: "ada@example.org" } });
await untilAnswered(() => structured(signedIn, { headers }));
const batch = [event(2, "test_ride_taken", rider, { step: 3, km: 4.2 }), event(3, "bike_bought", rider, { step: 4 })];
await untilAnswered(() =>
  send({ headers: { "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify(batch) }, { headers }),
);
