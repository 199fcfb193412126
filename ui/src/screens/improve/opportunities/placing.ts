/** Names beside dots, so that none lies on another, on a dot or on what else is drawn. */

export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

type Point = { readonly x: number; readonly y: number }

/** A dot, and what can stand beside it: the longest first, the shortest last. */
export type Dot = {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly texts: readonly { readonly text: string; readonly width: number }[]
}

export type Label = { readonly text: string; readonly box: Box; /** True where it stands so far away that a line leads to it. */ readonly led: boolean }

export type Room = {
  /** Where names may stand. */
  readonly frame: Box
  /** Where something stands already. */
  readonly taken: readonly Box[]
  /** What names stand on only where they find no other place: lines. */
  readonly avoided?: readonly Box[]
  readonly height: number
}

/** Distances from the edge of a dot, tried one after another. From the second on a line leads to the name. */
const NEAR = [3, 12, 24]
const FAR = [...NEAR, 40, 60, 84, 112, 150, 200]
/** So far around a dot others make it hard to find a place. */
const CROWD = 90

export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

function inside(box: Box, frame: Box): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
}

export function around({ x, y }: Point, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
}

/** Places at a distance: right, left, above, below, then between these. */
function* places({ x, y }: Dot, width: number, height: number, away: number): Generator<Box> {
  const slant = away * 0.7
  const right = (left: number, middle: number): Box => ({ left, top: middle - height / 2, right: left + width, bottom: middle + height / 2 })
  yield right(x + away, y)
  yield right(x - away - width, y)
  yield right(x - width / 2, y - away - height / 2)
  yield right(x - width / 2, y + away + height / 2)
  yield right(x + slant, y - slant - height / 2)
  yield right(x + slant, y + slant + height / 2)
  yield right(x - slant - width, y - slant - height / 2)
  yield right(x - slant - width, y + slant + height / 2)
}

/**
 * A place for the name of each dot, by its id; those whose name finds none are missing. Dots with the most others around them
 * choose first. The whole name is tried near the dot, then shorter ones; the shortest also far away.
 */
export function placeLabels(dots: readonly Dot[], { frame, taken, avoided = [], height }: Room): Map<string, Label> {
  const circles = dots.map((dot) => around(dot, dot.radius))
  const crowd = (dot: Dot) => dots.filter((other) => Math.hypot(other.x - dot.x, other.y - dot.y) < CROWD).length
  const order = dots
    .map((dot) => ({ dot, crowd: crowd(dot) }))
    .toSorted((a, b) => b.crowd - a.crowd || a.dot.y - b.dot.y || a.dot.x - b.dot.x || (a.dot.id < b.dot.id ? -1 : 1))
  const placed = new Map<string, Label>()
  const blocked: Box[] = [...taken, ...circles]
  const free = (box: Box) => inside(box, frame) && !blocked.some((other) => overlap(box, other))
  // A line through another dot would name that one.
  const clear = (dot: Dot, box: Box) =>
    !dots.some((other) => Math.hypot(other.x - dot.x, other.y - dot.y) >= 1 && toSegment(other, dot, lineEnd(dot, box)) < other.radius)
  for (const { dot } of order) {
    const label = find(dot)
    if (!label) continue
    placed.set(dot.id, label)
    blocked.push(label.box)
  }
  return placed

  function find(dot: Dot): Label | null {
    for (const [index, { text, width }] of dot.texts.entries()) {
      const distances = index === dot.texts.length - 1 ? FAR : NEAR
      for (const onLines of [false, true]) {
        for (const [step, distance] of distances.entries()) {
          for (const box of places(dot, width, height, dot.radius + distance)) {
            const fits = free(box) && (step === 0 || clear(dot, box)) && (onLines || !avoided.some((line) => overlap(box, line)))
            if (fits) return { text, box, led: step > 0 }
          }
        }
      }
    }
    return null
  }
}

/** Where the line from a dot to its name ends: at the nearest point of the name. */
export function lineEnd(dot: Point, box: Box): Point {
  return {
    x: Math.min(Math.max(dot.x, box.left), box.right),
    y: Math.min(Math.max(dot.y, box.top), box.bottom),
  }
}

/** How far a point lies from the line between two others. */
export function toSegment(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length))
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy)
}
