/** Two groups of journeys, or two periods: where they differ, and how sure that is. */
import { pathKey, type Network, type Path, type Step } from './network'

export type Share = { readonly n: number; readonly of: number; readonly value: number | null }
export type Difference = {
  readonly a: Share
  readonly b: Share
  /** b minus a. */
  readonly difference: number | null
  readonly interval: readonly [number, number] | null
  readonly verdict: 'higher' | 'lower' | 'unclear'
}

export type Compared = {
  /** Both groups as one network: all steps and paths, with the figures of both together. */
  readonly together: Network
  readonly customers: { readonly a: number; readonly b: number }
  readonly step: (name: string) => Difference
  readonly path: (path: Ends) => Difference
  /** The path as each group has it. */
  readonly both: (path: Ends) => { readonly a: Path | undefined; readonly b: Path | undefined }
}

type Ends = { readonly from: string; readonly to: string }

const LEVEL = 0.05

/** The point of the normal distribution below which a share p lies (Acklam's rational approximation, relative error 1.2e-9). */
export function normalPoint(p: number): number {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239]
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572]
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783]
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416]
  const at = (terms: readonly number[], x: number) => terms.reduce((sum, term) => sum * x + term, 0)
  const TAIL = 0.02425
  if (p > 1 - TAIL) return -normalPoint(1 - p)
  if (p < TAIL) {
    const q = Math.sqrt(-2 * Math.log(p))
    return at(c, q) / at([...d, 1], q)
  }
  const q = p - 0.5
  const r = q * q
  return (at(a, r) * q) / at([...b, 1], r)
}

/** Wilson's interval of a share (1927). */
export function wilson(n: number, of: number, z: number): readonly [number, number] {
  const p = n / of
  const middle = p + (z * z) / (2 * of)
  const half = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))
  const whole = 1 + (z * z) / of
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)]
}

/** The difference of two shares with its interval (Newcombe 1998, method 10), and whether it holds 0. */
export function difference(a: Share, b: Share, z: number): Difference {
  if (a.value === null || b.value === null) return { a, b, difference: null, interval: null, verdict: 'unclear' }
  const [la, ua] = wilson(a.n, a.of, z)
  const [lb, ub] = wilson(b.n, b.of, z)
  const moved = b.value - a.value
  const interval = [moved - Math.hypot(b.value - lb, ua - a.value), moved + Math.hypot(ub - b.value, a.value - la)] as const
  return { a, b, difference: moved, interval, verdict: interval[0] > 0 ? 'higher' : interval[1] < 0 ? 'lower' : 'unclear' }
}

const share = (n: number, of: number): Share => ({ n, of, value: of > 0 ? n / of : null })

/**
 * Compares shares of customers: with an event at a step, with a transition. Customers are independent of each other. With K of
 * them compared each interval is at level `1 - 0.05 / K` (Bonferroni), so that all are right together in 95 % of cases.
 */
export function compare(a: Network, b: Network, customersA: number, customersB: number): Compared {
  const [stepsA, stepsB] = [a, b].map(({ nodes }) => new Map(nodes.map((node) => [node.touchpoint, node])))
  const [pathsA, pathsB] = [a, b].map(({ edges }) => new Map(edges.map((edge) => [pathKey(edge), edge])))
  const steps = new Set([...(stepsA?.keys() ?? []), ...(stepsB?.keys() ?? [])])
  const paths = new Set([...(pathsA?.keys() ?? []), ...(pathsB?.keys() ?? [])])
  const z = normalPoint(1 - LEVEL / Math.max(1, steps.size + paths.size) / 2)

  const sum = <T extends object>(x: T | undefined, y: T | undefined, fields: readonly (keyof T)[]): T => {
    const base = (x ?? y) as T
    if (!x || !y) return base
    return { ...base, ...Object.fromEntries(fields.map((field) => [field, Number(x[field]) + Number(y[field])])) }
  }
  const nodes = [...steps].map((name) =>
    sum<Step>(stepsA?.get(name), stepsB?.get(name), ['occurrences', 'customers', 'starts', 'ends']),
  )
  const edges = [...paths].map((key) => sum<Path>(pathsA?.get(key), pathsB?.get(key), ['occurrences', 'customers', 'journeys']))
  return {
    together: { nodes, edges },
    customers: { a: customersA, b: customersB },
    step: (name) =>
      difference(share(stepsA?.get(name)?.customers ?? 0, customersA), share(stepsB?.get(name)?.customers ?? 0, customersB), z),
    path: (path) =>
      difference(
        share(pathsA?.get(pathKey(path))?.customers ?? 0, customersA),
        share(pathsB?.get(pathKey(path))?.customers ?? 0, customersB),
        z,
      ),
    both: (path) => ({ a: pathsA?.get(pathKey(path)), b: pathsB?.get(pathKey(path)) }),
  }
}

/** All paths of a comparison as rows of a file. */
export function rowsOf({ together, path }: Compared) {
  return {
    header: ['from', 'to', 'a', 'a_customers', 'a_n', 'b', 'b_customers', 'b_n', 'difference', 'difference_low', 'difference_high', 'verdict'],
    rows: together.edges.map((edge) => {
      const { a, b, difference: moved, interval, verdict } = path(edge)
      return [edge.from, edge.to, a.value, a.n, a.of, b.value, b.n, b.of, moved, interval?.[0], interval?.[1], verdict]
    }),
  }
}
