// Mermaid as a page runs it, in jsdom: it parses and draws; only what a browser measures is made up.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<body></body>", { pretendToBeVisual: true });
window.SVGElement.prototype.getBBox = () => ({ x: 0, y: 0, width: 100, height: 20 });
window.SVGElement.prototype.getComputedTextLength = () => 100;
globalThis.window = window;
globalThis.document = window.document;
globalThis.CSSStyleSheet = class {
  cssRules = [];
  insertRule() {}
  replaceSync() {}
};
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

let drawings = 0;

/** Reads a text without drawing it. Resolves to the type of its diagram; rejects where Mermaid does. */
export async function parse(text) {
  return (await mermaid.parse(text)).diagramType;
}

/** Draws a text. Resolves to what is seen: the title, and the lines of each label of a node and of an edge. */
export async function draw(text) {
  drawings += 1;
  const { svg } = await mermaid.render(`drawing${drawings}`, text);
  const picture = new JSDOM(`<body>${svg}</body>`).window.document;
  const lines = (label) => {
    for (const end of label.querySelectorAll("br")) end.replaceWith("\n");
    // Nobody sees a word joiner.
    return label.textContent.replaceAll("\u2060", "").trim().split("\n");
  };
  const all = (selector) => [...picture.querySelectorAll(selector)];
  return {
    title: picture.querySelector(".flowchartTitleText")?.textContent.replaceAll("\u2060", ""),
    nodes: all("g.node").map(lines),
    edges: all("g.edgeLabels > g.edgeLabel").map(lines),
    clusters: all("g.cluster .cluster-label").map((label) => lines(label).join(" ")),
    // Of a journey: all that can be read, and the faces in their order.
    texts: all("text, div.label").map((label) => label.textContent.replaceAll("\u2060", "").trim()),
    faces: all("g > path.mouth, g > line.mouth").map((mouth) =>
      mouth.tagName === "line" ? "flat" : Number(/translate\([^,]+,(\d+)/.exec(mouth.getAttribute("transform"))?.[1] ?? 0) % 2 ? "sad" : "smile"),
    widths: all("g.edgePaths > path").map((path) => Number(path.style.strokeWidth.replace("px", ""))),
    foreign: all("script, img, a, i, b, strong, em, code, pre, li").map((element) => element.outerHTML),
  };
}
