import { describe, expect, test } from 'vitest'
import { changed, daysIn, merged, patched, read, reviewOf, same, withField, written } from './fields'

describe('read', () => {
  test.each([
    ['1.234.567', 1234567],
    ['1.234,5', 1234.5],
    ['1,234,567', 1234567],
    ['8,5', 8.5],
    ['8.5', 8.5],
    ['12 000', 12000],
    [' 7 ', 7],
    ['', undefined],
    ['viel', null],
    ['1e3', null],
  ])('takes %j as %j', (text, value) => expect(read('reach_per_year', text)).toBe(value))

  test('leaves texts as they are, without blanks around them', () => expect(read('owner', ' Web team ')).toBe('Web team'))

  test('takes lines one by one and leaves empty ones out', () => {
    expect(read('promises', ' Three days \n\n Free return\n')).toEqual(['Three days', 'Free return'])
    expect(read('promises', ' \n ')).toBe(undefined)
  })

  test('writes codes of currencies as they are written', () => expect(read('currency', 'chf')).toBe('CHF'))
})

test('values are written as the language writes them', () => {
  expect(written(8.5, true)).toBe('8,5')
  expect(written(8.5, false)).toBe('8.5')
  expect(written(['a', 'b'], true)).toBe('a\nb')
  expect(written(undefined, true)).toBe('')
})

test('a cost brings a currency and takes it along', () => {
  const costly = withField({ title: 'Poster' }, 'cost_per_year', 12)
  expect(costly).toEqual({ title: 'Poster', cost_per_year: 12, currency: 'EUR' })
  expect(withField(costly, 'cost_per_year', undefined)).toEqual({ title: 'Poster' })
  expect(patched(costly, { cost_per_year: 5, currency: 'CHF' })).toEqual({ title: 'Poster', cost_per_year: 5, currency: 'CHF' })
})

test('a day takes its reminder along', () => {
  const reviewed = patched({ title: 'Cart' }, { review_on: '2026-11-22', remind_before: '14d' })
  expect(reviewed).toEqual({ title: 'Cart', review_on: '2026-11-22', remind_before: '14d' })
  expect(withField(reviewed, 'review_on', undefined)).toEqual({ title: 'Cart' })
  expect(withField(reviewed, 'review_on', '2027-01-01')).toEqual({ title: 'Cart', review_on: '2027-01-01', remind_before: '14d' })
})

test('empty lists are left out', () => {
  expect(withField({ title: 'Cart', promises: ['a'] }, 'promises', [])).toEqual({ title: 'Cart' })
})

test.each([
  [undefined, '', true],
  [undefined, [], true],
  [['a', 'b'], ['a', 'b'], true],
  [['a', 'b'], ['b', 'a'], false],
  ['7', 7, false],
  [7, 7, true],
])('%j and %j say the same: %j', (one, other, expected) => expect(same(one, other)).toBe(expected))

describe('merged', () => {
  const base = { title: 'Cart', owner: 'Web', channel: 'web', promises: ['a'] }

  test('keeps what each changed', () => {
    const made = merged(base, { ...base, owner: 'Shop' }, { ...base, channel: 'app' })
    expect(made).toEqual({ body: { ...base, owner: 'Shop', channel: 'app' }, clashes: [], taken: ['channel'] })
  })

  test('asks where both changed the same to something else', () => {
    const made = merged(base, { ...base, owner: 'Shop', promises: ['b'] }, { ...base, owner: 'Mail', title: 'Basket', promises: ['c'] })
    expect(made.clashes).toEqual(['owner', 'promises'])
    expect(made.body).toEqual({ title: 'Basket', owner: 'Mail', channel: 'web', promises: ['c'] })
  })

  test('does not ask where both changed it alike', () => {
    const both = { ...base, owner: 'Shop', promises: ['a', 'b'] }
    expect(merged(base, both, { ...both, promises: ['a', 'b'] })).toEqual({ body: both, clashes: [], taken: [] })
  })

  test('keeps what was emptied', () => {
    const { owner: _, ...emptied } = base
    expect(merged(base, emptied, { ...base, channel: 'app' }).body).toEqual({ title: 'Cart', channel: 'app', promises: ['a'] })
  })
})

test('differences come in the order of the register', () => {
  expect(changed({ title: 'a', owner: 'x' }, { title: 'b', channel: 'web' })).toEqual(['title', 'channel', 'owner'])
})

test.each([
  ['14d', 14],
  ['2 w', 14],
  ['12h', 0.5],
  ['90 days', 90],
  ['14', null],
  ['soon', null],
])('%j is %j days', (span, days) => expect(daysIn(span)).toBe(days))

// The same cases as those of the server.
test.each([
  [undefined, undefined, '2026-11-22T12:00:00Z', 'none'],
  ['2026-11-22', undefined, '2026-11-21T23:59:59Z', 'later'],
  ['2026-11-22', undefined, '2026-11-22T00:00:00Z', 'due'],
  ['2026-11-22', undefined, '2026-11-22T23:59:59Z', 'due'],
  ['2026-11-22', undefined, '2026-11-23T00:00:00Z', 'overdue'],
  ['2026-11-22', '14d', '2026-11-07T23:59:59Z', 'later'],
  ['2026-11-22', '14d', '2026-11-08T00:00:00Z', 'due'],
  ['2026-11-22', '14d', '2026-11-23T00:00:00Z', 'overdue'],
])('a review on %s, reminded %s before, is at %s: %s', (review_on, remind_before, now, expected) => {
  expect(reviewOf({ review_on, remind_before }, new Date(now))).toBe(expected)
})
