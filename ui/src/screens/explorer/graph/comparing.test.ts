import { expect, test } from 'vitest'
import { compare, difference, normalPoint, wilson } from './comparing'
import { journeys, networkOf } from './made'

test('points of the normal distribution, as in the tables', () => {
  expect(normalPoint(0.5)).toBeCloseTo(0, 8)
  expect(normalPoint(0.975)).toBeCloseTo(1.959963985, 7)
  expect(normalPoint(0.995)).toBeCloseTo(2.575829304, 7)
  expect(normalPoint(0.00025)).toBeCloseTo(-3.480756404, 7)
})

test('Wilson and Newcombe as in his paper: 56/70 and 48/80', () => {
  const z = normalPoint(0.975)
  const found = difference({ n: 48, of: 80, value: 0.6 }, { n: 56, of: 70, value: 0.8 }, z)
  expect(wilson(56, 70, z)[0]).toBeCloseTo(0.6916, 3)
  expect(found.interval?.[0]).toBeCloseTo(0.0524, 4)
  expect(found.interval?.[1]).toBeCloseTo(0.3339, 4)
  expect(found.verdict).toBe('higher')
})

test('the same intervals as the server gives for shares of customers, 100 figures together', () => {
  const z = normalPoint(1 - 0.05 / 100 / 2)
  const found = difference({ n: 740, of: 1_506, value: 740 / 1_506 }, { n: 4_170, of: 10_077, value: 4_170 / 10_077 }, z)
  expect(found.difference).toBeCloseTo(-0.07755422687537039, 12)
  expect(found.interval?.[0]).toBeCloseTo(-0.1253928547958998, 9)
  expect(found.interval?.[1]).toBeCloseTo(-0.029770407898083072, 9)
})

test('what only one group has is a share of 0 in the other; of nobody there is no share', () => {
  const [a, b] = [networkOf(journeys('ab', 'ab')), networkOf(journeys('ac'))]
  const both = compare(a, b, 2, 1)
  expect(both.path({ from: 'a', to: 'b' })).toMatchObject({ a: { value: 1 }, b: { value: 0 }, difference: -1 })
  expect(both.together.nodes.find((node) => node.touchpoint === 'a')?.occurrences).toBe(3)
  expect(compare(a, b, 0, 1).step('a')).toMatchObject({ a: { value: null }, difference: null, verdict: 'unclear' })
})

test('a handful of customers shows no clear change', () => {
  const both = compare(networkOf(journeys('ab', 'ac')), networkOf(journeys('ab', 'ab')), 2, 2)
  expect(both.path({ from: 'a', to: 'b' }).verdict).toBe('unclear')
})
