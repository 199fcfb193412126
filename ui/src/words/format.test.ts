import { afterEach, describe, expect, test } from 'vitest'
import { ago, counted, day, duration, estimate, list, number, percent, plural, signed } from './format'
import { language } from './language.svelte'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
afterEach(() => (language.code = 'de'))

describe.each([
  ['de', '131.308', '23,5 %', '3,2 Tage', '14 Min.', '4.812 Kunden', 'a, b und c', 'vor 3 Tagen'],
  ['en', '131,308', '23.5%', '3.2 days', '14 mins', '4,812 customers', 'a, b and c', '3 days ago'],
] as const)('%s', (code, aNumber, aShare, days, minutes, customers, aList, past) => {
  test('numbers, shares, durations, lists, times past', () => {
    language.code = code
    const words = code === 'de' ? { one: 'Kunde', other: 'Kunden' } : { one: 'customer', other: 'customers' }
    expect(number(131308)).toBe(aNumber)
    expect(plain(percent(0.2352))).toBe(aShare)
    expect(plain(duration(277_200))).toBe(days)
    expect(plain(duration(850))).toBe(minutes)
    expect(plain(counted(4812, words))).toBe(customers)
    expect(plural(1, words)).toBe(words.one)
    expect(list(['a', 'b', 'c'])).toBe(aList)
    expect(ago('2026-03-01T12:00:00Z', Date.parse('2026-03-04T12:00:00Z'))).toBe(past)
  })
})

test('days of a range are days in UTC, whatever the zone of the reader', () => {
  language.code = 'en'
  expect(day('2026-03-12T23:59:59Z')).toBe('12 Mar 2026')
})

test('what is estimated is as exact as its interval', () => {
  expect([0.5, 0.49, 1].map((one) => estimate(one, 2))).toEqual(['0,50', '0,49', '1,00'])
  expect(estimate(30, 1)).toBe('30,0')
})

test('differences show their sign, and nothing shows none', () => {
  language.code = 'en'
  expect(signed(3.14)).toBe('+3.1')
  expect(signed(0)).toBe('0')
})
