import { describe, expect, test } from 'vitest'
import { readTyped } from './find'

describe('what is typed', () => {
  test.each([
    ['c17', { id: 'c17' }],
    [' email: ada@example.org ', { kind: 'email', value: 'ada@example.org' }],
    ['email:ada@example.org', { kind: 'email', value: 'ada@example.org' }],
    ['Ada Huber', { text: 'Ada Huber' }],
    ['ada@example.org', { text: 'ada@example.org' }],
    ['c17a', { text: 'c17a' }],
    ['12:30', { text: '12:30' }],
    ['email:', { text: 'email:' }],
  ])('%s', (typed, read) => expect(readTyped(typed)).toEqual(read))
})
