/** What of a network of touchpoints is shown. What is not shown is summed up: at every step as much flows in as out. */
import type { Schemas } from '../../../api/client'

export type Step = Schemas['Node']
export type Path = Schemas['Edge']
export type Network = { readonly nodes: readonly Step[]; readonly edges: readonly Path[] }

/** Tells a path apart. No name holds the sign between. */
export const pathKey = ({ from, to }: { readonly from: string; readonly to: string }) => `${from}\u0000${to}`

const WAY_MOST = 10
/** Below so many customers nothing is said to be usual. */
const TOO_FEW = 10

/**
 * The most usual way: from where most journeys begin always along the path on which most customers get on, to a step that was
 * not passed. Customers who come back by the same path are taken off, so that a detour there and back, such as signing in
 * during the checkout, is not the way. It does not end where many journeys end: the way of those who go on is what people want
 * to see first.
 */
export function usualWay({ nodes, edges }: Network): string[] {
  const customers = new Map(edges.map((edge) => [pathKey(edge), edge.customers]))
  const getOn = (edge: Path) => edge.customers - (customers.get(pathKey({ from: edge.to, to: edge.from })) ?? 0)
  const onwards = new Map<string, Path[]>()
  for (const edge of edges) onwards.set(edge.from, [...(onwards.get(edge.from) ?? []), edge])
  let here = nodes.reduce<Step | undefined>((most, node) => (node.starts > (most?.starts ?? 0) ? node : most), undefined)?.touchpoint
  const way: string[] = []
  while (here !== undefined && way.length < WAY_MOST) {
    way.push(here)
    const next: Path | undefined = (onwards.get(here) ?? [])
      .filter((edge) => !way.includes(edge.to) && getOn(edge) > 0)
      .reduce<Path | undefined>((most, edge) => (!most || getOn(edge) > getOn(most) ? edge : most), undefined)
    if (!next || (way.length > 1 && next.customers < TOO_FEW)) break
    here = next.to
  }
  return way
}

/** All steps in the order in which they come into sight: the usual way first, then those with the most customers. */
export function inSightOrder(network: Network): string[] {
  const way = usualWay(network)
  const rest = network.nodes.filter((node) => !way.includes(node.touchpoint))
  rest.sort((a, b) => b.customers - a.customers || (a.touchpoint < b.touchpoint ? -1 : 1))
  return [...way, ...rest.map((node) => node.touchpoint)]
}

export type ShownStep = Step & {
  /** Events there that come from or go to what is not shown. */
  readonly otherIn: number
  readonly otherOut: number
}
export type Shown = {
  readonly steps: readonly ShownStep[]
  readonly paths: readonly Path[]
  /** Paths between the shown steps: as many as could be shown. */
  readonly possible: number
  /** Transitions on shown paths, and all there are. */
  readonly transitions: number
  readonly all: number
}

export type Amount = {
  /** How many steps; the usual way if 0. */
  readonly steps: number
  /** The least paths that hold this share (0 to 1) of the transitions between the shown steps. */
  readonly share: number
}

/**
 * The steps and paths in sight. Every step keeps its strongest path in and its strongest path out, so that none hangs in the
 * air; the usual way is always whole.
 */
export function inSight(network: Network, order: readonly string[], { steps, share }: Amount): Shown {
  const way = usualWay(network)
  const names = new Set(order.slice(0, steps || way.length))
  const possible = network.edges.filter((edge) => names.has(edge.from) && names.has(edge.to))
  possible.sort((a, b) => b.occurrences - a.occurrences || (pathKey(a) < pathKey(b) ? -1 : 1))

  const kept = new Set<string>()
  for (const [index, name] of way.entries()) {
    const next = way[index + 1]
    if (next !== undefined && names.has(name) && names.has(next)) kept.add(pathKey({ from: name, to: next }))
  }
  const led = new Set<string>()
  const leads = new Set<string>()
  for (const edge of possible) {
    if (edge.from === edge.to) continue
    if (!leads.has(edge.from) || !led.has(edge.to)) kept.add(pathKey(edge))
    leads.add(edge.from)
    led.add(edge.to)
  }
  const sum = possible.reduce((total, edge) => total + edge.occurrences, 0)
  let held = 0
  for (const edge of possible) {
    if (held >= share * sum) break
    held += edge.occurrences
    kept.add(pathKey(edge))
  }
  const paths = possible.filter((edge) => kept.has(pathKey(edge)))

  const into = new Map<string, number>()
  const out = new Map<string, number>()
  for (const edge of paths) {
    into.set(edge.to, (into.get(edge.to) ?? 0) + edge.occurrences)
    out.set(edge.from, (out.get(edge.from) ?? 0) + edge.occurrences)
  }
  const shown = network.nodes.filter((node) => names.has(node.touchpoint))
  return {
    steps: shown.map((node) => ({
      ...node,
      otherIn: node.occurrences - node.starts - (into.get(node.touchpoint) ?? 0),
      otherOut: node.occurrences - node.ends - (out.get(node.touchpoint) ?? 0),
    })),
    paths,
    possible: possible.length,
    transitions: paths.reduce((total, edge) => total + edge.occurrences, 0),
    all: network.edges.reduce((total, edge) => total + edge.occurrences, 0),
  }
}

/** What leads to a step or away from it, with its share of the events there; the rows add up to all of them. */
export function around(network: Network, name: string) {
  const node = network.nodes.find((one) => one.touchpoint === name)
  if (!node) return null
  const most = (a: Path, b: Path) => b.occurrences - a.occurrences
  return {
    node,
    before: network.edges.filter((edge) => edge.to === name).sort(most),
    after: network.edges.filter((edge) => edge.from === name).sort(most),
  }
}
