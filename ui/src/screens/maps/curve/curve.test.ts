import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { columnsOf } from '../document/columns'
import { curveOf, LEVELS, moodAt, voices, yOf } from './curve'

const HEIGHT = 132
const plan: MapPlan = {
  title: 'Purchase',
  personas: ['family', 'commuter'],
  step: [
    { id: 'a', title: 'A', emotion: { all: 1 }, expected: 1 },
    { id: 'b', title: 'B', emotion: { all: 0, family: -2 }, expected: 2 },
    { id: 'c', title: 'C' },
    { id: 'd', title: 'D', emotion: { family: 2 }, expected: 0 },
  ],
}
const of = (...chosen: string[]) => curveOf(plan, columnsOf(plan), HEIGHT, chosen)
const values = (line: { points: readonly { step: string; value: number }[] } | undefined) => line?.points.map(({ step, value }) => `${step}${value}`).join(' ')

describe('the emotion curve', () => {
  test('each level has its height, and each height the nearest level', () => {
    for (const level of LEVELS) {
      expect(moodAt(yOf(level, HEIGHT), HEIGHT)).toBe(level)
      expect(moodAt(yOf(level, HEIGHT) + 5, HEIGHT)).toBe(level)
    }
    expect(yOf(2, HEIGHT)).toBeLessThan(yOf(-2, HEIGHT))
    expect([moodAt(-100, HEIGHT), moodAt(1_000, HEIGHT)]).toEqual([2, -2])
  })

  test('there is a line for all and one for each persona of whom something is said', () => {
    expect(voices(plan)).toEqual(['all', 'family'])
    expect(of().lines.map((line) => line.id)).toEqual(['all', 'family'])
    expect(voices({ title: 'x', step: [{ id: 'a', title: 'A' }] })).toEqual([])
  })

  test('a persona of whom nothing is said at a step feels as all do', () => {
    const family = of('family').lines[0]
    expect(values(family)).toBe('a1 b-2 d2')
    expect(family?.points.map((point) => point.inherited)).toEqual([true, false, false])
  })

  test('a step of which nothing is said is bridged, not drawn', () => {
    const family = of('family').lines[0]
    expect(family?.bridges).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/)
    expect(family?.path.match(/M/g)?.length).toBe(1)
  })

  test('a mood of 0 is a point in the middle', () => {
    const all = of('all').lines[0]
    expect(values(all)).toBe('a1 b0')
    expect(all?.points[1]?.y).toBe(HEIGHT / 2)
  })

  test('what is expected is a second line, and falling short is shown where one line is drawn', () => {
    expect(values(of().expected ?? undefined)).toBe('a1 b2 d0')
    expect(of().short).toBeNull()
    expect(of('all').short?.below).not.toBe('')
    const unasked: MapPlan = { title: 'x', step: [{ id: 'a', title: 'A', emotion: { all: 1 } }] }
    expect(curveOf(unasked, columnsOf(unasked), HEIGHT)).toMatchObject({ expected: null, short: null })
  })
})
