import { describe, expect, test } from 'vitest'
import { journeys, manyJourneys, networkOf } from './made'
import { around, inSight, inSightOrder, usualWay, type Network } from './network'

const many = networkOf(manyJourneys(50, 3_000))

function sight(network: Network, steps: number, share: number) {
  const way = usualWay(network)
  return inSight(network, way, inSightOrder(network, way), { steps, share })
}

describe('the usual way', () => {
  test('follows most customers from where most journeys begin', () => {
    expect(usualWay(networkOf(journeys('abc', 'abc', 'abd', 'xb')))).toEqual(['a', 'b', 'c'])
  })
  test('is not led astray by a detour there and back', () => {
    expect(usualWay(networkOf(journeys('abxbc', 'abxbc', 'abxbc', 'abc')))).toEqual(['a', 'b', 'c'])
  })
  test('passes no step twice', () => {
    expect(usualWay(networkOf(journeys('abab', 'abab')))).toEqual(['a', 'b'])
  })
  test('is one step where no path leads on', () => {
    expect(usualWay(networkOf(journeys('a', 'a', 'b')))).toEqual(['a'])
    expect(usualWay({ nodes: [], edges: [] })).toEqual([])
  })
})

describe('what is in sight', () => {
  test('keeps the flow: at every step as much comes in as goes out, with what is not shown', () => {
    for (const steps of [0, 2, 9, 25, 50]) {
      for (const share of [0, 0.3, 0.8, 1]) {
        const shown = sight(many, steps, share)
        for (const step of shown.steps) {
          const sum = (end: 'from' | 'to') =>
            shown.paths.reduce((total, path) => total + (path[end] === step.touchpoint ? path.occurrences : 0), 0)
          expect(step.starts + sum('to') + step.otherIn).toBe(step.occurrences)
          expect(step.ends + sum('from') + step.otherOut).toBe(step.occurrences)
          expect(step.otherIn).toBeGreaterThanOrEqual(0)
          expect(step.otherOut).toBeGreaterThanOrEqual(0)
        }
      }
    }
  })
  test('hides nothing when everything is asked for', () => {
    const shown = sight(many, many.nodes.length, 1)
    expect(shown.paths.length).toBe(many.edges.length)
    expect(shown.transitions).toBe(shown.all)
    expect(shown.steps.every((step) => step.otherIn === 0 && step.otherOut === 0)).toBe(true)
  })
  test('begins with the usual way alone', () => {
    const shown = sight(many, 0, 0)
    const way = usualWay(many)
    expect(shown.steps.map((step) => step.touchpoint).sort()).toEqual([...way].sort())
    expect(shown.paths.length).toBe(way.length - 1)
  })
  test('only grows with more steps and with more paths', () => {
    const names = (steps: number) => sight(many, steps, 0).steps.map((step) => step.touchpoint)
    for (let steps = 2; steps < 49; steps += 6) expect(names(steps + 1)).toEqual(expect.arrayContaining(names(steps)))
    for (let share = 0; share < 1; share += 0.1) {
      const [fewer, more] = [sight(many, 30, share), sight(many, 30, share + 0.1)]
      expect(more.paths).toEqual(expect.arrayContaining([...fewer.paths]))
    }
  })
  test('leaves no step without a path', () => {
    const shown = sight(many, 50, 0)
    for (const { touchpoint } of shown.steps) {
      expect(shown.paths.some((path) => path.from === touchpoint || path.to === touchpoint)).toBe(true)
    }
  })
})

test('what lies around a step adds up to what happens there', () => {
  for (const { touchpoint } of many.nodes) {
    const here = around(many, touchpoint)
    const sum = (paths: readonly { occurrences: number }[] = []) => paths.reduce((total, path) => total + path.occurrences, 0)
    expect(sum(here?.before) + (here?.node.starts ?? 0)).toBe(here?.node.occurrences)
    expect(sum(here?.after) + (here?.node.ends ?? 0)).toBe(here?.node.occurrences)
  }
})
