import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { addLane, addStep, moveStage, moveStep, putEdge, removeStep, withCell, withFields, withMood, withStep } from './changes'
import { differences } from './differences'
import { chance, changed, invented } from './invented'
import { compact, same } from './plain'

const plan: MapPlan = {
  title: 'Purchase',
  stage: [{ id: 'a', title: 'Before' }, { id: 'b', title: 'Buy' }],
  step: [{ id: 'look', title: 'Looks', stage: 'a' }, { id: 'talk', title: 'Talks', stage: 'a', emotion: { all: 1 } }, { id: 'pay', title: 'Pays', stage: 'b' }],
  edge: [{ from: 'look', to: 'talk' }, { from: 'talk', to: 'pay' }],
}
const said = (after: MapPlan, before = plan) =>
  differences(before, after).map(({ kind, what, title, field, entry, from, to }) =>
    [kind, what, title, field, entry, from === undefined && to === undefined ? undefined : `${JSON.stringify(from)} -> ${JSON.stringify(to)}`].filter((part) => part !== undefined).join(' | '),
  )

describe('what differs', () => {
  test('a title', () => expect(said(withStep(plan, 'pay', { title: 'Zahlt' }))).toEqual(['changed | step | Zahlt | title | "Pays" -> "Zahlt"']))

  test('a step that came, with its edges', () => {
    expect(said(addStep(plan, 'Rides', { stage: 'b', before: 'pay' }).plan)).toEqual(['added | step | Rides', 'added | edge | Talks → Rides', 'added | edge | Rides → Pays'])
  })

  test('a step that went is named, and so are its edges', () => {
    expect(said(removeStep(plan, 'talk'))).toEqual(['removed | step | Talks', 'removed | edge | Looks → Talks', 'removed | edge | Talks → Pays', 'added | edge | Looks → Pays'])
  })

  test('a move within a stage and into another', () => {
    expect(said(moveStep(plan, 'talk', { stage: 'a', before: 'look' }))).toHaveLength(1)
    expect(said(moveStep(plan, 'talk', { stage: 'b', before: null }))).toEqual(['moved | step | Talks | stage | "a" -> "b"'])
    expect(said(moveStage(plan, 'b', -1))[0]).toMatch(/^moved \| stage/)
  })

  test('entries of a field one by one', () => {
    expect(said(withMood(withMood(plan, 'talk', 'all', 0), 'talk', 'family', -1))).toEqual([
      'changed | step | Talks | emotion | all | 1 -> 0',
      'changed | step | Talks | emotion | family | undefined -> -1',
    ])
    const laned = addLane(plan, 'Law')
    expect(said(withCell(laned.plan, 'pay', laned.id, 'Receipt'))).toEqual(['changed | step | Pays | cells | law | undefined -> "Receipt"', 'added | lane | Law'])
  })

  test('of the map itself, and of an edge', () => {
    expect(said(withFields(plan, { state: 'to_be', owner: 'CX' }))).toEqual(['changed | map | Purchase | owner | undefined -> "CX"', 'changed | map | Purchase | state | undefined -> "to_be"'])
    expect(said(putEdge(plan, { from: 'talk', to: 'pay', within: '2d' }, 'talk > pay'))).toEqual(['changed | edge | Talks → Pays | within | undefined -> "2d"'])
  })

  test('nothing is told of two that say the same, and something of any that do not', () => {
    expect(said({ ...plan, state: 'as_is', description: '' })).toEqual([])
    for (let seed = 0; seed < 300; seed += 1) {
      const by = chance(seed)
      const before = invented(by)
      const after = changed(before, by, 'x')
      // The order of edges says nothing.
      const sorted = (map: MapPlan) => ({ ...compact(map), edge: map.edge?.map((edge) => JSON.stringify(compact({ title: '', ...edge } as never))).toSorted() })
      expect(differences(before, after).length > 0, `seed ${seed}`).toBe(!same(sorted(before), sorted(after)))
    }
  })
})
