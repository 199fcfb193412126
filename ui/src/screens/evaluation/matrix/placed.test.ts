import { describe, expect, it } from 'vitest'
import type { Evaluated } from '../../../api/evaluation.svelte'
import { importanceInterval, lackOf, LARGEST, placed, radiusOf, SMALLEST } from './placed'

const at = (touchpoint: string, importance: number | null, satisfaction: number | null, more: Partial<Evaluated> = {}) =>
  ({ touchpoint, title: touchpoint, importance, satisfaction, derived_interval: null, ...more }) as Evaluated

describe('places in the matrix', () => {
  it('are given to those that have both, the most important first', () => {
    const dots = placed([at('c', 3, 9), at('nobody', 9, null), at('b', 8, 5), at('a', 8, 2), at('unknown', null, 4)])
    expect(dots.map(({ one, letter, x, y }) => [letter, one.touchpoint, x, y])).toEqual([
      ['A', 'a', 2, 8],
      ['B', 'b', 5, 8],
      ['C', 'c', 9, 3],
    ])
  })

  it('say what is lacking, the mood first', () => {
    expect([at('a', null, null), at('b', null, 1), at('c', 1, null), at('d', 1, 1)].map(lackOf)).toEqual(['mood', 'importance', 'mood', null])
  })
})

describe('the size of a dot', () => {
  it('grows with the root of its customers, within bounds', () => {
    expect(radiusOf(400, 400)).toBe(LARGEST)
    expect(radiusOf(100, 400)).toBe(LARGEST / 2)
    expect(radiusOf(1, 400)).toBe(SMALLEST)
    expect(radiusOf(0, 0)).toBe(SMALLEST)
  })
})

describe('the interval of importance', () => {
  const one = at('a', 1, 1, { derived_interval: [-0.2, 0.75] })
  it('is that of the correlation on the axis, where it is derived', () => {
    expect(importanceInterval(one, 'derived')).toEqual([0, 7.5])
  })
  it('is unknown where importance is stated or nothing was derived', () => {
    expect(importanceInterval(one, 'stated')).toBeNull()
    expect(importanceInterval(at('b', 1, 1), 'derived')).toBeNull()
  })
})
