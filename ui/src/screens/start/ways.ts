/** The broadest way through a network of touchpoints, and what is read of journey rules for it. */
import type { Schemas } from '../../api/client'
import { quoted } from '../../app/filter.svelte'

type Network = Pick<Schemas['GraphFigures'], 'nodes' | 'edges'>

export type Step = {
  readonly touchpoint: string
  /** The transition that leads here; none for the first. */
  readonly edge: Schemas['Edge'] | null
  readonly customers: number
}

/**
 * The broadest way (Pollack 1960, the maximum capacity route) from the touchpoint where most journeys begin to one of the
 * ends: no other way has more customers on its weakest transition. Of several such ways the shortest. Empty if none leads there.
 */
export function broadestWay({ nodes, edges }: Network, ends: readonly string[]): Step[] {
  const first = nodes.reduce<Schemas['Node'] | null>((most, node) => (node.starts > (most?.starts ?? 0) ? node : most), null)
  if (!first) return []
  const falling = edges.toSorted((a, b) => b.customers - a.customers)
  for (const width of new Set(falling.map((edge) => edge.customers))) {
    const way = shortestWay(falling.filter((edge) => edge.customers >= width), first.touchpoint, ends)
    if (way) {
      const begin: Step = { touchpoint: first.touchpoint, edge: null, customers: first.customers }
      return [begin, ...way.map((edge) => ({ touchpoint: edge.to, edge, customers: edge.customers }))]
    }
  }
  return []
}

/** The transitions of the shortest way, those with more customers first where several are as short. */
function shortestWay(falling: readonly Schemas['Edge'][], from: string, ends: readonly string[]): Schemas['Edge'][] | null {
  const reachedBy = new Map<string, Schemas['Edge'] | null>([[from, null]])
  const waiting = [from]
  for (const here of waiting) {
    if (ends.includes(here)) {
      const way: Schemas['Edge'][] = []
      for (let edge = reachedBy.get(here); edge; edge = reachedBy.get(edge.from)) way.unshift(edge)
      return way
    }
    for (const edge of falling) {
      if (edge.from !== here || reachedBy.has(edge.to)) continue
      reachedBy.set(edge.to, edge)
      waiting.push(edge.to)
    }
  }
  return null
}

/** The touchpoints at which a rule such as `start:a;end:b,c` ends; none for other rules. */
export function endsOf(rule: string): string[] {
  const part = rule.split(';').find((one) => one.trim().startsWith('end:'))
  return part ? part.trim().slice('end:'.length).split(',').map((one) => one.trim()) : []
}

/** The condition that a journey came to one of its ends. */
export function cameToAnEnd(ends: readonly string[]): string {
  return ends.length === 1 ? `ends with ${quoted(ends[0] ?? '')}` : `ends with (${ends.map(quoted).join(' or ')})`
}
