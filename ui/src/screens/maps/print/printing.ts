/** A map as a file or on paper: SVG, PNG, and pages of A3 in landscape for the printer and for PDF. */
import { flushSync, mount, unmount } from 'svelte'
import { toasts } from '../../../app/toasts.svelte'
import { download, fileName, points } from '../../../parts/exporting'
import { day, list, moment } from '../../../words/format'
import type { Desk } from '../editor/desk.svelte'
import { w } from '../editor/words'
import { Drafter, shapesText, type Drawing, type OnPaper, type Palette, type Shape } from './drawing'
import { partsOf } from './pages'
import { fontFamily, measuring, onPaper, palette } from './paper'
import Sheets from './Sheets.svelte'
import type { Measure } from './text'

/** A3 in landscape at 96 dots per inch. */
export const PAPER = { width: 1587, height: 1122 }
const MARGIN = 44
const TITLE_HEIGHT = 52
const FOOT_HEIGHT = 42
/** No column is narrower on paper; few columns are made wider, up to the most. */
const COLUMN = { least: 108, most: 168 }

/** What stands over the drawing. */
function headLines(desk: Desk): { title: string; line: string } {
  const { plan, sheet, registers } = desk
  const version = desk.old?.version ?? sheet.stored.version
  const at = desk.old?.at ?? sheet.stored.at
  const line = [
    w().values[plan.state ?? 'as_is'],
    plan.personas?.length ? list(plan.personas.map((name) => registers.title('persona', name))) : '',
    plan.owner ? `${w().fields.owner}: ${plan.owner}` : '',
    `${w().paper.version(version)}${at ? `, ${day(at)}` : ''}`,
    moment(new Date()),
  ]
  return { title: plan.title || w().untitled, line: line.filter(Boolean).join(' · ') }
}

/** The marks of the drawing in words, in one or more lines. */
function legend(map: OnPaper, colours: Palette, measure: Measure, width: number): Drawing {
  const paper = w().paper
  const font = { size: 9.5, weight: 400 }
  const entries: { text: string; shapes: (x: number, y: number) => readonly Shape[] }[] = [
    ...(map.routing
      ? [
          { text: paper.onward, shapes: (x: number, y: number): readonly Shape[] => [{ kind: 'path', d: 'M0 0h16', x, y, stroke: colours.way, width: 1.3 }] },
          { text: paper.back, shapes: (x: number, y: number): readonly Shape[] => [{ kind: 'path', d: 'M0 0h16', x, y, stroke: colours.way, width: 1.3, dash: '6 3' }] },
        ]
      : []),
    { text: paper.moment, shapes: (x, y) => [{ kind: 'path', d: 'M10 .8 12.3 4.4 16.5 3.5 15.6 7.7 19.2 10 15.6 12.3 16.5 16.5 12.3 15.6 10 19.2 7.7 15.6 3.5 16.5 4.4 12.3.8 10 4.4 7.7 3.5 3.5 7.7 4.4Z', x: x + 2, y: y - 6, scale: 0.6, fill: colours.accent }] },
    { text: paper.optional, shapes: (x, y) => [{ kind: 'rect', x: x + 1, y: y - 5, width: 14, height: 10, fill: colours.paper, stroke: colours.lineStrong, dash: '4 3', round: 2 }] },
    { text: paper.peso, shapes: () => [] },
    { text: paper.fails, shapes: (x, y) => [{ kind: 'text', x: x + 1, y: y + 3, text: 'abc', font, fill: colours.ink, struck: true }] },
    ...(map.lanes.some((lane) => lane.kind === 'curve') ? [{ text: paper.assumed, shapes: (x: number, y: number): readonly Shape[] => [{ kind: 'path', d: 'M0 0h16', x, y, stroke: colours.voices[0], width: 2 }] }] : []),
    ...(map.curve.short ? [{ text: paper.short, shapes: (x: number, y: number): readonly Shape[] => [{ kind: 'path', d: 'M1-5h14v10h-14Z', x, y, fill: colours.bad, opacity: 0.2 }] }] : []),
    { text: paper.pain, shapes: (x, y) => [{ kind: 'rect', x: x + 7, y: y - 5, width: 3, height: 10, fill: colours.bad }] },
    { text: paper.chance, shapes: (x, y) => [{ kind: 'rect', x: x + 7, y: y - 5, width: 3, height: 10, fill: colours.good }] },
  ]
  const shapes: Shape[] = []
  let [x, y] = [0, 8]
  for (const { text, shapes: drawn } of entries) {
    const made = drawn(x, y)
    const indent = made.length ? 21 : 0
    const wide = indent + measure(text, font) + 18
    if (x > 0 && x + wide > width) {
      x = 0
      y += 15
    }
    shapes.push(...drawn(x, y), { kind: 'text', x: x + indent, y: y + 3.5, text, font, fill: colours.ink2 })
    x += wide
  }
  return { width, height: y + 8, shapes, clips: [] }
}

function svg(width: number, height: number, inside: string, title: string): string {
  const escaped = title.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily.replace(/"/g, '&quot;')}"><title>${escaped}</title>${inside}</svg>`
}

const text = (x: number, y: number, of: string, size: number, weight: number, fill: string, anchor?: 'end'): string =>
  shapesText({ shapes: [{ kind: 'text', x, y, text: of, font: { size, weight }, fill, anchor }], clips: [] })

/** The whole map in one picture. */
function picture(desk: Desk): { text: string; width: number; height: number } {
  const [colours, measure] = [palette(), measuring()]
  const map = onPaper(desk, { step: 158, empty: 104 })
  const drawing = new Drafter(map, colours, measure).draw({ from: 0, to: map.columns.widths.length, lanes: map.lanes, ways: true })
  const width = Math.ceil(Math.max(drawing.width, 640)) + 2 * MARGIN
  const { title, line } = headLines(desk)
  const foot = legend(map, colours, measure, width - 2 * MARGIN)
  const height = Math.ceil(MARGIN + TITLE_HEIGHT + drawing.height + 20 + foot.height + MARGIN / 2)
  const inside =
    `<rect width="${width}" height="${height}" fill="#ffffff"/>` +
    text(MARGIN, MARGIN + 12, title, 20, 650, colours.ink) +
    text(MARGIN, MARGIN + 32, line, 11, 400, colours.ink2) +
    `<g transform="translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})">${shapesText(drawing)}</g>` +
    `<g transform="translate(${MARGIN} ${Math.ceil(MARGIN + TITLE_HEIGHT + drawing.height + 20)})">${shapesText(foot)}</g>`
  return { text: svg(width, height, inside, title), width, height }
}

/** Every sheet as an SVG text of the size of the paper. */
export function sheets(desk: Desk): readonly string[] {
  const [colours, measure] = [palette(), measuring()]
  const room = { width: PAPER.width - 2 * MARGIN, height: PAPER.height - 2 * MARGIN - TITLE_HEIGHT - FOOT_HEIGHT }
  const count = Math.max(1, desk.columns.widths.length)
  const beside = Math.ceil((count * COLUMN.least) / (room.width - 98))
  const step = Math.max(COLUMN.least, Math.min(COLUMN.most, Math.floor((room.width - 98) / Math.ceil(count / beside))))
  const map = onPaper(desk, { step, empty: Math.min(step, 100) })
  const drafter = new Drafter(map, colours, measure)
  const parts = partsOf(map.columns, map.lanes, { width: room.width - 98, height: room.height }, (part) => drafter.height(part))
  const { title, line } = headLines(desk)
  const foot = legend(map, colours, measure, room.width - 160)
  return parts.map((part, at) => {
    const drawing = drafter.draw(part, `sheet-${at}`)
    // One lane that is higher than the paper is made smaller rather than cut.
    const scale = Math.min(1, room.height / drawing.height, room.width / drawing.width)
    const inside =
      text(MARGIN, MARGIN + 14, title, 20, 650, colours.ink) +
      text(MARGIN, MARGIN + 34, line, 11, 400, colours.ink2) +
      `<g transform="translate(${MARGIN} ${MARGIN + TITLE_HEIGHT})${scale < 1 ? ` scale(${scale.toFixed(4)})` : ''}">${shapesText(drawing)}</g>` +
      `<g transform="translate(${MARGIN} ${PAPER.height - MARGIN - foot.height + 12})">${shapesText(foot)}</g>` +
      text(PAPER.width - MARGIN, PAPER.height - MARGIN + 8, w().paper.page(at + 1, parts.length), 10, 400, colours.ink3, 'end')
    return svg(PAPER.width, PAPER.height, inside, title)
  })
}

export async function savePicture(desk: Desk, format: 'svg' | 'png') {
  const name = `${fileName(desk.plan.title)}-${new Date().toISOString().slice(0, 10)}.${format}`
  try {
    const made = picture(desk)
    download(format === 'svg' ? new Blob([made.text], { type: 'image/svg+xml' }) : await points(made), name)
    toasts.show(w().pictureSaved(name))
  } catch {
    toasts.show(w().pictureFailed, { tone: 'bad' })
  }
}

let laid: ReturnType<typeof mount> | null = null

/** Lays the sheets out for the printer, in place of the page. */
export function lay(desk: Desk) {
  clear()
  laid = mount(Sheets, { target: document.body, props: { sheets: sheets(desk) } })
  flushSync()
  document.documentElement.classList.add('printing-sheets')
}

export function clear() {
  document.documentElement.classList.remove('printing-sheets')
  if (laid) void unmount(laid)
  laid = null
}

export function printMap(desk: Desk) {
  lay(desk)
  window.print()
  // Where the dialog does not hold the page up, `afterprint` clears.
}
