/** From places to lines: where each path leaves and arrives, how it bends, where its figure fits. */
import type { Path } from './network'
import { pathKey } from './network'
import { STEP_HEIGHT } from './placing'

export type Point = readonly [x: number, y: number]
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/**
 * How a path runs: on to a later column, back to an earlier one, along its own column to the step below or past others, or
 * round to the step it left.
 */
export type Way = 'on' | 'back' | 'below' | 'past' | 'loop' | 'automatic'

export type Drawn = {
  readonly key: string
  readonly path: Path
  readonly way: Way
  readonly width: number
  /** The body: an area to fill, or a line to stroke. */
  readonly body: string
  readonly filled: boolean
  readonly tip: string
  /** The middle line, for the pointer. */
  readonly line: string
  /** The same in pieces: for figures, for dots that travel. */
  readonly points: readonly Point[]
}

const TIP = 8
const PARTS = 20
/** Lines bend without folding up to this width. */
const STROKE_MOST = 9

const n = (value: number) => Math.round(value * 10) / 10

type Cubic = readonly [Point, Point, Point, Point]

function along([a, b, c, d]: Cubic): Point[] {
  return Array.from({ length: PARTS + 1 }, (_, at): Point => {
    const t = at / PARTS
    const u = 1 - t
    const part = (i: 0 | 1) => u * u * u * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t * t * t * d[i]
    return [part(0), part(1)]
  })
}

const cubic = ([a, b, c, d]: Cubic) => `M${n(a[0])} ${n(a[1])}C${n(b[0])} ${n(b[1])} ${n(c[0])} ${n(c[1])} ${n(d[0])} ${n(d[1])}`

const middleOf = (curve: Cubic) => ({ line: cubic(curve), points: along(curve) })

/** The point of an arrow that arrives at `end` in a direction given as a unit vector. */
function tipAt([x, y]: Point, [dx, dy]: Point, width: number): string {
  const half = Math.max(4, width / 2 + 2.5)
  const [bx, by] = [x - dx * TIP, y - dy * TIP]
  return `M${n(x)} ${n(y)}L${n(bx - dy * half)} ${n(by + dx * half)}L${n(bx + dy * half)} ${n(by - dx * half)}Z`
}

/** An area of one width along a curve that begins and ends level (or upright). */
function ribbon([a, b, c, d]: Cubic, width: number, upright: boolean): string {
  const moved = (p: Point, by: number): Point => (upright ? [p[0] + by, p[1]] : [p[0], p[1] + by])
  const half = width / 2
  const there = cubic([moved(a, -half), moved(b, -half), moved(c, -half), moved(d, -half)])
  const back = cubic([moved(d, half), moved(c, half), moved(b, half), moved(a, half)])
  return `${there}L${back.slice(1)}Z`
}

/** Lines that share a side of a step stand beside each other in the order of where they go to. */
function anchors(lines: readonly { readonly key: string; readonly width: number; readonly towards: number }[], room: number) {
  const sorted = [...lines].sort((a, b) => a.towards - b.towards || (a.key < b.key ? -1 : 1))
  const GAP = 3
  const wanted = sorted.reduce((sum, line) => sum + line.width, 0) + GAP * (sorted.length - 1)
  const squeeze = Math.min(1, room / Math.max(1, wanted))
  const offsets = new Map<string, number>()
  let at = (-wanted * squeeze) / 2
  for (const line of sorted) {
    offsets.set(line.key, at + (line.width * squeeze) / 2)
    at += (line.width + GAP) * squeeze
  }
  return offsets
}

function wayOf(a: Box & { column: number; row: number }, b: Box & { column: number; row: number }): Way {
  if (a === b) return 'loop'
  if (b.column > a.column) return 'on'
  if (b.column < a.column) return 'back'
  return b.row === a.row + 1 ? 'below' : 'past'
}

/** Lines that run back stand beside the middle, which belongs to the line to the step below. */
const backAt = (box: Box) => box.x + box.width * 0.26

type Standing = Box & { readonly column: number; readonly row: number }

/** All paths between steps that stand in columns, those with the most to carry last, so that they lie on top. */
export function draw(standing: ReadonlyMap<string, Standing>, paths: readonly Path[], widthOf: (path: Path) => number): Drawn[] {
  const lines = paths.flatMap((path) => {
    const [a, b] = [standing.get(path.from), standing.get(path.to)]
    if (!a || !b) return []
    const way = wayOf(a, b)
    const width = way === 'on' || way === 'below' ? widthOf(path) : Math.min(STROKE_MOST, widthOf(path))
    return [{ key: pathKey(path), path, way, width, a, b }]
  })

  const sides = new Map<string, { key: string; width: number; towards: number }[]>()
  const onSide = (name: string, side: string, line: { key: string; width: number }, towards: number) => {
    const place = `${side} ${name}`
    sides.set(place, [...(sides.get(place) ?? []), { key: line.key, width: line.width, towards }])
  }
  for (const line of lines) {
    const { way, path, a, b } = line
    if (way === 'on') {
      onSide(path.from, 'right', line, b.y)
      onSide(path.to, 'left', line, a.y)
    } else if (way === 'past') {
      // Down past others on the right, up past others on the left.
      const side = b.row > a.row ? 'right' : 'left'
      onSide(path.from, side, line, b.row > a.row ? Infinity : -Infinity)
      onSide(path.to, side, line, b.row > a.row ? -Infinity : Infinity)
    } else if (way === 'back') {
      onSide(path.from, 'bottom', line, b.x)
      onSide(path.to, 'bottom', line, a.x)
    }
  }
  const offsets = new Map<string, Map<string, number>>()
  for (const [place, there] of sides) offsets.set(place, anchors(there, place.startsWith('bottom') ? 44 : STEP_HEIGHT - 14))
  const at = (side: string, name: string, key: string) => offsets.get(`${side} ${name}`)?.get(key) ?? 0

  const drawn = lines.map(({ key, path, way, width, a, b }): Drawn => {
    const middle = (box: Box) => box.y + box.height / 2
    const line = (curve: Cubic, direction: Point) => ({ body: cubic(curve), filled: false, tip: tipAt(endOf(curve, direction), direction, width), ...middleOf(curve) })
    const given = { key, path, way, width }
    switch (way) {
      case 'on': {
        const start: Point = [a.x + a.width, middle(a) + at('right', path.from, key)]
        const end: Point = [b.x - TIP, middle(b) + at('left', path.to, key)]
        const bend = Math.max(24, (end[0] - start[0]) / 2)
        const curve: Cubic = [start, [start[0] + bend, start[1]], [end[0] - bend, end[1]], end]
        return { ...given, body: ribbon(curve, width, false), filled: true, tip: tipAt([b.x, end[1]], [1, 0], width), ...middleOf(curve) }
      }
      case 'below': {
        const start: Point = [a.x + a.width / 2, a.y + a.height]
        const end: Point = [b.x + b.width / 2, b.y - TIP]
        const curve: Cubic = [start, start, end, end]
        return { ...given, body: ribbon(curve, width, true), filled: true, tip: tipAt([end[0], b.y], [0, 1], width), ...middleOf(curve) }
      }
      case 'past': {
        const down = b.row > a.row
        const sign = down ? 1 : -1
        const edge = down ? a.x + a.width : a.x
        const side = down ? 'right' : 'left'
        const start: Point = [edge, middle(a) + at(side, path.from, key)]
        const end: Point = [edge + sign * TIP, middle(b) + at(side, path.to, key)]
        const bow = sign * (16 + 4 * Math.min(4, Math.abs(b.row - a.row)))
        return { ...given, ...line([start, [start[0] + bow, start[1]], [end[0] + bow, end[1]], end], [-sign, 0]) }
      }
      case 'back': {
        const start: Point = [backAt(a) + at('bottom', path.from, key), a.y + a.height]
        const end: Point = [backAt(b) + at('bottom', path.to, key), b.y + b.height + TIP]
        const sag = 34 + 0.05 * Math.abs(start[0] - end[0])
        const low = Math.max(start[1], end[1])
        return { ...given, ...line([start, [start[0], low + sag], [end[0], low + sag], end], [0, -1]) }
      }
      case 'loop':
      case 'automatic': {
        const start: Point = [a.x + a.width - 14, a.y]
        const end: Point = [a.x + a.width - 36, a.y - TIP]
        return { ...given, ...line([start, [start[0] + 8, start[1] - 30], [end[0] - 8, end[1] - 22], end], [0, 1]) }
      }
    }
  })
  return drawn.sort((a, b) => a.width - b.width || (a.key < b.key ? -1 : 1))
}

/** A curve ends where its tip begins; the tip reaches the step. */
function endOf([, , , end]: Cubic, [dx, dy]: Point): Point {
  return [end[0] + dx * TIP, end[1] + dy * TIP]
}

/** A path through given points, for places that were found automatically. */
export function drawThrough(path: Path, points: readonly Point[], width: number): Drawn {
  const stroke = Math.min(STROKE_MOST, width)
  const before: Point = points.at(-2) ?? [0, 0]
  const last: Point = points.at(-1) ?? [0, 0]
  const length = Math.hypot(last[0] - before[0], last[1] - before[1]) || 1
  const direction: Point = [(last[0] - before[0]) / length, (last[1] - before[1]) / length]
  const end: Point = [last[0] - direction[0] * TIP, last[1] - direction[1] * TIP]
  const all = [...points.slice(0, -1), end]
  // Rounded at the inner points: from middle to middle, each point being the control of its curve.
  const middle = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
  const sampled: Point[] = []
  let from = all[0] ?? end
  for (let at = 1; at < all.length; at++) {
    const here = all[at] ?? end
    const to = at === all.length - 1 ? here : middle(here, all[at + 1] ?? end)
    for (let part = 0; part < 6; part++) {
      const t = part / 6
      const q = (i: 0 | 1) => (1 - t) * (1 - t) * from[i] + 2 * (1 - t) * t * here[i] + t * t * to[i]
      sampled.push(at === all.length - 1 ? [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t] : [q(0), q(1)])
    }
    from = to
  }
  sampled.push(end)
  const body = `M${sampled.map((p) => `${n(p[0])} ${n(p[1])}`).join('L')}`
  return { key: pathKey(path), path, way: 'automatic', width: stroke, body, filled: false, tip: tipAt(last, direction, stroke), line: body, points: sampled }
}

export const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

export type Label = { readonly key: string; readonly text: string; readonly box: Box }

const LABEL_HEIGHT = 16
const TRIES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]

/**
 * Figures on paths: the strongest first, each where it covers no step and no other figure and stands in the field. One that finds no place is left
 * out; it stands in the details and in the table.
 */
export function label(
  drawn: readonly Drawn[],
  steps: readonly Box[],
  field: { readonly left: number; readonly right: number },
  textOf: (path: Path) => string,
  widthOfText: (text: string) => number,
): Label[] {
  const taken: Box[] = steps.map(({ x, y, width, height }) => ({ x: x - 3, y: y - 2, width: width + 6, height: height + 4 }))
  const labels: Label[] = []
  for (const { key, path, way, width, points } of [...drawn].reverse()) {
    const text = textOf(path)
    if (!text) continue
    const wide = widthOfText(text) + 8
    for (const share of TRIES) {
      const [x, y] = points[Math.round(share * (points.length - 1))] ?? [0, 0]
      // Beside upright lines, on level ones.
      const left = way === 'below' ? x + width / 2 + 3 : x - wide / 2
      const box = { x: left, y: (way === 'loop' ? y - 6 : y) - LABEL_HEIGHT / 2, width: wide, height: LABEL_HEIGHT }
      if (box.y < 0 || box.x < field.left || box.x + box.width > field.right || taken.some((one) => overlap(one, box))) continue
      taken.push(box)
      labels.push({ key, text, box })
      break
    }
  }
  return labels
}
