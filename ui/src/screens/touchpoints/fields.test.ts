import { describe, expect, test } from 'vitest'
import { changed, merged, read, withField, written } from './fields'

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
})

test('numbers are written as the language writes them', () => {
  expect(written(8.5, true)).toBe('8,5')
  expect(written(8.5, false)).toBe('8.5')
  expect(written(undefined, true)).toBe('')
})

test('a cost brings a currency and takes it along', () => {
  const costly = withField({ title: 'Poster' }, 'cost_per_year', 12)
  expect(costly).toEqual({ title: 'Poster', cost_per_year: 12, currency: 'EUR' })
  expect(withField(costly, 'cost_per_year', undefined)).toEqual({ title: 'Poster' })
})

describe('merged', () => {
  const base = { title: 'Cart', owner: 'Web', channel: 'web' }

  test('keeps what each changed', () => {
    const made = merged(base, { ...base, owner: 'Shop' }, { ...base, channel: 'app' })
    expect(made).toEqual({ body: { title: 'Cart', owner: 'Shop', channel: 'app' }, clashes: [], taken: ['channel'] })
  })

  test('asks where both changed the same to something else', () => {
    const made = merged(base, { ...base, owner: 'Shop' }, { ...base, owner: 'Mail', title: 'Basket' })
    expect(made.clashes).toEqual(['owner'])
    expect(made.body).toEqual({ title: 'Basket', owner: 'Mail', channel: 'web' })
  })

  test('does not ask where both changed it alike', () => {
    const both = { ...base, owner: 'Shop' }
    expect(merged(base, both, both)).toEqual({ body: both, clashes: [], taken: [] })
  })

  test('keeps what was emptied', () => {
    const { owner: _, ...emptied } = base
    expect(merged(base, emptied, { ...base, channel: 'app' }).body).toEqual({ title: 'Cart', channel: 'app' })
  })
})

test('differences come in the order of the register', () => {
  expect(changed({ title: 'a', owner: 'x' }, { title: 'b', channel: 'web' })).toEqual(['title', 'channel', 'owner'])
})
