import { describe, expect, test } from 'vitest'
import { laidOut, locate, patchOf, placeOf, valueAt } from './payload'

describe('laidOut', () => {
  test('breaks lines and keeps every digit', () => {
    const text = '{"id":12345678901234567890,"km":1.10,"none":{},"list":[1,[]],"text":"a: {b}, \\"c\\""}'
    const out = laidOut(text)
    expect(out).toBe(
      '{\n  "id": 12345678901234567890,\n  "km": 1.10,\n  "none": {},\n  "list": [\n    1,\n    []\n  ],\n  "text": "a: {b}, \\"c\\""\n}',
    )
    expect(JSON.parse(out)).toEqual(JSON.parse(text))
  })

  test('leaves what is no JSON as it is', () => expect(laidOut('{"a":,}')).toBe('{"a":,}'))
})

test('a reason is divided into place and fault', () => {
  expect(placeOf('userId: is missing, and anonymousId too')).toEqual({ place: 'userId', what: 'is missing, and anonymousId too' })
  expect(placeOf('line 8, column at: "x" is not a time')).toEqual({ place: 'line 8, column at', what: '"x" is not a time' })
  expect(placeOf('identifiers[0].kind: is missing').place).toBe('identifiers[0].kind')
  expect(placeOf('something else').place).toBe('')
})

describe('locate', () => {
  const text = '{\n  "type": "page",\n  "timestamp": "Invalid Date"\n}'

  test('where JSON breaks off', () => expect(locate('"…" cannot be read: key must be a string at line 2 column 17', text)).toEqual({ line: 2, column: 17 }))
  test('at the field that is named', () => expect(locate('timestamp: "Invalid Date" is not a time', text)).toEqual({ line: 3, column: 3 }))
  test('at the column of a row', () => expect(locate('line 8, column at: is not a time', '{\n  "row": {\n    "at": "x"\n  }\n}').line).toBe(3))
  test('nowhere if it is missing', () => expect(locate('userId: is missing', text).line).toBeNull())
})

test('the value at fault', () => {
  expect(valueAt('timestamp: "Invalid Date" is not a time', '{}')).toBe('Invalid Date')
  expect(valueAt('context.page: is no object', '{"context":{"page":7}}')).toBe('7')
  expect(valueAt('userId: is missing', '{"type":"page"}')).toBeUndefined()
})

describe('patchOf', () => {
  test('a misspelt field is renamed', () =>
    expect(patchOf('{"type":"track","evnt":"order"}', '{"type":"track","event":"order"}')).toEqual([
      { op: 'move', from: '/evnt', path: '/event' },
    ]))

  test('values are set and taken away, deep inside too', () =>
    expect(patchOf('{"a":{"b":1,"c/d":2},"x":1}', '{"a":{"b":3},"y":[4]}')).toEqual([
      { op: 'remove', path: '/x' },
      { op: 'remove', path: '/a/c~1d' },
      { op: 'replace', path: '/a/b', value: 3 },
      { op: 'add', path: '/y', value: [4] },
    ]))

  test('nothing for what is no object', () => {
    expect(patchOf('[1]', '[2]')).toBeNull()
    expect(patchOf('{', '{}')).toBeNull()
    expect(patchOf('{"a":1}', '{ "a": 1 }')).toEqual([])
  })
})
