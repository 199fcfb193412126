import { describe, expect, test } from 'vitest'
import { broadestWay, cameToAnEnd, endsOf } from './ways'

const wait = { n: 1, min_s: 1, mean_s: 1, median_s: 1, q95_s: 1, max_s: 1 }
const node = (touchpoint: string, starts: number, ends: number) => ({ touchpoint, starts, ends, customers: 9, occurrences: 9 })
const edge = (from: string, to: string, customers: number) => ({ from, to, customers, journeys: customers, occurrences: customers, wait })
const names = (way: ReturnType<typeof broadestWay>) => way.map((step) => step.touchpoint)

describe('the broadest way', () => {
  const nodes = [node('a', 2, 0), node('b', 5, 1), node('c', 0, 2), node('d', 0, 8), node('e', 0, 8)]

  test('begins where most begin and is as broad as can be to an end', () => {
    const edges = [edge('b', 'b', 9), edge('b', 'd', 2), edge('b', 'c', 4), edge('c', 'b', 8), edge('c', 'd', 3), edge('a', 'd', 9)]
    expect(names(broadestWay({ nodes, edges }, ['d']))).toEqual(['b', 'c', 'd'])
  })

  test('of ways as broad it takes the shortest, and of several ends the one with the broader way', () => {
    const edges = [edge('b', 'c', 4), edge('c', 'd', 4), edge('b', 'd', 4), edge('b', 'e', 3)]
    expect(names(broadestWay({ nodes, edges }, ['d']))).toEqual(['b', 'd'])
    expect(names(broadestWay({ nodes, edges }, ['e', 'd']))).toEqual(['b', 'd'])
  })

  test('a broad way that leads nowhere is not taken', () => {
    const edges = [edge('b', 'c', 9), edge('c', 'b', 9), edge('b', 'a', 2), edge('a', 'd', 2)]
    expect(names(broadestWay({ nodes, edges }, ['d']))).toEqual(['b', 'a', 'd'])
  })

  test('is empty where no way leads to an end, or nothing begins', () => {
    expect(broadestWay({ nodes, edges: [] }, ['d'])).toEqual([])
    expect(broadestWay({ nodes: [], edges: [] }, ['d'])).toEqual([])
  })
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
