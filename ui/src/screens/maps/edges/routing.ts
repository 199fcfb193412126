/**
 * How the edges of a map are drawn: what leads on goes above the steps, what leads back below them, each on the lowest level
 * that is free. A card is left and come to at places of its own, the longest ways nearest to its middle, so that ways that
 * begin or end together do not cross there.
 */
import { END, START, type Edge } from '../../../api/maps'
import type { Columns, StepColumn } from '../document/columns'
import { edgeKey } from '../document/merge'

export type Kind = 'forward' | 'back' | 'self' | 'start' | 'end'

export type Routed = {
  readonly key: string
  readonly edge: Edge
  readonly kind: Kind
  /** Above or below the cards. */
  readonly side: 'above' | 'below'
  /** From the card's edge outwards, 0 for the nearest. */
  readonly level: number
  /** Where it leaves and arrives, in pixels from the left of the first column. */
  readonly from: number
  readonly to: number
  /** The line, and the tip at its end. Above, y grows downwards to `above`, where the cards begin; below, from 0 downwards. */
  readonly path: string
  readonly tip: string
  /** The middle of its level, for words. */
  readonly label: { readonly x: number; readonly y: number }
}

export type Routing = {
  readonly edges: readonly Routed[]
  /** Height above and below the cards; 0 where there is nothing. */
  readonly above: number
  readonly below: number
}

const FIRST_LEVEL = 18
const END_DISTANCE = 11
const LEVEL = 10
const EDGE = 5
const ROUND = 6
/** Room between ways on the same level. */
const APART = 8
const NEAREST = 12
const PORTS = 11
const INSET = 12
const TIP = 5

type Way = { readonly key: string; readonly edge: Edge; readonly kind: 'forward' | 'back'; readonly a: StepColumn; readonly b: StepColumn }

const span = ({ a, b }: Way) => Math.abs(b.at - a.at)

/** Where the ways of one side of a card leave or arrive: the longest nearest to its middle. */
function ports(ways: readonly Way[], card: (way: Way) => StepColumn, side: 1 | -1): Map<string, number> {
  const byCard = new Map<StepColumn, Way[]>()
  for (const way of ways) byCard.set(card(way), [...(byCard.get(card(way)) ?? []), way])
  const found = new Map<string, number>()
  for (const [column, at] of byCard) {
    const room = column.width / 2 - INSET - NEAREST
    const each = Math.min(PORTS, room / Math.max(1, at.length - 1))
    at.sort((one, other) => span(other) - span(one) || (one.key < other.key ? -1 : 1))
    for (const [rank, way] of at.entries()) found.set(way.key, column.middle + side * (NEAREST + rank * each))
  }
  return found
}

/** The lowest free level for each way, the shortest first. */
function levels(ways: readonly { readonly key: string; readonly from: number; readonly to: number }[]): Map<string, number> {
  const taken: (readonly [number, number])[][] = []
  const found = new Map<string, number>()
  const length = (way: { from: number; to: number }) => Math.abs(way.to - way.from)
  for (const way of ways.toSorted((a, b) => length(a) - length(b) || a.from - b.from || (a.key < b.key ? -1 : 1))) {
    const [left, right] = [Math.min(way.from, way.to) - APART / 2, Math.max(way.from, way.to) + APART / 2]
    let level = taken.findIndex((others) => others.every(([from, to]) => right <= from || left >= to))
    if (level < 0) level = taken.push([]) - 1
    taken[level]?.push([left, right])
    found.set(way.key, level)
  }
  return found
}

/** A line from a card's edge out to a level and back to another card's edge. */
function bow(from: number, to: number, edge: number, y: number, out: 1 | -1): string {
  const along = to > from ? 1 : -1
  const r = Math.min(ROUND, Math.abs(to - from) / 2)
  return (
    `M${from} ${edge}V${y - out * r}Q${from} ${y} ${from + along * r} ${y}` +
    `H${to - along * r}Q${to} ${y} ${to} ${y - out * r}V${edge - out * -TIP}`
  )
}

/** A tip that points at a card's edge. `out` is the way away from the card. */
function tip(x: number, edge: number, out: 1 | -1): string {
  return `M${x} ${edge}l${-TIP + 1} ${out * (TIP + 1)}h${2 * TIP - 2}Z`
}

export function routed(columns: Columns, edges: readonly Edge[]): Routing {
  const ways: Way[] = []
  const selves: { key: string; edge: Edge; column: StepColumn }[] = []
  const ends: { key: string; edge: Edge; column: StepColumn; kind: 'start' | 'end' }[] = []
  for (const edge of edges) {
    const key = edgeKey(edge)
    const [a, b] = [columns.of(edge.from), columns.of(edge.to)]
    if (a && b && a === b) selves.push({ key, edge, column: a })
    else if (a && b) ways.push({ key, edge, a, b, kind: b.at > a.at ? 'forward' : 'back' })
    else if (edge.from === START && b) ends.push({ key, edge, column: b, kind: 'start' })
    else if (edge.to === END && a) ends.push({ key, edge, column: a, kind: 'end' })
  }

  const side = (kind: Way['kind']) => {
    const of = ways.filter((way) => way.kind === kind)
    const on = kind === 'forward' ? 1 : -1
    const [leaves, arrives] = [ports(of, (way) => way.a, on), ports(of, (way) => way.b, on === 1 ? -1 : 1)]
    const placed = of.map((way) => ({ ...way, from: leaves.get(way.key) ?? way.a.middle, to: arrives.get(way.key) ?? way.b.middle }))
    const found = levels(placed)
    return placed.map((way) => ({ ...way, level: found.get(way.key) ?? 0 }))
  }
  const [forward, back] = [side('forward'), side('back')]
  const reach = (list: readonly { readonly level: number }[]) => list.reduce((most, { level }) => Math.max(most, FIRST_LEVEL + level * LEVEL + EDGE), 0)
  const above = Math.max(reach(forward), ends.length ? END_DISTANCE + EDGE : 0)
  const below = Math.max(reach(back), selves.length ? FIRST_LEVEL + EDGE : 0)

  const made: Routed[] = []
  for (const { key, edge, kind, level, from, to } of forward) {
    const y = above - FIRST_LEVEL - level * LEVEL
    made.push({ key, edge, kind, side: 'above', level, from, to, path: bow(from, to, above, y, -1), tip: tip(to, above, -1), label: { x: (from + to) / 2, y } })
  }
  for (const { key, edge, kind, level, from, to } of back) {
    const y = FIRST_LEVEL + level * LEVEL
    made.push({ key, edge, kind, side: 'below', level, from, to, path: bow(from, to, 0, y, 1), tip: tip(to, 0, 1), label: { x: (from + to) / 2, y } })
  }
  for (const { key, edge, column } of selves) {
    const [from, to] = [column.middle + EDGE, column.middle - EDGE]
    made.push({ key, edge, kind: 'self', side: 'below', level: 0, from, to, path: bow(from, to, 0, FIRST_LEVEL - 3, 1), tip: tip(to, 0, 1), label: { x: column.middle, y: FIRST_LEVEL } })
  }
  for (const { key, edge, column, kind } of ends) {
    const x = kind === 'start' ? column.x + INSET : column.x + column.width - INSET
    // Nearer to the card than the lowest level, so that no way runs through it.
    const y = above - END_DISTANCE
    const line = kind === 'start' ? `M${x} ${y + 3}V${above - TIP}` : `M${x} ${above}V${y + 4}`
    made.push({ key, edge, kind, side: 'above', level: 0, from: x, to: x, path: line, tip: kind === 'start' ? tip(x, above, -1) : '', label: { x, y } })
  }
  return { edges: made, above, below }
}
