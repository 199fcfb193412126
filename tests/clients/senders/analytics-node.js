// @segment/analytics-node sends the journey.
import { Analytics } from "@segment/analytics-node";
import { argumentsOfCall, callsWithTimes, settings } from "./journey.js";

const { target, writeKey, maxRetries } = settings();
const analytics = new Analytics({ writeKey, host: target, maxRetries });
let failed = 0;
const failure = (err) => {
  failed += 1;
  console.error("not delivered:", err);
};
analytics.on("error", failure);
for (const call of callsWithTimes()) {
  analytics[call.type](argumentsOfCall(call), (err) => err && failure(err));
}
await analytics.closeAndFlush({ timeout: 60_000 });
process.exit(failed === 0 ? 0 : 1);
