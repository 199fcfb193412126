"""segment-analytics-python or rudder-sdk-python (first argument: segment or rudderstack) sends the journey."""

import importlib
import json
import os
import pathlib
import sys
from datetime import datetime, timedelta

Client = importlib.import_module(f"{sys.argv[1]}.analytics.client").Client

journey = json.loads((pathlib.Path(__file__).parent.parent / "journey.json").read_text(encoding="utf-8"))
ids = journey["ids"]
base = datetime.fromisoformat(os.environ["BASE_TIME"].replace("Z", "+00:00"))
failures = []

client = Client(
    os.environ["WRITE_KEY"],
    host=os.environ["TARGET"],
    max_retries=int(os.environ.get("MAX_RETRIES", "8")),
    on_error=lambda error, batch: failures.append(error),
)

for index, call in enumerate(journey["calls"]):
    common = {"timestamp": base + timedelta(minutes=index)}
    if call["who"] == "rider":
        common["user_id"] = ids["rider"]
        if "with" in call:
            common["anonymous_id"] = ids[call["with"]]
    else:
        common["anonymous_id"] = ids[call["who"]]
    match call["type"]:
        case "track":
            client.track(event=call["name"], properties=call["properties"], **common)
        case "page" | "screen" as kind:
            getattr(client, kind)(name=call["name"], properties=call["properties"], **common)
        case "identify":
            client.identify(traits=call["traits"], **common)
        case "group":
            client.group(group_id=ids["club"], traits=call["traits"], **common)
        case "alias":
            client.alias(previous_id=ids[call["from"]], **common)

client.flush()
client.join()
if failures:
    sys.exit(f"not delivered: {failures}")
