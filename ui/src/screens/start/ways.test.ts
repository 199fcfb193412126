import { describe, expect, test } from 'vitest'
import { cameToAnEnd, endsOf, mainWay } from './ways'

const wait = { n: 1, min_s: 1, mean_s: 1, median_s: 1, q95_s: 1, max_s: 1 }
const node = (touchpoint: string, starts: number, ends: number) => ({ touchpoint, starts, ends, customers: 9, occurrences: 9 })
const edge = (from: string, to: string, customers: number) => ({ from, to, customers, journeys: customers, occurrences: customers, wait })
const names = (way: ReturnType<typeof mainWay>) => way.map((step) => step.touchpoint)

describe('the main way', () => {
  const graph = {
    nodes: [node('a', 2, 0), node('b', 5, 1), node('c', 0, 2), node('d', 0, 8)],
    edges: [edge('b', 'b', 9), edge('b', 'a', 2), edge('b', 'c', 4), edge('c', 'b', 8), edge('c', 'd', 3)],
  }

  test('begins where most begin and takes the transition with the most customers, never back', () => {
    expect(names(mainWay(graph))).toEqual(['b', 'c', 'd'])
  })

  test('stops at an end, and where more journeys end than go on', () => {
    expect(names(mainWay(graph, ['c']))).toEqual(['b', 'c'])
    expect(names(mainWay({ ...graph, nodes: [node('b', 5, 5), node('c', 0, 0)] }))).toEqual(['b'])
  })

  test('is empty where nothing begins', () => expect(mainWay({ nodes: [], edges: [] })).toEqual([]))
})

describe('rules', () => {
  test.each([
    ['end:order', ['order']],
    ['start:a,b;end:c,d', ['c', 'd']],
    ['gap:30m', []],
    ['whole', []],
  ])('%s ends at %s', (rule, ends) => expect(endsOf(rule)).toEqual(ends))

  test('a journey came to an end', () => {
    expect(cameToAnEnd(['order'])).toBe('ends with order')
    expect(cameToAnEnd(['order', 'order placed'])).toBe('ends with (order or "order placed")')
  })
})
