import { expect, test } from 'vitest'
import { inBytes, kindIn, missing, readingOf, withRole, type Chosen } from './options'

const nothing: Chosen = {
  customer: '', kind: '', touchpoint: '', time: '', channel: '', identifier: [], zone: '', times: '', source: '', delimiter: '', encoding: '',
  comma: false,
}

test('only what was chosen is told', () => {
  expect(readingOf(nothing)).toEqual({})
  expect(readingOf({ ...nothing, customer: 'Nr', kind: 'loyalty_card', comma: true, identifier: ['email=Mail'] })).toEqual({
    customer: 'Nr', customer_kind: 'loyalty_card', decimal_comma: true, identifier: ['email=Mail'],
  })
})

test('a column has one meaning', () => {
  const chosen = { ...nothing, customer: 'a', identifier: ['email=b'] }
  expect(withRole(chosen, 'a', 'touchpoint')).toEqual({ customer: '', identifier: ['email=b'], touchpoint: 'a' })
  expect(withRole(chosen, 'b', 'customer')).toEqual({ identifier: [], customer: 'b' })
  expect(withRole(chosen, 'a', 'identifier', 'phone')).toEqual({ customer: '', identifier: ['email=b', 'phone=a'] })
  expect(withRole(chosen, 'a', 'property')).toEqual({ customer: '', identifier: ['email=b'] })
})

test('the kind of a further identifier, in columns with = too', () => {
  expect(kindIn({ ...nothing, identifier: ['email=a=b'] }, 'a=b')).toBe('email')
  expect(kindIn(nothing, 'a')).toBeUndefined()
})

test('what is missing', () => {
  expect(missing({ customer: 'a', time: null })).toEqual(['touchpoint', 'time'])
})

test('bytes', () => {
  expect(inBytes(0, 'en-GB')).toBe('0 byte')
  expect(inBytes(207_839, 'en-GB')).toBe('208 kB')
  expect(inBytes(1_440_000, 'de-DE')).toBe('1,4 MB')
})
