/** The main way through a network of touchpoints, and what is read of journey rules for it. */
import type { Schemas } from '../../api/client'
import { quoted } from '../../app/filter.svelte'

export type Step = {
  readonly touchpoint: string
  /** The transition that leads here; none for the first. */
  readonly edge: Schemas['Edge'] | null
  readonly customers: number
}

const STEPS_MOST = 8

/**
 * From the touchpoint where most journeys begin, always along the transition with the most customers to a touchpoint that was
 * not yet passed; to an end if one is given, else until more journeys end than go on.
 */
export function mainWay({ nodes, edges }: Pick<Schemas['GraphFigures'], 'nodes' | 'edges'>, ends: readonly string[] = []): Step[] {
  const nodeOf = new Map(nodes.map((node) => [node.touchpoint, node]))
  const first = nodes.reduce<Schemas['Node'] | null>((most, node) => (node.starts > (most?.starts ?? 0) ? node : most), null)
  if (!first) return []
  const way: Step[] = [{ touchpoint: first.touchpoint, edge: null, customers: first.customers }]
  const passed = new Set([first.touchpoint])
  for (let here = first; way.length < STEPS_MOST; ) {
    if (ends.includes(here.touchpoint)) break
    const onwards = edges.filter((edge) => edge.from === here.touchpoint && !passed.has(edge.to))
    const edge = onwards.reduce<Schemas['Edge'] | null>((most, one) => (one.customers > (most?.customers ?? 0) ? one : most), null)
    const next = edge && nodeOf.get(edge.to)
    if (!next || (ends.length === 0 && here.ends > edge.journeys)) break
    way.push({ touchpoint: next.touchpoint, edge, customers: edge.customers })
    passed.add(next.touchpoint)
    here = next
  }
  return way
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
