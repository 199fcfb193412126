// @rudderstack/rudder-sdk-node sends the journey.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { argumentsOfCall, callsWithTimes, settings } from "./journey.js";

const { target, writeKey, maxRetries } = settings();
const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl: target, flushAt: 100, retryCount: maxRetries });
let failed = 0;
for (const call of callsWithTimes()) {
  analytics[call.type](argumentsOfCall(call), (err) => {
    if (err) {
      failed += 1;
      console.error("not delivered:", err.message);
    }
  });
}
await analytics.flush();
process.exit(failed === 0 ? 0 : 1);
