import { describe, expect, it } from 'vitest'
import type { TargetPeriod } from '../../../api/evaluation.svelte'
import { counts, sparkOf } from './spark'

const SIZE = { width: 110, height: 60, edge: 5 }
const period = (value: number | null, state: TargetPeriod['state'] = 'reached') => ({ value, state }) as TargetPeriod

describe('the series of a target', () => {
  it('holds all figures and both bounds', () => {
    const spark = sparkOf([period(0), period(1), period(0.5)], 0.5, 0.75, SIZE)
    expect(spark.marks.map(({ x, y }) => [x, y])).toEqual([[5, 55], [55, 5], [105, 30]])
    expect([spark.atLeast, spark.clearAt]).toEqual([30, 17.5])
    expect(spark.lines).toHaveLength(2)
  })

  it('has no line over a period without a figure', () => {
    const spark = sparkOf([period(0), period(null, 'too_few'), period(1), period(1)], 0, 1, SIZE)
    expect(spark.marks).toHaveLength(3)
    expect(spark.lines).toHaveLength(1)
  })

  it('lies in the middle where there is nothing to spread', () => {
    const spark = sparkOf([period(1)], 1, 1, SIZE)
    expect(spark.marks.map(({ x, y }) => [x, y])).toEqual([[55, 30]])
    expect(sparkOf([], 1, 1, SIZE).marks).toEqual([])
  })

  it('counts only what is judged', () => {
    expect((['reached', 'missed', 'too_few', 'open'] as const).map((state) => counts(period(1, state)))).toEqual([true, true, false, false])
  })
})
