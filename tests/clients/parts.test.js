// What we write as Parquet is read by others as it is: DuckDB counts the same events and steps as our own graph.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { command, dataDirectory } from "../server.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** 30,000 rows of 900 customers with waits from none to weeks; the same every time. */
function rows() {
  const lines = ["customer,event,timestamp,channel"];
  const touchpoints = ["Poster", "Startseite", "Produkt, Detail", "Korb", "Kasse", "Werkstatt", "Anruf"];
  let state = 1;
  const below = (bound) => {
    state = (state * 48271) % 0x7fffffff;
    return state % bound;
  };
  let at = Date.UTC(2025, 10, 1);
  for (let row = 0; row < 30_000; row += 1) {
    // Many rows share a second, so that ties must be broken by arrival.
    if (below(3) > 0) at += below(20_000) * 100;
    const seconds = new Date(at - (at % 1000)).toISOString();
    lines.push(`c${below(900)},"${touchpoints[below(touchpoints.length)]}",${seconds},web`);
  }
  return lines.join("\n");
}

test("DuckDB counts the same touchpoints and steps in the parts as mine graph", async () => {
  const data = await dataDirectory();
  try {
    const file = join(data.path, "log.csv");
    const dir = join(data.path, "data");
    await writeFile(file, rows());
    const columns = ["--customer", "customer", "--touchpoint", "event", "--time", "timestamp", "--channel", "channel"];
    const imported = await command("import", file, "--data", dir, "--format", "csv", ...columns, "--source", "log");
    const graph = await command("mine", "graph", "--data", dir);
    const read = JSON.parse(execFileSync(join(here, ".venv/bin/python"), [join(here, "read_parts.py"), dir], { cwd: here }));

    assert.ok(imported.stored > 29_000, `${imported.stored} rows were stored`);
    assert.equal(graph.events, imported.stored);
    const inOrder = (table) => table.sort((a, b) => (String(a) < String(b) ? -1 : 1));
    const nodes = graph.nodes.map((node) => [node.touchpoint, node.occurrences, node.customers]);
    assert.deepEqual(inOrder(read.nodes), inOrder(nodes));
    const edges = graph.edges.map((edge) => [edge.from, edge.to, edge.occurrences]);
    assert.deepEqual(inOrder(read.edges), inOrder(edges));
  } finally {
    await data.discard();
  }
});
