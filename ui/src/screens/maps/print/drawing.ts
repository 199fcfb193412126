/**
 * The whole map as a drawing of plain shapes and lines of text, for files and paper. Nothing of it is cut off: rows are as high
 * as what stands in them. What it says comes resolved and in words, so that the drawing needs nothing but itself.
 */
import { yOf, LEVELS, type Curve } from '../curve/curve'
import { MARKS, toneOf } from '../curve/marks'
import type { Columns } from '../document/columns'
import type { Routing } from '../edges/routing'
import { wrapped, type Font, type Measure } from './text'

export type Shape =
  | { readonly kind: 'rect'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: string; readonly stroke?: string; readonly dash?: string; readonly round?: number }
  | { readonly kind: 'text'; readonly x: number; readonly y: number; readonly text: string; readonly font: Font; readonly fill: string; readonly anchor?: 'middle' | 'end'; readonly struck?: boolean }
  | { readonly kind: 'path'; readonly d: string; readonly x?: number; readonly y?: number; readonly fill?: string; readonly stroke?: string; readonly width?: number; readonly dash?: string; readonly opacity?: number; /** Within all of these. */ readonly clip?: readonly string[]; readonly scale?: number }

/** Shapes in a box of their own; `clips` are areas that paths name. */
export type Drawing = { readonly width: number; readonly height: number; readonly shapes: readonly Shape[]; readonly clips: readonly { readonly id: string; readonly d: string; readonly x: number; readonly y: number }[] }

export type Palette = Readonly<Record<'paper' | 'raised' | 'ink' | 'ink2' | 'ink3' | 'line' | 'lineStrong' | 'way' | 'accent' | 'accentSoft' | 'accentStrong' | 'onAccent' | 'bad' | 'good', string>> & {
  readonly voices: readonly string[]
  readonly peso: Readonly<Record<'paid' | 'earned' | 'shared' | 'owned', string>>
}

export type Piece = { readonly text: string; readonly mark?: 'paid' | 'earned' | 'shared' | 'owned' | 'unknown' | 'pain' | 'chance'; readonly struck?: boolean }
export type LaneOnPaper = { readonly title: string; readonly kind: 'text'; readonly cells: ReadonlyMap<string, readonly Piece[]> } | { readonly title: string; readonly kind: 'curve'; readonly voices: readonly { readonly id: string; readonly title: string }[]; readonly expected: string | null }

export type OnPaper = {
  readonly columns: Columns
  readonly routing: Routing | null
  readonly curve: Curve
  readonly waySays: (key: string) => string
  readonly steps: ReadonlyMap<string, { readonly title: string; readonly truth: string; readonly notes: readonly string[]; readonly optional: boolean }>
  readonly stageTitle: (id: string | null) => string
  readonly heads: { readonly steps: string; readonly ways: string; readonly back: string }
  readonly lanes: readonly LaneOnPaper[]
}

/** Which columns are drawn, and which lanes; the heads stand on each. */
export type Part = { readonly from: number; readonly to: number; readonly lanes: readonly LaneOnPaper[]; readonly ways: boolean }

export const HEAD = 98
const STAGE: Font = { size: 12.5, weight: 600 }
const TITLE: Font = { size: 12, weight: 600 }
const TEXT: Font = { size: 10.5, weight: 400 }
const SMALL: Font = { size: 9.5, weight: 400 }
const WAY: Font = { size: 8.5, weight: 400 }
const HEADING: Font = { size: 10.5, weight: 600 }
const LEADING = 1.32
const PAD = 8
const GUTTER = 4
const CURVE = 118
const MARK = 13

const PESO_SHAPES = {
  paid: 'M3 2.5h12a.5.5 0 0 1 .5.5v12a.5.5 0 0 1-.5.5H3a.5.5 0 0 1-.5-.5V3a.5.5 0 0 1 .5-.5Z',
  earned: 'M9 1.3 16.7 9 9 16.7 1.3 9Z',
  shared: 'M9 1.7a7.3 7.3 0 1 1 0 14.6A7.3 7.3 0 0 1 9 1.7Z',
  owned: 'M5.2 2.3h7.6L16.7 9l-3.9 6.7H5.2L1.3 9Z',
}
const STAR = 'M10 .8 12.3 4.4 16.5 3.5 15.6 7.7 19.2 10 15.6 12.3 16.5 16.5 12.3 15.6 10 19.2 7.7 15.6 3.5 16.5 4.4 12.3.8 10 4.4 7.7 3.5 3.5 7.7 4.4Z'

/** A column of lines of text, with the height that it takes. */
type Block = { readonly shapes: readonly Shape[]; readonly height: number }

function lines(texts: readonly string[], x: number, y: number, font: Font, fill: string, struck = false): Block {
  const step = font.size * LEADING
  return {
    shapes: texts.map((text, at) => ({ kind: 'text', x, y: y + font.size + at * step, text, font, fill, struck })),
    height: texts.length * step,
  }
}

export class Drafter {
  readonly #map: OnPaper
  readonly #palette: Palette
  readonly #measure: Measure

  constructor(map: OnPaper, palette: Palette, measure: Measure) {
    this.#map = map
    this.#palette = palette
    this.#measure = measure
  }

  #wrap(text: string, width: number, font: Font): readonly string[] {
    return wrapped(text, width, font, this.#measure)
  }

  #card(id: string, x: number, y: number, width: number): Block {
    const step = this.#map.steps.get(id)
    if (!step) return { shapes: [], height: 0 }
    const shapes: Shape[] = []
    const inner = width - 2 * PAD - (step.truth ? MARK + 5 : 0)
    const title = lines(this.#wrap(step.title, inner, TITLE), x + PAD, y + PAD - 1, TITLE, this.#palette.ink)
    shapes.push(...title.shapes)
    if (step.truth) {
      const at = { x: x + width - PAD - 15, y: y + PAD - 2 }
      shapes.push({ kind: 'path', d: STAR, ...at, scale: 0.8, fill: this.#palette.accent })
      shapes.push({ kind: 'text', x: at.x + 8, y: at.y + 11, text: step.truth, font: { size: 8, weight: 700 }, fill: this.#palette.onAccent, anchor: 'middle' })
    }
    let height = PAD + title.height
    for (const note of step.notes) {
      const block = lines(this.#wrap(note, width - 2 * PAD, SMALL), x + PAD, y + height + 1, SMALL, this.#palette.ink2)
      shapes.push(...block.shapes)
      height += block.height + 1
    }
    return { shapes, height: height + PAD - 1 }
  }

  #pieces(pieces: readonly Piece[], x: number, y: number, width: number): Block {
    const { ink, ink3, bad, good, peso, paper } = this.#palette
    const shapes: Shape[] = []
    let height = 0
    for (const { text, mark, struck } of pieces) {
      const indent = mark === 'pain' || mark === 'chance' ? 8 : mark ? MARK + 4 : 0
      const block = lines(this.#wrap(text, width - indent, TEXT), x + indent, y + height, TEXT, ink, struck)
      if (mark === 'pain' || mark === 'chance') {
        shapes.push({ kind: 'rect', x, y: y + height + 2, width: 3, height: block.height - 3, fill: mark === 'pain' ? bad : good, round: 1.5 })
      } else if (mark) {
        const colour = mark === 'unknown' ? ink3 : peso[mark]
        shapes.push({ kind: 'path', d: PESO_SHAPES[mark === 'unknown' ? 'shared' : mark], x, y: y + height + 0.5, scale: MARK / 18, fill: paper, stroke: colour, width: 1.4, dash: mark === 'unknown' ? '2.5 2' : undefined })
        shapes.push({ kind: 'text', x: x + MARK / 2, y: y + height + MARK / 2 + 3.1, text: mark === 'unknown' ? '?' : mark.charAt(0).toUpperCase(), font: { size: 7.5, weight: 700 }, fill: colour, anchor: 'middle' })
      }
      shapes.push(...block.shapes)
      height += block.height + 2
    }
    return { shapes, height: Math.max(0, height - 2) }
  }

  /** How high a lane is over some columns. */
  #laneHeight(lane: LaneOnPaper, from: number, to: number): number {
    if (lane.kind === 'curve') return CURVE
    const cells = this.#map.columns.steps
      .filter((column) => column.at >= from && column.at < to)
      .map((column) => this.#pieces(lane.cells.get(column.step.id) ?? [], 0, 0, column.width - 2 * PAD).height)
    const head = this.#wrap(lane.title, HEAD - 14, HEADING).length * HEADING.size * LEADING
    return Math.max(head, ...cells, 0) + 2 * PAD - 4
  }

  #stagesHeight(from: number, to: number): number {
    return Math.max(
      26,
      ...this.#map.columns.bands.filter((band) => band.at < to && band.at + band.span > from).map((band) => this.#wrap(this.#map.stageTitle(band.stage?.id ?? null), this.#seen(band.x, band.width, from, to).width - 18, STAGE).length * STAGE.size * LEADING + 11),
    )
  }

  #cardsHeight(from: number, to: number): number {
    return Math.max(40, ...this.#map.columns.steps.filter((column) => column.at >= from && column.at < to).map((column) => this.#card(column.step.id, 0, 0, column.width - 2 * GUTTER).height))
  }

  /** What of a stretch lies within the columns. */
  #seen(x: number, width: number, from: number, to: number): { x: number; width: number } {
    const { widths } = this.#map.columns
    const sum = (end: number) => widths.slice(0, end).reduce((total, one) => total + one, 0)
    const [left, right] = [Math.max(x, sum(from)), Math.min(x + width, sum(to))]
    return { x: left - sum(from), width: right - left }
  }

  /** The height of a part, to see whether it fits a page. */
  height({ from, to, lanes, ways }: Part): number {
    const routing = ways ? this.#map.routing : null
    return this.#stagesHeight(from, to) + 6 + (routing?.above ?? 0) + this.#cardsHeight(from, to) + (routing?.below ?? 0) + 8 + lanes.reduce((sum, lane) => sum + this.#laneHeight(lane, from, to), 0)
  }

  draw(part: Part, name = 'map'): Drawing {
    const { from, to } = part
    const { columns, steps } = this.#map
    const { accentSoft, accentStrong, ink2, ink3, line, lineStrong, raised } = this.#palette
    const routing = part.ways ? this.#map.routing : null
    const left = columns.widths.slice(0, from).reduce((sum, width) => sum + width, 0)
    const width = columns.widths.slice(from, to).reduce((sum, one) => sum + one, 0)
    const at = (x: number) => HEAD + x - left
    const inside = columns.steps.filter((column) => column.at >= from && column.at < to)
    const shapes: Shape[] = []
    const clips: Drawing['clips'][number][] = []
    let y = 0

    const stages = this.#stagesHeight(from, to)
    for (const band of columns.bands) {
      if (band.at >= to || band.at + band.span <= from) continue
      const seen = this.#seen(band.x, band.width, from, to)
      shapes.push({ kind: 'rect', x: HEAD + seen.x + GUTTER, y, width: seen.width - 2 * GUTTER, height: stages, fill: accentSoft, round: 4 })
      shapes.push(...lines(this.#wrap(this.#map.stageTitle(band.stage?.id ?? null), seen.width - 18, STAGE), HEAD + seen.x + GUTTER + 9, y + 4, STAGE, accentStrong).shapes)
    }
    y += stages + 6

    const window = `M${HEAD} 0h${width}v${Math.max(1, (routing?.above ?? 0) + (routing?.below ?? 0) + 4)}h${-width}Z`
    const ways = (side: 'above' | 'below', top: number) => {
      const id = `${name}-${side}`
      clips.push({ id, d: window, x: 0, y: top - 2 })
      for (const one of routing?.edges ?? []) {
        if (one.side !== side || Math.max(one.from, one.to) < left || Math.min(one.from, one.to) > left + width) continue
        const back = one.kind === 'back' || one.kind === 'self'
        shapes.push({ kind: 'path', d: one.path, x: at(0), y: top, stroke: this.#palette.way, width: 1.2, dash: back ? '6 3' : undefined, clip: [id] })
        if (one.tip) shapes.push({ kind: 'path', d: one.tip, x: at(0), y: top, fill: this.#palette.way, clip: [id] })
        if (one.kind === 'start' || one.kind === 'end') shapes.push({ kind: 'path', d: `M${one.from - 3} ${one.label.y}a3 3 0 1 1 6 0a3 3 0 1 1-6 0Z`, x: at(0), y: top, fill: one.kind === 'end' ? this.#palette.way : this.#palette.paper, stroke: this.#palette.way, width: 1.2, clip: [id] })
        const said = this.#map.waySays(one.key)
        if (said && one.label.x > left && one.label.x < left + width) {
          const wide = this.#measure(said, WAY) + 6
          shapes.push({ kind: 'rect', x: at(one.label.x) - wide / 2, y: top + one.label.y - 5, width: wide, height: 10, fill: this.#palette.paper })
          shapes.push({ kind: 'text', x: at(one.label.x), y: top + one.label.y + 3, text: said, font: WAY, fill: ink2, anchor: 'middle' })
        }
      }
    }
    if (routing?.above) {
      ways('above', y)
      shapes.push(...lines(this.#wrap(this.#map.heads.ways, HEAD - 14, TEXT), 0, y + routing.above / 2 - 8, TEXT, ink3).shapes)
      y += routing.above
    }
    const cards = this.#cardsHeight(from, to)
    shapes.push(...lines(this.#wrap(this.#map.heads.steps, HEAD - 14, HEADING), 0, y + PAD - 1, HEADING, ink2).shapes)
    for (const column of inside) {
      const [x, wide] = [at(column.x) + GUTTER, column.width - 2 * GUTTER]
      shapes.push({ kind: 'rect', x, y, width: wide, height: cards, fill: raised, stroke: lineStrong, dash: steps.get(column.step.id)?.optional ? '4 3' : undefined, round: 5 })
      shapes.push(...this.#card(column.step.id, x, y, wide).shapes)
    }
    y += cards
    if (routing?.below) {
      ways('below', y)
      shapes.push(...lines(this.#wrap(this.#map.heads.back, HEAD - 14, TEXT), 0, y + routing.below / 2 - 8, TEXT, ink3).shapes)
      y += routing.below
    }
    y += 8

    for (const lane of part.lanes) {
      const height = this.#laneHeight(lane, from, to)
      shapes.push({ kind: 'path', d: `M0 ${y}h${HEAD + width}`, stroke: line, width: 1 })
      const head = lines(this.#wrap(lane.title, HEAD - 14, HEADING), 0, y + PAD - 3, HEADING, ink2)
      shapes.push(...head.shapes)
      if (lane.kind === 'curve') this.#curve(lane, { y, left, width, head: head.height, name }, shapes, clips)
      else for (const column of inside) shapes.push(...this.#pieces(lane.cells.get(column.step.id) ?? [], at(column.x) + PAD, y + PAD - 3, column.width - 2 * PAD).shapes)
      y += height
    }
    shapes.push({ kind: 'path', d: `M${HEAD - 6} 0v${y}`, stroke: line, width: 1 })
    return { width: HEAD + width, height: y, shapes, clips }
  }

  #curve(lane: LaneOnPaper & { kind: 'curve' }, { y, left, width, head, name }: { y: number; left: number; width: number; head: number; name: string }, shapes: Shape[], clips: Drawing['clips'][number][]) {
    const { ink2, ink3, line, lineStrong, bad, paper, voices } = this.#palette
    const { curve } = this.#map
    const known = lane.voices.map((voice) => voice.id)
    const toneAt = (id: string) => toneOf(known, id)
    const window = `${name}-curve`
    clips.push({ id: window, d: `M${HEAD} 0h${width}v${CURVE}h${-width}Z`, x: 0, y })
    const place = { x: HEAD - left, y }
    for (const level of LEVELS) shapes.push({ kind: 'path', d: `M${HEAD} ${y + yOf(level, CURVE)}h${width}`, stroke: level === 0 ? lineStrong : line, width: 1, dash: level === 0 ? undefined : '1 4' })
    for (const level of [2, 0, -2]) shapes.push({ kind: 'text', x: HEAD - 9, y: y + yOf(level, CURVE) + 3, text: level > 0 ? `+${level}` : String(level).replace('-', '−'), font: SMALL, fill: ink3, anchor: 'end' })
    if (curve.short) {
      const id = `${name}-short`
      clips.push({ id, d: curve.short.below, ...place })
      shapes.push({ kind: 'path', d: curve.short.above, ...place, fill: bad, opacity: 0.14, clip: [id, window] })
    }
    if (curve.expected) shapes.push({ kind: 'path', d: curve.expected.path, ...place, stroke: ink3, width: 1.2, dash: '5 4', clip: [window] })
    for (const drawn of curve.lines) {
      const tone = toneAt(drawn.id)
      const colour = voices[tone] ?? ink2
      shapes.push({ kind: 'path', d: drawn.path, ...place, stroke: colour, width: 2, dash: MARKS[tone]?.dash, clip: [window] })
      if (drawn.bridges) shapes.push({ kind: 'path', d: drawn.bridges, ...place, stroke: colour, width: 1.1, dash: '1 4', clip: [window] })
      for (const point of drawn.points) {
        if (point.x < left || point.x > left + width) continue
        shapes.push({ kind: 'path', d: MARKS[tone]?.shape ?? '', x: HEAD + point.x - left, y: y + point.y, fill: point.inherited ? paper : colour, stroke: point.inherited ? colour : paper, width: 1.2 })
      }
    }
    if (lane.voices.length > 1 || lane.expected) {
      const all = [...lane.voices.map((voice) => ({ title: voice.title, colour: voices[toneAt(voice.id)] ?? ink2, mark: MARKS[toneAt(voice.id)]?.shape })), ...(lane.expected ? [{ title: lane.expected, colour: ink3, mark: 'M-6 0h12' }] : [])]
      let top = y + PAD + head + 4
      for (const { title, colour, mark } of all) {
        shapes.push({ kind: 'path', d: mark ?? '', x: 5, y: top + 4, scale: 0.7, fill: colour, stroke: colour, width: 1.4 })
        const block = lines(this.#wrap(title, HEAD - 44, SMALL), 14, top - 2, SMALL, ink2)
        shapes.push(...block.shapes)
        top += block.height + 2
      }
    }
  }
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
const attribute = (name: string, value: string | number | undefined) => (value === undefined ? '' : ` ${name}="${typeof value === 'number' ? Number(value.toFixed(2)) : escaped(value)}"`)

function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case 'rect':
      return `<rect${attribute('x', shape.x)}${attribute('y', shape.y)}${attribute('width', Math.max(0, shape.width))}${attribute('height', Math.max(0, shape.height))}${attribute('rx', shape.round)}${attribute('fill', shape.fill)}${attribute('stroke', shape.stroke)}${attribute('stroke-dasharray', shape.dash)}/>`
    case 'text':
      return `<text${attribute('x', shape.x)}${attribute('y', shape.y)}${attribute('font-size', shape.font.size)}${attribute('font-weight', shape.font.weight)}${attribute('fill', shape.fill)}${attribute('text-anchor', shape.anchor)}${shape.struck ? ' text-decoration="line-through"' : ''}>${escaped(shape.text)}</text>`
    case 'path': {
      const moved = shape.x || shape.y || shape.scale ? ` transform="translate(${Number((shape.x ?? 0).toFixed(2))} ${Number((shape.y ?? 0).toFixed(2))})${shape.scale ? ` scale(${shape.scale})` : ''}"` : ''
      const path = `<path${attribute('d', shape.d)}${moved} fill="${shape.fill ?? 'none'}"${attribute('fill-opacity', shape.opacity)}${attribute('stroke', shape.stroke)}${attribute('stroke-width', shape.width)}${attribute('stroke-dasharray', shape.dash)}/>`
      // A clip lies on a group around the path, so that it is not moved with it.
      return (shape.clip ?? []).reduce((inside, id) => `<g clip-path="url(#${id})">${inside}</g>`, path)
    }
  }
}

/** The inside of an SVG element. */
export function shapesText({ shapes, clips }: Pick<Drawing, 'shapes' | 'clips'>): string {
  const defs = clips.map(({ id, d, x, y }) => `<clipPath id="${id}"><path${attribute('d', d)} transform="translate(${Number(x.toFixed(2))} ${Number(y.toFixed(2))})"/></clipPath>`).join('')
  return `${defs ? `<defs>${defs}</defs>` : ''}${shapes.map(shapeText).join('')}`
}
