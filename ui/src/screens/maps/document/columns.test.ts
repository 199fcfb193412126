import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { columnsOf, gapAt, gapBeside, SIZES, xOf } from './columns'
import { addStep, moveStep } from './changes'
import { chance, changedOften, invented } from './invented'

const plan: MapPlan = {
  title: 'Purchase',
  stage: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }, { id: 'c', title: 'C' }],
  step: [
    { id: 'one', title: '1', stage: 'a' },
    { id: 'late', title: 'L', stage: 'c' },
    { id: 'two', title: '2', stage: 'a' },
    { id: 'lost', title: 'X' },
  ],
}
const columns = columnsOf(plan)

describe('columns', () => {
  test('steps stand in their stage, in their order; an empty stage has a place; steps of no stage come last', () => {
    expect(columns.bands.map((band) => `${band.stage?.id ?? '-'}: ${band.steps.map((column) => column.step.id).join(' ')}`)).toEqual(['a: one two', 'b: ', 'c: late', '-: lost'])
    expect(columns.widths).toEqual([SIZES.step, SIZES.step, SIZES.empty, SIZES.step, SIZES.step])
  })

  test('they follow each other without holes, and the middle is in the middle', () => {
    let x = 0
    for (const band of columns.bands) {
      expect(band.x).toBe(x)
      x += band.width
      for (const column of band.steps) {
        expect(column.middle).toBe(column.x + column.width / 2)
        expect(columns.widths.slice(0, column.at).reduce((sum, width) => sum + width, 0)).toBe(column.x)
      }
    }
    expect(columns.width).toBe(x)
  })

  test('no step is lost or drawn twice, whatever is done to a map', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const by = chance(seed)
      const map = changedOften(invented(by), by, 'x', 10)
      const found = columnsOf(map).steps.map((column) => column.step.id)
      expect(found.toSorted()).toEqual((map.step ?? []).map((step) => step.id).toSorted())
    }
  })

  test.each([
    [-50, 'a', 'one'],
    [SIZES.step * 0.4, 'a', 'one'],
    [SIZES.step * 0.6, 'a', 'two'],
    [SIZES.step * 1.6, 'a', null],
    [SIZES.step * 2 + 5, 'b', null],
    [SIZES.step * 2 + SIZES.empty + 5, 'c', 'late'],
    [99_999, '', null],
  ])('%d px from the left is in stage %s before %s', (x, stage, before) => expect(gapAt(columns, x)).toEqual({ stage, before }))

  test('a gap is where it was found', () => {
    expect(xOf(columns, { stage: 'a', before: 'two' })).toBe(SIZES.step)
    expect(xOf(columns, { stage: 'a', before: null })).toBe(2 * SIZES.step)
    expect(xOf(columns, { stage: 'b', before: null })).toBe(2 * SIZES.step + SIZES.empty / 2)
    expect(gapAt(columnsOf({ title: 'x' }), 10)).toBeNull()
  })
})

describe('one place to the side', () => {
  const walk = (side: 'left' | 'right', id: string, times: number) => {
    let map = plan
    const seen: string[] = []
    for (let turn = 0; turn < times; turn += 1) {
      const gap = gapBeside(columnsOf(map), id, side)
      if (!gap) return [...seen, 'end']
      map = moveStep(map, id, gap)
      const band = columnsOf(map).bands.find((one) => one.steps.some((column) => column.step.id === id))
      seen.push(`${band?.stage?.id ?? '-'}: ${band?.steps.map((column) => column.step.id).join(' ')}`)
    }
    return seen
  }

  test('a step goes through its stage, into the next, also into an empty one, to the end of the map', () => {
    expect(walk('right', 'one', 6)).toEqual(['a: two one', 'b: one', 'c: one late', 'c: late one', '-: one lost', '-: lost one'])
    expect(walk('right', 'lost', 1)).toEqual(['end'])
  })

  test('and back to its beginning', () => {
    expect(walk('left', 'late', 5)).toEqual(['b: late', 'a: one two late', 'a: one late two', 'a: late one two', 'end'])
  })
})

test('a step can be put into a map without stages', () => {
  const made = addStep({ title: 'x' }, 'First', { stage: '', before: null })
  expect(made.plan.step).toEqual([{ id: 'first', title: 'First' }])
})
