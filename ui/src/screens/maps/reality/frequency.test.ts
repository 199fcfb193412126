import { describe, expect, test } from 'vitest'
import { frequencyOf } from './frequency'

describe('shares as people count', () => {
  test.each([
    // Few are told as they are.
    [3, 7, [3, 7]],
    [1, 19, [1, 19]],
    // Plain fractions where one is near.
    [500, 1000, [1, 2]],
    [250, 1000, [1, 4]],
    [262, 1000, [1, 4]],
    [333, 1000, [1, 3]],
    [660, 1000, [2, 3]],
    [288, 1000, [3, 10]],
    [600, 1000, [3, 5]],
    [174, 1000, [1, 6]],
    [127, 1000, [1, 8]],
    [800, 1000, [4, 5]],
    [890, 1000, [9, 10]],
    // Rare things.
    [77, 1000, [1, 13]],
    [50, 1000, [1, 20]],
    [1, 1000, [1, 1000]],
    [3, 10_000, [1, 3000]],
  ] as const)('%i of %i', (count, of, [one, whole]) => {
    expect(frequencyOf(count, of)).toEqual({ one, of: whole })
  })

  test('what no small number says', () => {
    expect(frequencyOf(0, 100)).toBe('none')
    expect(frequencyOf(0, 0)).toBe('none')
    expect(frequencyOf(100, 100)).toBe('all')
    expect(frequencyOf(990, 1000)).toBe('nearly all')
  })

  test('it is never far from the truth', () => {
    for (let count = 1; count < 1000; count++) {
      const found = frequencyOf(count, 1000)
      const said = typeof found === 'string' ? 1 : found.one / found.of
      const share = count / 1000
      expect(Math.min(Math.abs(said - share), Math.abs(said / share - 1) / 4), `${count} of 1000: ${JSON.stringify(found)}`).toBeLessThanOrEqual(0.051)
    }
  })
})
