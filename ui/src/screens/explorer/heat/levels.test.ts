import { describe, expect, it } from 'vitest'
import { boundsOf, levelOf, sideOf } from './levels'

describe('levels of colour', () => {
  it.each([
    [0, 1, 0],
    [0.001, 1, 1],
    [0.25, 1, 3],
    [1, 1, 6],
    [2, 1, 6],
    [0.5, 0, 0],
  ])('%f of at most %f is level %i', (value, most, level) => {
    expect(levelOf(value, most)).toBe(level)
  })

  it('hold what the legend says', () => {
    const bounds = boundsOf(0.2)
    bounds.forEach((bound, index) => expect(levelOf(bound, 0.2)).toBe(index + 1))
    expect(bounds.at(-1)).toBeCloseTo(0.2)
  })

  it.each([
    [0, 0],
    [-0.001, -1],
    [0.1, 1],
    [0.4, 2],
    [-1, -3],
  ])('%f of at most 1 lies %i', (value, side) => {
    expect(sideOf(value, 1)).toBe(side)
  })
})
