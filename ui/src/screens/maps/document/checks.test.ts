import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { checked, durationSeconds, isJourneyRule, isSlug } from './checks'
import { chance, changedOften, invented } from './invented'

const steps = ['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase() }))
const step = (more: object) => ({ step: [{ id: 'a', title: 'A', ...more }] })

/** The same tables as in crates/model/src/map/check.rs; the tests in the browser put them before the server. */
const REFUSED: readonly (readonly [string, Partial<MapPlan>, string])[] = [
  ['an edge to nowhere', { step: steps, edge: [{ from: 'a', to: 'd' }] }, 'edge_to_unknown d'],
  ['an edge from nowhere', { step: steps, edge: [{ from: 'd', to: 'a' }] }, 'edge_from_unknown d'],
  ['an edge past all steps', { step: steps, edge: [{ from: 'start', to: 'end' }] }, 'edge_whole'],
  ['a part that cannot be reached', { step: steps, edge: [{ from: 'start', to: 'a' }, { from: 'b', to: 'c' }, { from: 'c', to: 'b' }] }, 'unreached'],
  ['a loop back to the only beginning', { step: steps, edge: [{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }, { from: 'b', to: 'c' }] }, 'unreached'],
  ['a way without an end', { step: steps, edge: [{ from: 'a', to: 'b' }, { from: 'b', to: 'c' }, { from: 'c', to: 'b' }] }, 'endless'],
  ['a limit without a unit', { step: steps, edge: [{ from: 'a', to: 'b', within: '2' }] }, 'not_duration 2'],
  ['an edge twice', { step: steps, edge: [{ from: 'a', to: 'b' }, { from: 'a', to: 'b' }] }, 'edge_twice'],
  ['a stage that is not there', step({ stage: 'x' }), 'stage_unknown x'],
  ['a lane that is not there', step({ cells: { x: 'text' } }), 'lane_unknown x'],
  ['an id twice', { step: [{ id: 'a', title: 'A' }, { id: 'a', title: 'B' }] }, 'id_twice a'],
  ['an id that is no slug', { stage: [{ id: 'A b', title: 'A' }] }, 'id_wrong A b'],
  ['the id of an end', { step: [{ id: 'end', title: 'A' }] }, 'id_of_end end'],
  ['a step without a title', { step: [{ id: 'a', title: ' ' }] }, 'title_empty'],
  ['a mood outside the scale', step({ emotion: { all: 3 } }), 'mood_outside 3'],
  ['a mood between the levels', step({ emotion: { all: 0.5 } }), 'mood_outside 0.5'],
  ['a mood of nobody', step({ emotion: { x: 1 } }), 'persona_unknown x'],
  ['an expectation outside the scale', step({ expected: -3 }), 'mood_outside -3'],
  ['a group of one', step({ parallel: 'p' }), 'parallel_few p'],
  ['a group of seven', { step: [1, 2, 3, 4, 5, 6, 7].map((n) => ({ id: `s${n}`, title: 'S', parallel: 'p' })) }, 'parallel_many p'],
  ['an edge within a group', { step: steps.map((one) => ({ ...one, parallel: one.id === 'c' ? '' : 'p' })), edge: [{ from: 'a', to: 'b' }, { from: 'b', to: 'c' }, { from: 'a', to: 'c' }] }, 'parallel_ordered p'],
  ['a touchpoint that succeeds and fails', step({ touchpoints: ['t'], failing: ['t'] }), 'failing_too t'],
  ['no day', { valid_from: 'tomorrow' }, 'not_day tomorrow'],
  ['a day that is none', { valid_from: '2026-02-30' }, 'not_day 2026-02-30'],
  ['no duration', { over_after: '30' }, 'not_duration 30'],
  ['no journey rule', { journey: 'gap:30' }, 'not_rule gap:30'],
  ['no title', { title: ' ' }, 'title_missing'],
  ['too many steps', { step: Array.from({ length: 301 }, (_, n) => ({ id: `s${n}`, title: 'S' })) }, 'steps_many 300'],
]
const TAKEN: readonly (readonly [string, Partial<MapPlan>])[] = [
  ['steps in their order', { step: steps }],
  ['a branch', { step: steps, edge: [{ from: 'a', to: 'b' }, { from: 'a', to: 'c' }] }],
  ['a step that only leads to itself', { step: steps, edge: [{ from: 'a', to: 'b' }, { from: 'b', to: 'b' }, { from: 'b', to: 'c' }, { from: 'c', to: 'c' }] }],
  ['a loop with a way in and a way out', { step: steps, edge: [{ from: 'start', to: 'a' }, { from: 'a', to: 'b' }, { from: 'b', to: 'a' }, { from: 'b', to: 'c' }] }],
  ['steps in any order', { step: steps.map((one) => ({ ...one, parallel: one.id === 'c' ? '' : 'p' })), edge: [{ from: 'a', to: 'c' }] }],
  ['nothing at all', {}],
  ['limits, days, rules', { step: steps, edge: [{ from: 'a', to: 'b', within: '1.5 hours' }], valid_from: '2026-11-27', over_after: '2w', journey: 'start:a,b;end:c' }],
]

describe('what the server refuses', () => {
  test.each(REFUSED)('%s', (_, plan, fault) => {
    const found = checked({ title: 'Kauf', ...plan }).map((one) => (one.value === undefined ? one.fault : `${one.fault} ${one.value}`))
    expect(found).toContain(fault)
  })

  test.each(TAKEN)('but not %s', (_, plan) => expect(checked({ title: 'Kauf', ...plan })).toEqual([]))

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
