import { describe, expect, test } from 'vitest'
import { namedColumns, shownColumns } from './columns'
import type { Body } from './fields'
import { FILTER_NAMES, filtered, UNSAID, type Filters } from './filters'
import { grouped, search, type Row } from './rows'

const row = (name: string, body: Body, more: Partial<Row> = {}): Row => ({
  name, body: { title: name, ...body }, version: 1, occurrences: undefined, customers: undefined, ever: 0, own: 0, rules: 0, ...more,
})
const ROWS = [
  row('cart', { moment: 'during', owner: 'Web', channel: 'web', importance_to_customer: 8, parent: 'shop', promises: ['Three days'] }, { ever: 5, rules: 1 }),
  row('desk', { moment: 'before', owner: 'Kim', channel: 'Shop', importance_to_customer: 4, review_on: '2026-01-31' }, { rules: 2 }),
  row('shop', { moment: 'before', deputy: 'Kim', cost_per_year: 3 }),
]
const names = (rows: readonly Row[]) => rows.map((one) => one.name).join(' ')
const NONE = Object.fromEntries(FILTER_NAMES.map((name) => [name, ''])) as Filters
const title = (name: string) => (name === 'shop' ? 'The store' : name)

describe('a search', () => {
  test.each([
    ['', 'cart desk shop'],
    ['KIM', 'desk shop'],
    ['three', 'cart'],
    ['the store', 'cart'],
    ['nothing', ''],
  ])('for %j finds %j', (text, expected) => expect(names(search(ROWS, text, title))).toBe(expected))
})

describe('filters', () => {
  test.each([
    [{}, 'cart desk shop'],
    [{ moment: 'before' }, 'desk shop'],
    [{ moment: 'before', owner: 'kim' }, 'desk'],
    [{ owner: UNSAID }, 'shop'],
    [{ channel: 'shop' }, 'desk'],
    [{ importance_to_customer: '7' }, 'cart'],
    [{ importance_to_customer: UNSAID }, 'shop'],
    [{ promises: 'yes' }, 'cart'],
    [{ cost_per_year: UNSAID }, 'cart desk'],
    [{ parent: 'shop' }, 'cart'],
    [{ review: 'overdue' }, 'desk'],
    [{ review: 'none' }, 'cart shop'],
    [{ measured: 'yes' }, 'cart'],
    [{ measured: 'no' }, 'desk'],
    [{ measured: 'norule' }, 'shop'],
  ] as const)('%j leave %j', (filters, expected) => {
    expect(names(filtered(ROWS, { ...NONE, ...filters }, new Date('2026-11-22')))).toBe(expected)
  })

  test('ask nothing of what is not known yet', () => {
    expect(names(filtered([row('a', {}, { ever: undefined })], { ...NONE, measured: 'no' }))).toBe('')
  })
})

describe('sorted', () => {
  test('by a field, those without a value last in both directions', () => {
    const by = (down: boolean) => names(grouped(ROWS, { by: 'importance_to_customer', down })[0]?.rows ?? [])
    expect(by(true)).toBe('cart desk shop')
    expect(by(false)).toBe('desk cart shop')
  })

  test('by a list, the longer one is more', () => {
    expect(names(grouped(ROWS, { by: 'promises', down: true })[0]?.rows ?? []).startsWith('cart')).toBe(true)
  })

  test('by nothing, in groups of moments', () => {
    expect(grouped(ROWS, null).map((group) => [group.id, names(group.rows)])).toEqual([['before', 'desk shop'], ['during', 'cart']])
  })
})

describe('columns', () => {
  test('the usual ones need no name in the place', () => {
    const usual = shownColumns([], true)
    expect(namedColumns(usual, true)).toEqual([])
    expect(shownColumns(namedColumns([...usual, 'deputy'], true), true)).toContain('deputy')
  })

  test('the title always stands first, and figures need the right to see them', () => {
    expect(shownColumns(['owner', 'occurrences', 'nonsense'], true)).toEqual(['title', 'owner', 'occurrences'])
    expect(shownColumns(['owner', 'occurrences'], false)).toEqual(['title', 'owner'])
  })
})
