/** What of a network of touchpoints is shown. What is not shown is summed up: at every step as much flows in as out. */
import type { Schemas } from '../../../api/client'

export type Step = Schemas['Node']
export type Path = Schemas['Edge']
export type Network = { readonly nodes: readonly Step[]; readonly edges: readonly Path[] }

/** Tells a path apart. No name holds the sign between. */
export const pathKey = ({ from, to }: { readonly from: string; readonly to: string }) => `${from}\u0000${to}`

const WAY_MOST = 12
/** On the usual way goes this part of the customers of a step at least. */
const USUAL = 0.05

/**
 * The most usual way: from where most journeys begin always along the path on which most customers get on, to a step that was
 * not passed. Customers who come back by the same path are taken off, so that a detour there and back, such as signing in
 * during the checkout, is not the way. It does not end where many journeys end: the way of those who go on is what people want
 * to see first.
 */
export function usualWay({ nodes, edges }: Network): string[] {
  const known = new Map(edges.map((edge) => [pathKey(edge), edge]))
  const onwards = new Map<string, { to: string; path: Path; getOn: number }[]>()
  for (const path of edges) {
    const back = known.get(pathKey({ from: path.to, to: path.from }))
    // Where as many come back as go, how often they do decides, for less than one customer.
    const oftener = (path.occurrences - (back?.occurrences ?? 0)) / (1 + path.occurrences + (back?.occurrences ?? 0))
    const getOn = path.customers - (back?.customers ?? 0) + oftener
    if (path.from !== path.to && getOn > 0) onwards.set(path.from, [...(onwards.get(path.from) ?? []), { to: path.to, path, getOn }])
  }
  const stepOf = new Map(nodes.map((node) => [node.touchpoint, node]))
  let here = nodes.reduce<Step | undefined>((most, node) => (node.starts > (most?.starts ?? 0) ? node : most), undefined)
  const way: string[] = []
  while (here && way.length < WAY_MOST) {
    way.push(here.touchpoint)
    const next = (onwards.get(here.touchpoint) ?? [])
      .filter(({ to }) => !way.includes(to))
      .reduce<{ to: string; path: Path; getOn: number } | undefined>((most, one) => (!most || one.getOn > most.getOn ? one : most), undefined)
    if (!next || next.path.customers < USUAL * here.customers) break
    here = stepOf.get(next.to)
  }
  return way
}

/** All steps in the order in which they come into sight: the usual way first, then those with the most customers. */
export function inSightOrder(network: Network, way: readonly string[]): string[] {
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

/** A path that holds a step in sight carries this part of what happens there at least, unless it is the only one. */
const HOLDS = 0.05

/**
 * The steps and paths in sight. The usual way is whole; every further step comes with its strongest path in and its strongest
 * path out, so that none hangs in the air.
 */
export function inSight(network: Network, way: readonly string[], order: readonly string[], { steps, share }: Amount): Shown {
  const names = new Set(order.slice(0, steps || way.length))
  const possible = network.edges.filter((edge) => names.has(edge.from) && names.has(edge.to))
  possible.sort((a, b) => b.occurrences - a.occurrences || (pathKey(a) < pathKey(b) ? -1 : 1))

  const kept = new Set<string>()
  for (const [index, name] of way.entries()) {
    const next = way[index + 1]
    if (next !== undefined && names.has(name) && names.has(next)) kept.add(pathKey({ from: name, to: next }))
  }
  const eventsAt = new Map(network.nodes.map((node) => [node.touchpoint, node.occurrences]))
  for (const name of names) {
    if (way.includes(name)) continue
    const into = possible.find((edge) => edge.to === name && edge.from !== name)
    const out = possible.find((edge) => edge.from === name && edge.to !== name)
    const strong = [into, out].filter((edge) => edge && edge.occurrences >= HOLDS * (eventsAt.get(name) ?? 0))
    for (const edge of strong.length ? strong : [into ?? out]) if (edge) kept.add(pathKey(edge))
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
