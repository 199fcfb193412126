// Maps as we write them for Mermaid, drawn by Mermaid.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { draw, parse } from "./mermaid.js";

const here = fileURLToPath(new URL(".", import.meta.url));

function convert(format, given, ...more) {
  const command = ["run", "--quiet", "-p", "formats", "--example", "map", format, ...more];
  return execFileSync("cargo", command, { input: given, cwd: here, maxBuffer: 64 << 20 }).toString();
}

/** Titles that something between us and the eye would read: grammars, directives, HTML, codes, keywords. */
const titles = [
  'say "hi"',
  "back\\slash\\",
  "#quot; &quot; &amp; #35;",
  "<b>bold</b><script>alert(1)</script>",
  "`code` **bold** _em_",
  "a: b: c; d, e # f",
  "%%{init: {}}%% %% comment",
  "Lifestyle: x:#a;b",
  'classDef x:#a"b"',
  "journey",
  "Title page",
  "section",
  "accTitle",
  "accDescr: { x }",
  "$$x^2$$ :fa-car ﬂ°lt¶ß",
  "end",
  "--- }",
  "Straße, Ümläute: ÄÖÜ",
  "🛒 👩‍👩‍👧 日本語",
  "=1+1",
];

const map = {
  title: 'Größe: "#1"; 100 % <i a="x">„gut“\\ﬂ°lt¶ß',
  description: "Wer sucht; der findet: #1",
  personas: ["commuter", "a, b: c"],
  stage: titles.slice(0, 4).map((title, at) => ({ id: `s${at}`, title })),
  step: titles.map((title, at) => ({
    id: `n${at}`,
    title,
    stage: at < 2 ? "" : `s${at % 4}`,
    touchpoints: [title],
    optional: at === 3,
    parallel: at === 5 || at === 6 ? "g" : "",
    emotion: at % 3 === 0 ? { all: (at % 5) - 2 } : at % 3 === 1 ? { commuter: -2 } : {},
  })),
  lane: [{ id: "x", title: "X" }],
};

test("Mermaid draws a journey of hostile titles as they are", async () => {
  const text = convert("mermaid", JSON.stringify(map));
  assert.equal(await parse(text), "journey");
  const seen = await draw(text);
  const tasks = titles.map((title) => title.replace(/\s+/g, " ").trim());
  // Text is drawn twice, as HTML and for those who show none.
  assert.deepEqual(new Set(seen.texts.filter((text) => tasks.includes(text))), new Set(tasks));
  assert.ok(seen.texts.includes(map.title), `${seen.texts}`);
  for (const stage of map.stage) assert.ok(seen.texts.includes(stage.title), stage.title);
  assert.equal(seen.faces.length, titles.length);
  const mood = (at) => (at % 3 === 0 ? (at % 5) - 2 : at % 3 === 1 ? -2 : 0);
  const face = (score) => (score > 0 ? "smile" : score < 0 ? "sad" : "flat");
  assert.deepEqual(seen.faces, titles.map((_, at) => face(mood(at))));
  assert.deepEqual(seen.foreign, []);
  assert.equal(JSON.parse(convert("mermaid", text, "--read")).step.length, titles.length);
});

test("Mermaid draws the network of a map: steps in their stages, ways, forks", async () => {
  const seen = await draw(convert("flowchart", JSON.stringify(map)));
  const shown = (title) => title.replace(/\s+/g, " ").trim();
  const nodes = seen.nodes.map((lines) => lines[0]);
  assert.deepEqual([...nodes].sort(), ["start", "end", "+", "+", ...titles.map(shown)].sort());
  assert.deepEqual([...seen.clusters].sort(), map.stage.map((stage) => shown(stage.title)).sort());
  // One after the other, two of them between a fork and a join.
  assert.equal(seen.widths.length, titles.length + 4);
  // Titles of flowcharts show no mark of HTML: look-alikes stand for them.
  assert.equal(seen.title, map.title.replaceAll("<", "\u2039").replaceAll(">", "\u203a").replaceAll("&", "\uff06"));
  assert.deepEqual(seen.foreign, []);
});

test("Mermaid draws edges with what is said of them", async () => {
  const edge = [
    { from: "start", to: "a" },
    { from: "a", to: "b", within: "2h", title: "if: it | fits" },
    { from: "b", to: "a", mode: "next" },
    { from: "b", to: "end" },
  ];
  const step = ["a", "b"].map((id) => ({ id, title: id.toUpperCase() }));
  const seen = await draw(convert("flowchart", JSON.stringify({ title: "T", step, edge })));
  assert.deepEqual(seen.edges.filter((lines) => lines.join("")).sort(), [["if: it | fits", "within 2h"], ["next"]]);
  assert.equal(seen.widths.length, 4);
});

test("we read what Mermaid reads, and refuse what it refuses", async () => {
  const files = [
    ["journey\n  title A day\n  section Go\n    Make tea: 5: Me, Cat\n    Work: 1.5\n", true],
    ["%% first\njourney\n  Before any section: 3\n", true],
    ["---\ntitle: In front\n---\njourney\n  A: 3\n", true],
    ["%%{init: {'theme': 'dark'}}%%\njourney\n  A: 3: Me\n", true],
    ["journey\n  TITLE x\n  SECTION y\n  A: 3: Me: and more\n", true],
    ["journey\n  accDescr {\n    two\n    lines\n  }\n  A#58; b: 3\n", true],
    ["journey\n  A: 3: Me # comment\n", true],
    ["flowchart LR\n  a --> b\n", false],
    ["journey\n  no score\n", false],
  ];
  for (const [text, fine] of files) {
    const ours = () => JSON.parse(convert("mermaid", text, "--read"));
    if (fine) {
      assert.equal(await parse(text), "journey", text);
      assert.ok(ours().step.length > 0, text);
    } else {
      assert.notEqual(await parse(text).catch(() => "refused"), "journey", text);
      assert.throws(ours, text);
    }
  }
});
