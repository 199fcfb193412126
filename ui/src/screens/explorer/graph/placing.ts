/**
 * Where each step stands: in columns by the moment that the register says (before, during, after the purchase), inside these
 * by how far along in journeys the step usually is. Places depend on the unfiltered network and the width alone, so that no
 * step jumps when a filter or a slider moves.
 */
import { inSightOrder, usualWay, type Network } from './network'

export type Moment = 'before' | 'during' | 'after'
const MOMENTS: readonly Moment[] = ['before', 'during', 'after']

export const STEP_HEIGHT = 68
export const ROW = 106
export const TOP = 62
/** Room beside the columns, for lines that pass on the outside. */
export const MARGIN = 26
export const STEP_LEAST = 124
const STEP_MOST = 168
const GAP_LEAST = 44
const COLUMNS_MOST = 6
/** With fewer columns than this a list reads better. */
export const COLUMNS_LEAST = 3

export type Place = { readonly column: number; readonly row: number; readonly x: number; readonly y: number }
export type Band = { readonly moment: Moment | null; readonly x: number; readonly width: number }
export type Placing = {
  readonly places: ReadonlyMap<string, Place>
  /** The columns of a moment together, from left to right. */
  readonly bands: readonly Band[]
  readonly stepWidth: number
  readonly width: number
}

const ROUNDS = 400
const NEAR = 1e-6

/**
 * How far along a step is, from 0 to 1: steps before it by steps in all, for a walker that goes on as journeys do (a Markov
 * chain on the transitions). Both expectations are the fixed points of "one more than where I come from" and "one more than
 * where I go to".
 */
export function alongTheWay({ nodes, edges }: Network): Map<string, number> {
  const index = new Map(nodes.map((node, at) => [node.touchpoint, at]))
  const links = edges.flatMap((edge) => {
    const from = index.get(edge.from)
    const to = index.get(edge.to)
    const [a, b] = [nodes[from ?? -1], nodes[to ?? -1]]
    if (from === undefined || to === undefined || !a || !b) return []
    return [{ from, to, onwards: edge.occurrences / a.occurrences, back: edge.occurrences / b.occurrences }]
  })
  const expected = (next: (sums: Float64Array, now: Float64Array) => void) => {
    let now = new Float64Array(nodes.length)
    for (let round = 0; round < ROUNDS; round++) {
      const sums = new Float64Array(nodes.length)
      next(sums, now)
      const moved = sums.reduce((most, value, at) => Math.max(most, Math.abs(value - (now[at] ?? 0))), 0)
      now = sums
      if (moved < NEAR) break
    }
    return now
  }
  const before = expected((sums, now) => {
    for (const { from, to, back } of links) sums[to] = (sums[to] ?? 0) + back * (1 + (now[from] ?? 0))
  })
  const after = expected((sums, now) => {
    for (const { from, to, onwards } of links) sums[from] = (sums[from] ?? 0) + onwards * (1 + (now[to] ?? 0))
  })
  return new Map(
    nodes.map((node, at) => {
      const [gone, left] = [before[at] ?? 0, after[at] ?? 0]
      return [node.touchpoint, gone + left > 0 ? gone / (gone + left) : 0.5]
    }),
  )
}

/** How many columns a width holds. */
export function columnsFor(width: number): number {
  return Math.min(COLUMNS_MOST, Math.floor((width + GAP_LEAST) / (STEP_LEAST + GAP_LEAST)))
}

type Group = { readonly moment: Moment | null; readonly names: string[] }

/** The steps by moment. One of which the register says nothing goes where the steps are about as far along. */
function byMoment(along: ReadonlyMap<string, number>, momentOf: (name: string) => Moment | undefined): Group[] {
  const groups = new Map<Moment, string[]>()
  const unsaid: string[] = []
  for (const name of along.keys()) {
    const moment = momentOf(name)
    if (moment) groups.set(moment, [...(groups.get(moment) ?? []), name])
    else unsaid.push(name)
  }
  if (groups.size === 0) return [{ moment: null, names: unsaid }]
  const mean = (names: readonly string[]) => names.reduce((sum, name) => sum + (along.get(name) ?? 0), 0) / names.length
  const found = MOMENTS.flatMap((moment) => {
    const names = groups.get(moment)
    return names ? [{ moment, names, at: mean(names) }] : []
  })
  for (const name of unsaid) {
    const distance = (group: { at: number }) => Math.abs(group.at - (along.get(name) ?? 0))
    found.reduce((best, group) => (distance(group) < distance(best) ? group : best)).names.push(name)
  }
  return found
}

/** How many columns each group gets: one at least, the others where they are fullest. */
function shareOut(groups: readonly Group[], columns: number): number[] {
  const given = groups.map(() => 1)
  for (let left = columns - groups.length; left > 0; left--) {
    const load = (at: number) => (groups[at]?.names.length ?? 0) / (given[at] ?? 1)
    const fullest = given.reduce((best, _, at) => (load(at) > load(best) ? at : best), 0)
    if (load(fullest) <= 1) break
    given[fullest] = (given[fullest] ?? 0) + 1
  }
  return given
}

/**
 * The steps of one moment in so many columns: the usual way goes through all of them, the others follow by how far along they
 * are, so that no column is much longer than another.
 */
function spread(network: Network, names: readonly string[], way: readonly string[], parts: number): string[][] {
  // Inside a moment only what happens in it counts: years of use after the purchase say nothing about its order.
  const inside = new Set(names)
  const along = alongTheWay({
    nodes: network.nodes.filter((node) => inside.has(node.touchpoint)),
    edges: network.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to)),
  })
  const here = way.filter((name) => inside.has(name))
  const columns: string[][] = Array.from({ length: parts }, () => [])
  for (const [at, name] of here.entries()) columns[Math.floor((at * parts) / here.length)]?.push(name)
  const rest = names.filter((name) => !here.includes(name))
  rest.sort((a, b) => (along.get(a) ?? 0) - (along.get(b) ?? 0) || (a < b ? -1 : 1))
  const size = Math.ceil(names.length / parts)
  let column = 0
  for (const name of rest) {
    while (column < parts - 1 && (columns[column]?.length ?? 0) >= size) column++
    columns[column]?.push(name)
  }
  return columns
}

export function place(network: Network, momentOf: (name: string) => Moment | undefined, width: number): Placing {
  const groups = byMoment(alongTheWay(network), momentOf)
  const given = shareOut(groups, Math.max(COLUMNS_LEAST, columnsFor(width)))
  const count = given.reduce((sum, one) => sum + one, 0)
  const stepWidth = Math.round(Math.min(STEP_MOST, Math.max(STEP_LEAST, (width / count) * 0.66)))
  const gap = count > 1 ? Math.max(GAP_LEAST, Math.floor((width - count * stepWidth) / (count - 1))) : 0
  const way = usualWay(network)
  const sight = new Map(inSightOrder(network, way).map((name, at) => [name, at]))

  const places = new Map<string, Place>()
  const bands: Band[] = []
  let column = 0
  for (const [at, { moment, names }] of groups.entries()) {
    const parts = given[at] ?? 1
    bands.push({ moment, x: column * (stepWidth + gap), width: parts * (stepWidth + gap) - gap })
    for (const part of spread(network, names, way, parts)) {
      // What comes into sight first stands on top: what is in sight is then without holes.
      part.sort((a, b) => (sight.get(a) ?? 0) - (sight.get(b) ?? 0))
      for (const [row, name] of part.entries()) {
        places.set(name, { column, row, x: column * (stepWidth + gap), y: TOP + row * ROW })
      }
      column++
    }
  }
  return { places, bands, stepWidth, width: count * stepWidth + (count - 1) * gap }
}
