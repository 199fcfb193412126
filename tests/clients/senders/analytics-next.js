// @segment/analytics-next, the browser client, sends the journey from a page in jsdom. jsdom has no fetch, so the client uses
// XMLHttpRequest, and jsdom holds it to the rules of cross-origin requests like a browser does.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM, VirtualConsole } from "jsdom";
import { callsWithTimes, settings } from "./journey.js";

const { target, writeKey, maxRetries } = settings();
const page = new JSDOM("<!doctype html><title>Shop</title>", {
  url: "http://shop.example/start",
  referrer: "http://search.example/",
  pretendToBeVisual: true,
  runScripts: "outside-only",
  virtualConsole: new VirtualConsole().on("jsdomError", (err) => console.error(err.message)),
});
const bundle = createRequire(import.meta.url).resolve("@segment/analytics-next/dist/umd/index.js");
page.window.eval(readFileSync(bundle, "utf8"));

// Where to post to is not said here: the client learns it from the server's settings document.
const [analytics] = await page.window.AnalyticsNext.AnalyticsBrowser.load(
  { writeKey, cdnURL: target },
  {
    disableClientPersistence: true,
    integrations: {
      "Segment.io": { httpConfig: { backoffConfig: { maxRetryCount: maxRetries, baseBackoffInterval: 0.1 } } },
    },
  },
);
let failed = 0;
analytics.on("error", (err) => {
  failed += 1;
  console.error("not delivered:", err.reason ?? err);
});
for (const call of callsWithTimes()) {
  const options = { timestamp: call.timestamp };
  if (call.identity.anonymousId) analytics.setAnonymousId(call.identity.anonymousId);
  if (call.type === "track") await analytics.track(call.name, call.properties, options);
  if (call.type === "page") await analytics.page(call.name, call.properties, options);
  if (call.type === "screen") await analytics.screen(call.name, call.properties, options);
  if (call.type === "identify") await analytics.identify(call.identity.userId, call.traits, options);
  if (call.type === "group") await analytics.group(call.groupId, call.traits, options);
  if (call.type === "alias") await analytics.alias(call.identity.userId, call.previousId, options);
}
// The client has no flush; it is done when the tests have seen every event pass. They close our standard input then.
process.stdin.resume().on("end", () => process.exit(failed === 0 ? 0 : 1));
