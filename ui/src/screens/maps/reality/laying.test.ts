import { describe, expect, test } from 'vitest'
import type { Deviation, HeldStep, Unplanned } from '../../../api/conformance.svelte'
import type { MapPlan } from '../../../api/maps'
import { columnsOf } from '../document/columns'
import { whoDeviates, whoDid } from './conditions'
import { aftersOf, arcsOf, feltOf, keyOf, partsOf, rowsOf, sharesOf, truthOf, widthsOf } from './laying'
import { judged, unmeasured } from './signs'

const plan: MapPlan = {
  title: 'A map',
  stage: [{ id: 's', title: 'S' }],
  step: [
    { id: 'look', title: 'Looks', stage: 's', touchpoints: ['home', 'Bike page'] },
    { id: 'cart', title: 'Cart', stage: 's', touchpoints: ['cart'], failing: ['cart-error'] },
    { id: 'order', title: 'Orders', stage: 's', touchpoints: ['order'] },
    { id: 'blind', title: 'Hears of it', stage: 's' },
  ],
  edge: [{ from: 'look', to: 'cart' }, { from: 'cart', to: 'order', within: '1d' }],
}
const columns = columnsOf(plan)

const held: HeldStep = {
  step: 'cart', title: 'Cart', stage: 's', measured: true, unseen: [], evidence: null, journeys: 100, as_planned: 60, missing: 20, for_another: 0, failing: 0, late: 10, out_of_order: 0,
  undetermined: 6, not_reached: 4, left_here: 3, as_planned_share: 60 / 90, interval: [0.56, 0.75], median_s: null, timed: 0, felt: null, assumed: {}, expected: null,
  beside_assumed: null, beside_expected: null, importance: null, moment_of_truth: '', derived_moment_of_truth: null,
}
const unplanned = (after: string | null, touchpoint: string, journeys: number): Unplanned => ({ after, touchpoint, journeys, customers: journeys, occurrences: journeys * 2, share: 0.1 })
const deviation = { kind: 'unplanned', step: 'look', touchpoint: 'order', of_share: 0.3 } as Deviation

describe('what is not planned', () => {
  const found = aftersOf(plan, { unplanned: [unplanned('look', 'home', 5), unplanned('look', 'order', 50), unplanned('look', 'hotline', 20), unplanned(null, 'cart', 30)], deviations: [deviation] }, 2)

  test('the strongest first, the rest summed', () => {
    expect(found.get('look')?.shown.map((one) => one.unplanned.touchpoint)).toEqual(['order', 'hotline'])
    expect(found.get('look')?.rest).toEqual({ kinds: 1, occurrences: 10 })
    expect(found.get('')?.rest).toEqual({ kinds: 0, occurrences: 0 })
  })

  test('it knows its share and the step it leads to', () => {
    const [order, hotline] = found.get('look')?.shown ?? []
    expect(order?.deviation?.of_share).toBe(0.3)
    expect(order?.to).toBe('order')
    expect(hotline?.to).toBeNull()
    expect(hotline?.few).toBe(false)
  })

  test('arcs lead to other steps only, as wide as journeys take them', () => {
    const arcs = arcsOf(columns, found, { base: 20, depth: 110 }, -70, 10)
    expect(arcs.map((arc) => arc.after.unplanned.touchpoint)).toEqual(['order', 'cart'])
    expect(arcs[0]?.width).toBe(12)
    expect(arcs[1]?.width).toBeLessThan(12)
    expect(arcs[0]?.path.startsWith(`M${(columns.of('look')?.middle ?? 0) + 22} 0`)).toBe(true)
  })

  test('ways are as wide as customers take them', () => {
    const way = (to: string, customers: number) => ({ from: 'look', to, customers, journeys: 2 * customers, share: null })
    const widths = widthsOf([way('cart', 100), way('order', 50)])
    expect(widths.get('look>cart')).toBe(8)
    expect(widths.get('look>order')).toBeCloseTo(4.55)
    expect(widths.has('cart>order')).toBe(false)
    expect(widthsOf([]).size).toBe(0)
  })

  test('a key tells deviations apart', () => {
    expect(keyOf({ kind: 'unplanned', step: null, touchpoint: 'cart' })).toBe('unplanned||cart')
  })
})

describe('a step', () => {
  test('its parts make up all journeys; shares are of those that came to it', () => {
    const parts = partsOf(held)
    expect(parts.map((part) => part.verdict)).toEqual(['as_planned', 'missing', 'late', 'undetermined', 'not_reached'])
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1)
    expect(judged(held)).toBe(90)
    expect(sharesOf(held).map((one) => [one.verdict, one.share])).toEqual([['as_planned', 60 / 90], ['missing', 20 / 90], ['late', 10 / 90]])
    expect(sharesOf({ ...held, as_planned: 0, missing: 0, late: 0 })).toEqual([])
  })

  test('nothing is measured without touchpoints, or where none was ever seen', () => {
    expect(unmeasured({ ...held, measured: false }, [])).toBe(true)
    expect(unmeasured({ ...held, unseen: ['a', 'b'] }, ['a', 'b'])).toBe(true)
    expect(unmeasured({ ...held, unseen: ['a'] }, ['a', 'b'])).toBe(false)
  })

  test('what is felt stands against what is expected, else against what is assumed', () => {
    const felt = { n: 40, customers: 9, mean: -0.5, interval: [-0.8, -0.2], by_value: [10, 10, 10, 5, 5], reported: 40, inferred: 0, assumed: 0 }
    const [against] = feltOf(columns, [{ ...held, felt, assumed: { all: 2 }, expected: 1 }])
    expect(against).toMatchObject({ against: 1, few: true, n: 40, x: columns.of('cart')?.middle })
    expect(feltOf(columns, [{ ...held, felt, assumed: { all: 2 } }])[0]?.against).toBe(2)
    expect(feltOf(columns, [{ ...held, felt }])[0]?.against).toBeNull()
    expect(feltOf(columns, [held])).toEqual([])
  })

  test.each([
    ['first', true, 'both'],
    ['first', false, 'declared'],
    ['first', null, 'unknown'],
    ['', true, 'derived'],
    ['', false, null],
    ['', null, null],
  ] as const)('moment of truth declared %o, derived %o', (moment_of_truth, derived_moment_of_truth, truth) => {
    expect(truthOf({ moment_of_truth, derived_moment_of_truth })).toBe(truth)
  })
})

describe('whom it is about', () => {
  test.each([
    ['missing', 'cart', null, 'did order and not did cart'],
    ['missing', 'look', null, '(did cart or did order) and not (did home or did "Bike page")'],
    ['missing', 'order', null, null],
    ['failing', 'cart', null, 'did cart-error'],
    ['failing', 'order', null, null],
    ['late', 'order', null, '(did cart before order and not did order after cart within 1d)'],
    ['late', 'cart', null, null],
    ['out_of_order', 'cart', null, null],
    ['unplanned', 'look', 'hotline', 'path (home or "Bike page") -> ... -> hotline'],
    ['unplanned', null, 'hotline', 'did hotline'],
    ['unplanned', 'blind', 'hotline', null],
  ] as const)('%s at %s %s', (kind, step, touchpoint, condition) => {
    expect(whoDeviates({ kind, step, touchpoint }, plan)).toBe(condition)
  })

  test('a step', () => {
    expect(whoDid(plan.step?.[0])).toBe('(did home or did "Bike page")')
    expect(whoDid(plan.step?.[3])).toBeNull()
  })
})

test('steps as rows of a file', () => {
  const { header, rows } = rowsOf([held])
  expect(rows[0]?.length).toBe(header.length)
  expect(rows[0]?.[header.indexOf('late')]).toBe(10)
  expect(rows[0]?.[header.indexOf('mean_mood')]).toBeNull()
})
