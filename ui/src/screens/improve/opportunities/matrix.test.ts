import { describe, expect, it } from 'vitest'
import { AXES } from '../view'
import { cornerOf, corners, cutOf, endOf, lacks, lacksFor, letterOf, on, placed, type List, type Weighed } from './matrix'

const NONE = { value: null, value_per_effort: null, ulwick: null, weighted_gap: null, severity: null }

function weighed(id: string, given: Partial<Weighed> = {}): Weighed {
  return { id, version: 1, title: id, ...NONE, ranks: { value_per_effort: null, ulwick: null, weighted_gap: null }, eases: [], referred: [], solutions: [], ...given }
}

function listOf(...opportunities: Weighed[]): List {
  const most = { customer_value: 100, business_value: 100, value: 100, effort: 5, value_per_effort: null, importance: 10, satisfaction: 10, ulwick: 20, weighted_gap: 100, severity: 10 }
  const axes = AXES.map((axis) => {
    const values = opportunities.flatMap((one) => on(axis, one) ?? [])
    return { axis, most: most[axis], mean: values.length ? values.reduce((a, b) => a + b) / values.length : null, n: values.length }
  })
  return { weight: 0.5, progress: [], axes, opportunities }
}

const list = listOf(
  weighed('a', { value: 70, effort: 2, value_per_effort: 35 }),
  weighed('b', { value: 90, effort: 4, value_per_effort: 22.5 }),
  weighed('c', { effort: 1 }),
  weighed('d', { value: 70, effort: 1, value_per_effort: 70 }),
)

describe('a matrix', () => {
  it('holds what has both values, the uppermost first, with a letter each', () => {
    expect(placed(list, 'effort', 'value').map(({ one, letter }) => `${letter} ${one.id}`)).toEqual(['A b', 'B d', 'C a'])
    expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
  })

  it('is cut at the means, or at values of one’s own', () => {
    expect(cutOf(list, 'effort', '')).toEqual({ at: 2, n: 4 })
    expect(cutOf(list, 'effort', '3.5')).toEqual({ at: 3.5 })
    expect(cutOf(list, 'effort', '0')).toEqual({ at: 0 })
    expect(cutOf(list, 'effort', 'viel')).toEqual({ at: 2, n: 4 })
    expect(cutOf(list, 'importance', ' ')).toBeUndefined()
  })

  it('ends where the scale does, or a little above what there is', () => {
    expect(endOf(list, 'effort', undefined)).toBe(5)
    expect(endOf(list, 'value_per_effort', undefined)).toBeCloseTo(75.6)
    expect(endOf(list, 'value_per_effort', { at: 100 })).toBeCloseTo(108)
    expect(endOf(listOf(), 'value_per_effort', undefined)).toBe(1)
  })

  it('has names for the corners that have some, the same ones when the axes change places', () => {
    const straight = corners('effort', 'value')
    const turned = corners('value', 'effort')
    expect(straight?.topLeft).toBe(turned?.bottomRight)
    expect(straight?.bottomRight).toBe(turned?.topLeft)
    expect(corners('satisfaction', 'importance')?.topLeft).toBe(corners('importance', 'satisfaction')?.bottomRight)
    expect(corners('severity', 'effort')).toBeNull()
  })

  it('counts what lies on a cut as above it', () => {
    const [x, y] = [{ at: 2 }, { at: 50 }]
    expect(cornerOf({ x: 2, y: 50 }, x, y)).toBe('topRight')
    expect(cornerOf({ x: 1.9, y: 50 }, x, y)).toBe('topLeft')
    expect(cornerOf({ x: 2, y: 49 }, x, y)).toBe('bottomRight')
    expect(cornerOf({ x: 0, y: 0 }, x, y)).toBe('bottomLeft')
  })
})

describe('what cannot be placed', () => {
  it('lacks the fields that the figure is made of', () => {
    expect(lacks(weighed('x', { customer_value: 50 }), 'value', 0.5)).toEqual([{ what: 'field', field: 'business_value' }])
    expect(lacks(weighed('x', { customer_value: 50 }), 'value', 1)).toEqual([])
    expect(lacks(weighed('x', { importance: 5 }), 'ulwick', 0.5)).toEqual([{ what: 'field', field: 'satisfaction' }])
    expect(lacks(weighed('x', { customer_value: 0, business_value: 0, effort: 0 }), 'value_per_effort', 0.5)).toEqual([{ what: 'effort' }])
  })

  it('lacks the severity of its pain points, or pain points', () => {
    const pain = { id: 'late', title: 'Late', severity: null, touchpoints: [] }
    expect(lacks(weighed('x', { eases: [pain] }), 'severity', 0.5)).toEqual([{ what: 'severity', pain: 'late', title: 'Late' }])
    expect(lacks(weighed('x'), 'severity', 0.5)).toEqual([{ what: 'pains' }])
    expect(lacks(weighed('x', { eases: [pain], severity: 4 }), 'severity', 0.5)).toEqual([])
  })

  it('is told once what both axes need', () => {
    expect(lacksFor(weighed('x'), ['effort', 'value_per_effort'], 0)).toEqual([
      { what: 'field', field: 'effort' },
      { what: 'field', field: 'business_value' },
    ])
  })

  it('lacks something on every axis where it has no value, and nothing where it has one', () => {
    const whole = weighed('x', { customer_value: 1, business_value: 1, effort: 1, importance: 1, satisfaction: 1, severity: 1 })
    for (const axis of AXES) {
      expect(lacks(weighed('x'), axis, 0.5).length, axis).toBeGreaterThan(0)
      expect(lacks(whole, axis, 0.5), axis).toEqual([])
    }
  })
})
