/**
 * Where dots stand on the radar: in the ring of their media, in the sector of their medium, in rows from the inside out.
 * Rings are as wide as what stands in them needs, so no two dots overlap; the same dots stand always at the same places.
 */

export const RINGS = ['paid', 'owned', 'earned', 'shared'] as const
export const SECTORS = ['digital', 'analog', 'personal'] as const

export type Ring = (typeof RINGS)[number]
export type Sector = (typeof SECTORS)[number]

export type Dot = { readonly id: string; readonly ring: Ring; readonly sector: Sector; readonly radius: number }
export type Placed = Dot & { readonly x: number; readonly y: number }

export type Layout = {
  /** The radius of the outermost ring; the middle lies at 0, 0. */
  readonly radius: number
  /** From the inside out. */
  readonly rings: readonly { readonly ring: Ring; readonly inner: number; readonly outer: number }[]
  /** In the order of rings, sectors and rows. */
  readonly dots: readonly Placed[]
}

/** The middle, which nothing stands in. */
const MIDDLE = 26
/** Between two dots, and between a dot and its ring. */
const GAP = 11
/** Between a dot and the line between two sectors, where the names of rings stand. */
const EDGE = 24
/** The least width of a ring, so that its name has room. */
const RING_LEAST = 40
const HALF = Math.PI / SECTORS.length

/** The angle in the middle of a sector, in radians clockwise from the right: digital is above. */
export function middleOf(sector: Sector): number {
  return -Math.PI / 2 + 2 * HALF * SECTORS.indexOf(sector)
}

/** The angles of the lines between sectors. */
export const BORDERS: readonly number[] = SECTORS.map((sector) => middleOf(sector) + HALF)

type Row = { readonly at: number; readonly dots: readonly Dot[]; readonly angles: readonly number[] }

/** How far a dot's middle keeps from the line beside its sector, as an angle at a distance from the middle. */
const margin = (dot: Dot, at: number) => Math.asin(Math.min(1, (EDGE + dot.radius) / at))
const between = (one: Dot, other: Dot, at: number) => 2 * Math.asin(Math.min(1, (one.radius + other.radius + GAP) / (2 * at)))

/** As many of the dots, the first ones, as stand beside each other at a distance from the middle. */
function row(dots: readonly Dot[], at: number): Row {
  const [first] = dots
  if (!first) return { at, dots: [], angles: [] }
  const steps: number[] = []
  let used = margin(first, at)
  let last = first
  for (const dot of dots.slice(1)) {
    const step = between(last, dot, at)
    if (used + step + margin(dot, at) > 2 * HALF) break
    steps.push(step)
    used += step
    last = dot
  }
  // What is left of the sector goes between the dots.
  const spare = Math.max(0, 2 * HALF - used - margin(last, at)) / (steps.length + 2)
  const angles = [margin(first, at) + spare - HALF]
  for (const step of steps) angles.push((angles.at(-1) ?? 0) + step + spare)
  return { at, dots: dots.slice(0, steps.length + 1), angles }
}

/** The dots of one ring in one sector, in rows from its inner edge out. */
function rows(dots: readonly Dot[], inner: number): { readonly rows: readonly Row[]; readonly outer: number } {
  const made: Row[] = []
  let edge = inner
  let rest = dots.toSorted((a, b) => b.radius - a.radius || (a.id < b.id ? -1 : 1))
  while (rest[0]) {
    const largest = rest[0]
    // Close to the middle a sector is narrower than a dot.
    const at = Math.max(edge + GAP + largest.radius, (EDGE + largest.radius) / Math.sin(HALF))
    const next = row(rest, at)
    made.push(next)
    edge = at + largest.radius
    rest = rest.slice(next.dots.length)
  }
  return { rows: made, outer: made.length ? edge + GAP : inner }
}

export function layout(dots: readonly Dot[]): Layout {
  const rings: Layout['rings'][number][] = []
  const placed: Placed[] = []
  let inner = MIDDLE
  for (const ring of RINGS) {
    const groups = SECTORS.map((sector) => ({ sector, ...rows(dots.filter((dot) => dot.ring === ring && dot.sector === sector), inner) }))
    const outer = Math.max(inner + RING_LEAST, ...groups.map((group) => group.outer))
    for (const { sector, rows, outer: used } of groups) {
      // Fewer rows than in another sector stand in the middle of the ring.
      const shift = (outer - used) / 2
      for (const { at, dots, angles } of rows) {
        for (const [index, dot] of dots.entries()) {
          const angle = middleOf(sector) + (angles[index] ?? 0)
          placed.push({ ...dot, x: (at + shift) * Math.cos(angle), y: (at + shift) * Math.sin(angle) })
        }
      }
    }
    rings.push({ ring, inner, outer })
    inner = outer
  }
  return { radius: inner, rings, dots: placed }
}

export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
export type Label = { readonly id: string; readonly text: string; readonly x: number; readonly y: number; readonly anchor: 'start' | 'middle' | 'end'; readonly box: Box }

const AWAY = 3

const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
/** True if a box and a dot share a point. */
function covers(box: Box, dot: Placed): boolean {
  const [x, y] = [Math.max(box.left, Math.min(dot.x, box.right)), Math.max(box.top, Math.min(dot.y, box.bottom))]
  return Math.hypot(dot.x - x, dot.y - y) < dot.radius + 1
}

/**
 * Names beside dots, as many as have room: none over a dot, over another or over what is `taken`. The larger dot is named
 * first; whoever finds no room is named when it is pointed at.
 */
export function labels(
  { dots, radius }: Layout,
  text: (id: string) => string,
  { height, widthOf, taken = [] }: { readonly height: number; readonly widthOf: (text: string) => number; readonly taken?: readonly Box[] },
): readonly Label[] {
  const made: Label[] = []
  for (const dot of dots.toSorted((a, b) => b.radius - a.radius || (a.id < b.id ? -1 : 1))) {
    const said = text(dot.id)
    const width = widthOf(said)
    const places = [
      { anchor: 'middle', x: dot.x, left: dot.x - width / 2, top: dot.y + dot.radius + AWAY },
      { anchor: 'middle', x: dot.x, left: dot.x - width / 2, top: dot.y - dot.radius - AWAY - height },
      { anchor: 'start', x: dot.x + dot.radius + AWAY, left: dot.x + dot.radius + AWAY, top: dot.y - height / 2 },
      { anchor: 'end', x: dot.x - dot.radius - AWAY, left: dot.x - dot.radius - AWAY - width, top: dot.y - height / 2 },
    ] as const
    for (const { anchor, x, left, top } of places) {
      const box = { left, top, right: left + width, bottom: top + height }
      const isInside = Math.max(-left, -top, box.right, box.bottom) <= radius
      if (!isInside || dots.some((other) => covers(box, other)) || [...taken, ...made.map((one) => one.box)].some((other) => meet(box, other))) continue
      made.push({ id: dot.id, text: said, x, y: top + height * 0.78, anchor, box })
      break
    }
  }
  return made
}

/** The next dot in the direction of an arrow key: what lies straight ahead counts as nearer. */
export function towards(dots: readonly Placed[], id: string, key: string): string | null {
  const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key]
  const here = dots.find((dot) => dot.id === id)
  if (!direction || !here) return null
  const [dx = 0, dy = 0] = direction
  let best: { id: string; far: number } | null = null
  for (const dot of dots) {
    const [x, y] = [dot.x - here.x, dot.y - here.y]
    const ahead = x * dx + y * dy
    if (ahead <= 0.5) continue
    const far = ahead + 2.5 * Math.abs(x * dy + y * dx)
    if (!best || far < best.far) best = { id: dot.id, far }
  }
  return best?.id ?? null
}

export const RADIUS_LEAST = 9
export const RADIUS_MOST = 22

/** The radius of a dot whose area stands for a count, beside the largest count there is. */
export function radiusOf(count: number, most: number): number {
  if (count <= 0 || most <= 0) return RADIUS_LEAST
  return Math.max(RADIUS_LEAST, RADIUS_MOST * Math.sqrt(Math.min(1, count / most)))
}
