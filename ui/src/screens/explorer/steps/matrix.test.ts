import { describe, expect, it } from 'vitest'
import { matrixRows, namedOf } from './matrix'

const row = (touchpoint: string, journeys: number[]) => ({ touchpoint, journeys, share: journeys.map((n) => n / 10) })
const figures = {
  journeys: 10,
  steps: [1, 2],
  rows: [row('A', [6, 0]), row('B', [3, 5]), row('C', [1, 1])],
  path_start: null,
  path_end: row('path_end', [0, 4]),
}

describe('the step matrix', () => {
  it('names the touchpoints with the highest share in one column', () => {
    expect(namedOf([figures], 2)).toEqual(['A', 'B'])
    expect(namedOf([figures, { ...figures, rows: [row('C', [9, 9])] }], 2)).toEqual(['C', 'A'])
  })

  it('adds up to all journeys in each column', () => {
    for (const most of [0, 1, 2, 5]) {
      const rows = matrixRows(figures, namedOf([figures], most))
      figures.steps.forEach((_, column) => {
        expect(rows.reduce((sum, one) => sum + (one.journeys[column] ?? 0), 0)).toBe(figures.journeys)
      })
    }
  })

  it('has no row for others where there are none, and ends last', () => {
    expect(matrixRows(figures, ['A', 'B', 'C']).map((one) => one.name)).toEqual(['A', 'B', 'C', 'path_end'])
  })
})
