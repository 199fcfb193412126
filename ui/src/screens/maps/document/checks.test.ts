import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { checked, durationSeconds, isJourneyRule, isSlug } from './checks'
import tables from './checks.json'
import { chance, changedOften, invented } from './invented'

/** Beside the tests of crates/model/src/map/check.rs; the tests in the browser put the same ones before the server. */
const { refused, taken } = tables as unknown as {
  readonly refused: readonly (readonly [string, Partial<MapPlan>, string])[]
  readonly taken: readonly (readonly [string, Partial<MapPlan>])[]
}

describe('what the server refuses', () => {
  test.each(refused)('%s', (_, plan, fault) => {
    const found = checked({ title: 'Kauf', ...plan }).map((one) => (one.value === undefined ? one.fault : `${one.fault} ${one.value}`))
    expect(found).toContain(fault)
  })

  test.each(taken)('but not %s', (_, plan) => expect(checked({ title: 'Kauf', ...plan })).toEqual([]))

  test('all of it is told, each with its place', () => {
    const found = checked({ title: '', step: [{ id: 'a', title: '', stage: 'x', expected: 9 }] })
    expect(found.map((one) => one.path.join('/'))).toEqual(['title', 'step/a/title', 'step/a/stage', 'step/a/expected'])
  })
})

test('what the editor does to a map leaves it one that the server takes, but for what is cut off by removing edges', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const by = chance(seed)
    const faults = checked(changedOften(invented(by), by, 'x', 12)).map((one) => one.fault)
    expect(faults.filter((fault) => fault !== 'unreached' && fault !== 'endless'), `seed ${seed}`).toEqual([])
  }
})

test.each([
  ['90s', 90], ['30m', 1_800], ['1.5h', 5_400], ['30 d', 2_592_000], ['2 weeks', 1_209_600], ['1 day', 86_400],
  ['30', null], ['', null], ['h', null], ['-1h', null], ['1 fortnight', null], ['1e3s', null],
])('%s is %s seconds', (text, seconds) => expect(durationSeconds(text)).toBe(seconds))

test.each([
  ['whole', true], ['gap:30m', true], ['case:order_id', true], ['start:a,b;end:c', true], ['end:c', true],
  ['gap:30', false], ['case:', false], ['start:', false], ['begin:a', false],
])('%s is a journey rule: %s', (text, is) => expect(isJourneyRule(text)).toBe(is))

test('slugs', () => {
  expect(['test-ride', 'a_1', '_x', '7'].every(isSlug)).toBe(true)
  expect(['', '-a', 'Ä', 'a b', 'A', 'x'.repeat(81)].some(isSlug)).toBe(false)
})
