import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../../api/maps'
import { columnsOf } from '../../document/columns'
import { moved, nearest, stops, type At } from './moving'

const plan: MapPlan = {
  title: 'Purchase',
  stage: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }, { id: 'c', title: 'C' }],
  step: [{ id: 'one', title: '1', stage: 'a' }, { id: 'two', title: '2', stage: 'a' }, { id: 'late', title: 'L', stage: 'c' }],
}
const table = { rows: ['stages', 'steps', 'touchpoints', 'owner'], columns: columnsOf(plan) }
const at = (row: string, column: number): At => ({ row, column })

describe('the focus', () => {
  test('stops at each stage once, at steps and empty stages, and in lanes at their heads and steps', () => {
    expect(stops(table, 'stages')).toEqual([0, 2, 3])
    expect(stops(table, 'steps')).toEqual([0, 1, 2, 3])
    expect(stops(table, 'owner')).toEqual([-1, 0, 1, 3])
  })

  test.each([
    [at('stages', 0), 'ArrowRight', at('stages', 2)],
    [at('stages', 0), 'ArrowDown', at('steps', 0)],
    [at('steps', 1), 'ArrowUp', at('stages', 0)],
    [at('steps', 2), 'ArrowDown', at('touchpoints', 1)],
    [at('owner', 1), 'ArrowRight', at('owner', 3)],
    [at('owner', 0), 'ArrowLeft', at('owner', -1)],
    [at('owner', -1), 'ArrowUp', at('touchpoints', -1)],
    [at('touchpoints', -1), 'ArrowUp', at('steps', 0)],
    [at('owner', 3), 'ArrowDown', at('owner', 3)],
    [at('owner', 3), 'Home', at('owner', -1)],
    [at('steps', 0), 'End', at('steps', 3)],
  ])('%o, %s', (from, key, to) => expect(moved(table, from, key, false)).toEqual(to))

  test('Ctrl leads to the corners, other keys nowhere', () => {
    expect(moved(table, at('steps', 1), 'End', true)).toEqual(at('owner', 3))
    expect(moved(table, at('owner', 3), 'Home', true)).toEqual(at('stages', 0))
    expect(moved(table, at('steps', 1), 'x', false)).toBeNull()
  })

  test('finds a place after its column is gone', () => expect(nearest(table, 'owner', 99)).toEqual(at('owner', 3)))

  test('stays where there is nothing', () => {
    const empty = { rows: ['stages', 'steps'], columns: columnsOf({ title: 'x' }) }
    expect(moved(empty, at('steps', 0), 'ArrowRight', false)).toEqual(at('steps', 0))
  })
})
