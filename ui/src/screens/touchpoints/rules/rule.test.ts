import { describe, expect, test } from 'vitest'
import { draftOf, exactly, formOf, indexOf, isEmpty, placed, propertyPattern, ruleOf, type Rule } from './rule'

const cart: Rule = { touchpoint: 'cart', name: 'Cart' }
const order: Rule = { touchpoint: 'order', name: 'Order', properties: { express: true, 'total.amount': 5 } }
const mail: Rule = { touchpoint: 'mail', source: 'mail*' }

test.each([
  ['cart', 'exactly'],
  ['*cart*', 'wild'],
  ['/^cart$/', 'regex'],
  ['/', 'exactly'],
  ['/checkout', 'exactly'],
])('%s is read as %s', (pattern, form) => expect(formOf(pattern)).toBe(form))

test('a text that looks like a pattern is still taken for itself', () => {
  expect(exactly('cart')).toBe('cart')
  const strange = exactly('5* (new)')
  expect(strange).toBe('/^5\\* \\(new\\)$/')
  expect(new RegExp(strange.slice(1, -1)).test('5* (new)')).toBe(true)
  expect(new RegExp(strange.slice(1, -1)).test('55 (new)')).toBe(false)
})

test('values of properties keep their type', () => {
  expect(propertyPattern('true')).toBe(true)
  expect(propertyPattern('12.5')).toBe(12.5)
  expect(propertyPattern('card')).toBe('card')
  expect(propertyPattern('1e5')).toBe('1e5')
})

test('a rule is filled in and read again', () => {
  expect(ruleOf(draftOf(order), 'order')).toEqual(order)
  expect(ruleOf(draftOf({}), 'x')).toEqual({ touchpoint: 'x' })
  expect(isEmpty(ruleOf(draftOf({}), 'x'))).toBe(true)
  expect(isEmpty(cart)).toBe(false)
})

describe('placed', () => {
  const rules = [cart, order, mail]
  const rule: Rule = { touchpoint: 'shop', source: 'till' }

  test('puts a rule first or last', () => {
    expect(placed(rules, rule, 'start')).toEqual({ rules: [rule, ...rules], at: 0 })
    expect(placed(rules, rule, 'end')).toEqual({ rules: [...rules, rule], at: 3 })
  })

  test('puts a rule in the place of another, whatever the order of its fields', () => {
    const same: Rule = { properties: { 'total.amount': 5, express: true }, name: 'Order', touchpoint: 'order' }
    expect(indexOf(rules, same)).toBe(1)
    expect(placed(rules, rule, 'same', same)).toEqual({ rules: [cart, rule, mail], at: 1 })
    expect(placed(rules, rule, 'start', same)).toEqual({ rules: [rule, cart, mail], at: 0 })
  })

  test('puts it last where the other is gone', () => {
    expect(placed([cart], rule, 'same', mail)).toEqual({ rules: [cart, rule], at: 1 })
  })
})
