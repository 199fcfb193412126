/** Networks for tests, counted from journeys as the server counts them. Letters are steps, a string is a journey. */
import type { Network } from './network'

const wait = { n: 1, min_s: 1, mean_s: 60, median_s: 60, q95_s: 90, max_s: 100 }

export function networkOf(journeys: readonly (readonly string[])[]): Network {
  const nodes = new Map<string, { occurrences: number; customers: Set<number>; starts: number; ends: number }>()
  const edges = new Map<string, { from: string; to: string; occurrences: number; customers: Set<number> }>()
  for (const [customer, journey] of journeys.entries()) {
    for (const [at, name] of journey.entries()) {
      const node = nodes.get(name) ?? { occurrences: 0, customers: new Set(), starts: 0, ends: 0 }
      nodes.set(name, node)
      node.occurrences++
      node.customers.add(customer)
      if (at === 0) node.starts++
      const to = journey[at + 1]
      if (to === undefined) {
        node.ends++
        continue
      }
      const edge = edges.get(`${name} ${to}`) ?? { from: name, to, occurrences: 0, customers: new Set() }
      edges.set(`${name} ${to}`, edge)
      edge.occurrences++
      edge.customers.add(customer)
    }
  }
  return {
    nodes: [...nodes].map(([touchpoint, node]) => ({ touchpoint, ...node, customers: node.customers.size })),
    edges: [...edges.values()].map((edge) => ({ ...edge, customers: edge.customers.size, journeys: edge.customers.size, wait })),
  }
}

export const journeys = (...written: string[]) => written.map((one) => [...one])

/** Many journeys over many steps, the same each time: mostly onwards, now and then back or round. */
export function manyJourneys(steps: number, count: number, seed = 7): string[][] {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, () => {
    let at = Math.floor(random() * random() * steps)
    const journey = [`s${at}`]
    for (let length = 1 + Math.floor(random() * 12); length > 0; length--) {
      at = Math.min(steps - 1, Math.max(0, at + Math.floor(random() * 7) - 2))
      journey.push(`s${at}`)
    }
    return journey
  })
}
