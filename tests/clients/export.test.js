// What we export is read by the programs it is for: Mermaid draws our flowcharts, DuckDB reads our tables.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { draw } from "./mermaid.js";
import { dataDirectory } from "../server.js";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Names that something between us and the eye would read: a grammar, Markdown, HTML, icons, formulas, directives. */
const hostile = [
  'say "hi"',
  "back\\slash\\",
  "#quot; &quot; &amp; #35;",
  "<b>bold</b><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "`code` **bold** _em_",
  "1. first",
  "- item",
  "# head",
  "[link](https://example.org)",
  "https://example.org",
  "fa:fa-car fab:fa-x",
  "$$x^2$$ $$$",
  "%%{init: {}}%% %% comment",
  'style x:#a"b"',
  'classDef x:#a"b"',
  "end",
  "a --> b; c",
  "a|b]c)d}e",
  "n0",
  "ﬂ°lt¶ß ﬂ°°60¶ß",
  "Straße, Ümläute: ÄÖÜ",
  "🛒 👩‍👩‍👧",
  "日本語",
  "=1+1",
  "other edges",
];
const ring = hostile.map((name, at) => [name, hostile[(at + 1) % hostile.length], 1000 - at, at % 2 ? null : 210]);
const network = { nodes: hostile.map((name, at) => [name, 5000 + at]), edges: ring };

function convert(format, strongest, json) {
  const options = { input: JSON.stringify(json), cwd: here, maxBuffer: 64 << 20 };
  return execFileSync("cargo", ["run", "--quiet", "-p", "export", "--example", "convert", format, String(strongest)], options);
}

const counted = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const inOrder = (rows) => rows.map((row) => JSON.stringify(row)).sort();

test("Mermaid shows every hostile name, count and duration as it is, and nothing else", async () => {
  const seen = await draw(convert("mermaid", 100, network).toString());
  assert.deepEqual(inOrder(seen.nodes), inOrder(network.nodes.map(([name, n]) => [name, counted(n)])));
  assert.deepEqual(inOrder(seen.edges), inOrder(ring.map(([, , n, s]) => [counted(n), ...(s ? ["3.5 min"] : [])])));
  assert.match(seen.title, /^100\.0 % of the flow/);
  assert.deepEqual(seen.foreign, []);
});

test("Mermaid draws the rest through other edges, the wider the more flows", async () => {
  const edges = [["a", "b", 900, 12.5], ["b", "a", 60, 1], ["a", "a", 40, null]];
  const seen = await draw(convert("mermaid", 1, { nodes: [["a", 1], ["b", 2]], edges }).toString());
  assert.deepEqual(inOrder(seen.nodes), inOrder([["a", "1"], ["b", "2"], ["other edges", "100"]]));
  assert.deepEqual(inOrder(seen.edges), inOrder([["900", "12 s"], ["40"], ["100"], ["60"]]));
  assert.match(seen.title, /^90\.0 % of the flow/);
  assert.equal(Math.max(...seen.widths), seen.widths[0]);
  assert.equal(new Set(seen.widths).size, 4, `${seen.widths}`);
});

test("Mermaid draws nothing of an empty network, and says so", async () => {
  const seen = await draw(convert("mermaid", 1, { nodes: [], edges: [] }).toString());
  assert.deepEqual([seen.nodes, seen.edges, seen.title], [[], [], "no flow to show"]);
});

test("DuckDB reads the same rows from our Parquet and from our CSV, and the recipe", async () => {
  const directory = await dataDirectory();
  try {
    const files = ["parquet", "csv"].map((format) => join(directory.path, `edges.${format}`));
    await writeFile(files[0], convert("parquet", 1, network));
    await writeFile(files[1], convert("csv", 1, network));
    const read = JSON.parse(execFileSync(join(here, ".venv/bin/python"), [join(here, "read_export.py"), ...files], { cwd: here }));
    assert.deepEqual(read.types, ["VARCHAR", "VARCHAR", "UBIGINT", "DOUBLE"]);
    assert.deepEqual(read.parquet, ring);
    const guarded = (name) => (name.startsWith("=") || name.startsWith("-") ? `'${name}` : name);
    assert.deepEqual(read.csv, ring.map(([from, to, ...figures]) => [guarded(from), guarded(to), ...figures]));
    assert.deepEqual(read.recipes, [JSON.stringify(network)]);
  } finally {
    await directory.discard();
  }
});
