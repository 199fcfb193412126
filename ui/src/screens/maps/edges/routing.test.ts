import { describe, expect, test } from 'vitest'
import type { Edge, MapPlan } from '../../../api/maps'
import { columnsOf } from '../document/columns'
import { chance } from '../document/invented'
import { edgesInForce } from '../document/network'
import { routed, type Routed } from './routing'

const plan = (count: number, edge: readonly Edge[] = []): MapPlan => ({
  title: 'Purchase',
  stage: [{ id: 's', title: 'S' }],
  step: Array.from({ length: count }, (_, at) => ({ id: `s${at}`, title: `S${at}`, stage: 's' })),
  edge,
})
const drawn = (map: MapPlan) => routed(columnsOf(map), edgesInForce(map))
const find = (edges: readonly Routed[], key: string) => {
  const one = edges.find((edge) => edge.key === key)
  if (!one) throw new Error(`no ${key} among ${edges.map((edge) => edge.key)}`)
  return one
}
/** Numbers of a path, as pairs where they are. */
const numbers = (path: string) => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number)

describe('edges', () => {
  test('without any written steps follow each other, from a start to an end', () => {
    const { edges, below } = drawn(plan(3))
    expect(edges.map(({ key, kind }) => `${key} ${kind}`)).toEqual(['s0 > s1 forward', 's1 > s2 forward', 'start > s0 start', 's2 > end end'])
    expect(below).toBe(0)
  })

  test('what leads on is above, what leads back and to itself below', () => {
    const { edges } = drawn(plan(4, [{ from: 's0', to: 's3' }, { from: 's3', to: 's1' }, { from: 's1', to: 's1' }, { from: 's1', to: 's2' }]))
    expect(find(edges, 's0 > s3')).toMatchObject({ kind: 'forward', side: 'above' })
    expect(find(edges, 's3 > s1')).toMatchObject({ kind: 'back', side: 'below' })
    expect(find(edges, 's1 > s1')).toMatchObject({ kind: 'self', side: 'below' })
    expect(find(edges, 's1 > s2')).toMatchObject({ kind: 'forward', side: 'above' })
  })

  test('shorter ways lie nearer to the cards, and way under way does not touch', () => {
    const { edges } = drawn(plan(5, [{ from: 's0', to: 's4' }, { from: 's1', to: 's3' }, { from: 's1', to: 's2' }]))
    expect(find(edges, 's1 > s2').level).toBeLessThan(find(edges, 's1 > s3').level)
    expect(find(edges, 's1 > s3').level).toBeLessThan(find(edges, 's0 > s4').level)
  })

  test('ways that begin together leave in the order in which they do not cross', () => {
    const { edges } = drawn(plan(5, [{ from: 's0', to: 's2' }, { from: 's0', to: 's4' }, { from: 's0', to: 's1' }]))
    const leaves = ['s0 > s4', 's0 > s2', 's0 > s1'].map((key) => find(edges, key).from)
    expect(leaves).toEqual(leaves.toSorted((a, b) => a - b))
  })

  test('an edge to a step that is not there is not drawn', () => {
    expect(routed(columnsOf(plan(2)), [{ from: 's0', to: 'gone' }]).edges).toEqual([])
  })

  test('forty by chance: all drawn, each within its cards, none over another on its level, in bounded height', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const by = chance(seed)
      const edge = new Map<string, Edge>()
      while (edge.size < 40) {
        const [from, to] = [`s${by.below(13)}`, `s${by.below(13)}`]
        edge.set(`${from} ${to}`, { from, to })
      }
      const map = plan(13, [...edge.values()])
      const columns = columnsOf(map)
      const { edges, above, below } = drawn(map)
      expect(edges.length).toBe(edgesInForce(map).length)
      expect(above).toBeLessThan(260)
      expect(below).toBeLessThan(260)
      for (const one of edges) {
        const [a, b] = [columns.of(one.edge.from), columns.of(one.edge.to)]
        for (const [x, column] of [[one.from, a], [one.to, b]] as const) {
          if (!column) continue
          expect(x).toBeGreaterThan(column.x)
          expect(x).toBeLessThan(column.x + column.width)
        }
        expect(numbers(one.path).every((n) => n >= 0), one.path).toBe(true)
      }
      const ways = edges.filter((one) => one.kind === 'forward' || one.kind === 'back')
      for (const [at, one] of ways.entries()) {
        for (const other of ways.slice(at + 1)) {
          if (one.kind !== other.kind || one.level !== other.level) continue
          const [l1, r1] = [Math.min(one.from, one.to), Math.max(one.from, one.to)]
          const [l2, r2] = [Math.min(other.from, other.to), Math.max(other.from, other.to)]
          expect(r1 < l2 || r2 < l1, `seed ${seed}: ${one.key} and ${other.key}`).toBe(true)
        }
      }
      // No two ways leave or arrive at the same place of a card.
      for (const side of ['above', 'below']) {
        const places = ways.filter((one) => one.side === side).flatMap((one) => [one.from, one.to]).map((x) => x.toFixed(2))
        expect(new Set(places).size, `seed ${seed}`).toBe(places.length)
      }
    }
  })

  test('the columns are the same whatever the edges are', () => {
    const shape = (edge: readonly Edge[]) => columnsOf(plan(4, edge)).steps.map(({ x, width }) => [x, width])
    expect(shape([{ from: 's3', to: 's0' }, { from: 's0', to: 's2' }])).toEqual(shape([]))
  })
})
