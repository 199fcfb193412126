import { afterEach, describe, expect, test } from 'vitest'
import { both, daysAfter, filter, quoted, rangeBefore } from './filter.svelte'
import { go } from './router.svelte'

afterEach(() => go('/'))

describe('the filter language', () => {
  test.each([
    ['checkout', 'checkout'],
    ['händler_besuch', 'händler_besuch'],
    ['order placed', '"order placed"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['end', '"end"'],
    ['Time', '"Time"'],
    ['', '""'],
  ])('%s is written %s', (name, written) => expect(quoted(name)).toBe(written))

  test('two conditions are joined so that an "or" in one of them does not reach the other', () => {
    expect(both('channel = web', 'a or b')).toBe('(channel = web) and (a or b)')
    expect(both('', 'a or b')).toBe('a or b')
    expect(both('a', '')).toBe('a')
  })
})

describe('days', () => {
  test('go over months, years and leap days', () => {
    expect(daysAfter('2026-12-31', 1)).toBe('2027-01-01')
    expect(daysAfter('2028-02-28', 1)).toBe('2028-02-29')
  })

  test('the range before ends where this one begins and is as long', () => {
    expect(rangeBefore('2026-03-01', '2026-03-31')).toEqual({ from: '2026-01-29', to: '2026-02-28' })
  })
})

describe('what the filter says to a question', () => {
  test('nothing if nothing is filtered', () => {
    go('/journeys/explorer?top=3')
    expect(Object.values(filter.about).filter((value) => value !== undefined)).toEqual([])
    expect(filter.query).toBe('')
  })

  test('the last day counts, channels and text hold together', () => {
    go('/x?from=2026-01-01&to=2026-01-31&channel=web,app&only=a+or+b&journey=gap:30m')
    expect(filter.about).toMatchObject({
      from: '2026-01-01T00:00:00Z',
      to: '2026-02-01T00:00:00Z',
      only: '(channel in (web, app)) and (a or b)',
      journey: 'gap:30m',
    })
    expect(filter.aboutBefore).toBeNull()
  })

  test('compared with the period before, the same is asked about that period', () => {
    go('/x?from=2026-01-11&to=2026-01-20&versus=period&where=did+a')
    expect(filter.about.compare).toBeUndefined()
    expect(filter.aboutBefore).toMatchObject({ from: '2026-01-01T00:00:00Z', to: '2026-01-11T00:00:00Z', where: 'did a' })
  })

  test('a link to another screen takes the filter along and nothing else', () => {
    go('/x?where=did+a&top=3')
    expect(filter.on('/y', { channel: ['web'] })).toBe('/y?where=did+a&channel=web')
  })
})
