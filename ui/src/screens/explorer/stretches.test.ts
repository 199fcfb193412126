import { expect, test } from 'vitest'
import { stretches } from './stretches'

test('stretches are as short as can still be seen, and hold the first and the last moment', () => {
  const of = (first: string, last: string) => {
    const { length, edges } = stretches(first, last)
    return [length, edges[0], edges.at(-1), edges.length - 1]
  }
  expect(of('2026-03-01T10:00:00Z', '2026-03-03T00:00:00Z')).toEqual(['day', '2026-03-01', '2026-03-04', 3])
  expect(of('2026-03-04T10:00:00Z', '2026-06-28T23:59:00Z')).toEqual(['week', '2026-03-02', '2026-06-29', 17])
  expect(of('2025-03-27T00:00:00Z', '2026-09-30T21:00:00Z')).toEqual(['month', '2025-03-01', '2026-10-01', 19])
  expect(of('2020-02-27T00:00:00Z', '2026-09-30T21:00:00Z')).toEqual(['quarter', '2020-01-01', '2026-10-01', 27])
  expect(of('1990-02-27T00:00:00Z', '2026-09-30T21:00:00Z')[0]).toBe('year')
})
