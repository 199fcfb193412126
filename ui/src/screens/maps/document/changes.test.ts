import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import * as change from './changes'
import { checked } from './checks'
import { edgeKey } from './merge'

const plan: MapPlan = {
  title: 'Purchase',
  stage: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }],
  step: [{ id: 'look', title: 'Looks', stage: 'a' }, { id: 'talk', title: 'Talks', stage: 'a' }, { id: 'pay', title: 'Pays', stage: 'b' }],
}
const network: MapPlan = { ...plan, edge: [{ from: 'look', to: 'talk' }, { from: 'talk', to: 'pay', within: '2d' }] }
const order = (map: MapPlan) => (map.step ?? []).map((step) => step.id).join(' ')
const edges = (map: MapPlan) => (map.edge ?? []).map(edgeKey)

test('ids come from titles, are new, and never those of an end', () => {
  expect(change.freshId('Größe wählen', [])).toBe('groesse-waehlen')
  expect(change.freshId('Pays', ['pays', 'pays-2'])).toBe('pays-3')
  expect(change.freshId('Ende?', ['x'])).toBe('ende')
  expect(change.freshId('Start', [])).toBe('start-2')
  expect(change.freshId('x'.repeat(200), []).length).toBeLessThanOrEqual(80)
})

describe('steps', () => {
  test('are added into their stage', () => {
    const made = change.addStep(plan, 'Orders', { stage: 'a', before: null })
    expect(order(made.plan)).toBe('look talk orders pay')
    expect(made.plan.step?.[2]).toEqual({ id: 'orders', title: 'Orders', stage: 'a' })
    expect(made.plan.edge).toBeUndefined()
  })

  test('are tied to their neighbours in a network; what led past them still does', () => {
    const made = change.addStep(network, 'Rides', { stage: 'b', before: 'pay' })
    expect(edges(made.plan)).toEqual(['look > talk', 'talk > pay', 'talk > rides', 'rides > pay'])
  })

  test('are moved between stages, their edges stay', () => {
    const moved = change.moveStep(network, 'look', { stage: 'b', before: null })
    expect(order(moved)).toBe('talk pay look')
    expect(edges(moved)).toEqual(edges(network))
    expect(change.moveStep(plan, 'look', { stage: 'a', before: 'look' })).toBe(plan)
  })

  test('removed, leave nothing cut off', () => {
    expect(edges(change.removeStep(network, 'talk'))).toEqual(['look > pay'])
    const branched: MapPlan = { ...network, edge: [...(network.edge ?? []), { from: 'look', to: 'pay' }] }
    expect(edges(change.removeStep(branched, 'talk'))).toEqual(['look > pay'])
    expect(change.removeStep(plan, 'talk').edge).toBeUndefined()
  })

  test('duplicated, are led to and left like the first', () => {
    const made = change.duplicateStep(network, 'talk', (title) => `${title} again`)
    expect(order(made.plan)).toBe('look talk talks-again pay')
    expect(edges(made.plan)).toEqual(['look > talk', 'talk > pay', 'look > talks-again', 'talks-again > pay'])
  })
})

describe('stages', () => {
  test('take their steps along', () => expect(order(change.moveStage(plan, 'b', -1))).toBe('pay look talk'))

  test('removed, leave their steps to the one before, the first to the next', () => {
    expect(change.removeStage(plan, 'b').step?.map((step) => step.stage)).toEqual(['a', 'a', 'a'])
    expect(change.removeStage(plan, 'a').step?.map((step) => step.stage)).toEqual(['b', 'b', 'b'])
    expect(change.removeStage(change.removeStage(plan, 'a'), 'b').step?.every((step) => step.stage === undefined)).toBe(true)
  })

  test('duplicated, bring copies of their steps and of the edges between them', () => {
    const made = change.duplicateStage(network, 'a', (title) => `${title} 2`)
    expect(made.plan.stage?.map((stage) => stage.title)).toEqual(['A', 'A 2', 'B'])
    expect(order(made.plan)).toBe('look talk look-2 talk-2 pay')
    expect(edges(made.plan)).toContain('look-2 > talk-2')
  })
})

describe('edges', () => {
  test('the first one that is changed writes down all that followed from the order', () => {
    expect(edges(change.putEdge(plan, { from: 'look', to: 'pay' }))).toEqual(['look > talk', 'talk > pay', 'look > pay'])
    expect(edges(change.removeEdge(plan, 'look > talk'))).toEqual(['talk > pay'])
  })

  test('a loop back to the beginning keeps the beginning, one from the end the end', () => {
    const looped = change.putEdge(plan, { from: 'talk', to: 'look' })
    expect(edges(looped)).toEqual(['look > talk', 'talk > pay', 'talk > look', 'start > look'])
    expect(edges(change.putEdge(plan, { from: 'pay', to: 'talk' }))).toEqual(['look > talk', 'talk > pay', 'pay > talk', 'pay > end'])
    expect(edges(change.putEdge(plan, { from: 'pay', to: 'look' }))).toEqual(['look > talk', 'talk > pay', 'pay > look', 'start > look', 'pay > end'])
    expect(checked(looped)).toEqual([])
  })

  test('one that is changed stays in its place, also with other ends', () => {
    const put = change.putEdge(network, { from: 'look', to: 'pay' }, 'look > talk')
    expect(edges(put)).toEqual(['look > pay', 'talk > pay'])
  })

  test('those that only follow can be told', () => {
    expect(change.follows(plan, { from: 'look', to: 'talk' })).toBe(true)
    expect(change.follows(network, { from: 'look', to: 'talk' })).toBe(false)
    expect(change.follows(network, { from: 'pay', to: 'end' })).toBe(true)
  })
})

test('lanes are added, moved, and take their cells along when they go', () => {
  const one = change.addLane(plan, 'Law')
  const two = change.addLane(change.withCell(one.plan, 'pay', one.id, 'Receipt'), 'Systems')
  expect(change.moveLane(two.plan, two.id, -1).lane?.map((lane) => lane.id)).toEqual(['systems', 'law'])
  expect(change.removeLane(two.plan, one.id).step?.[2]?.cells).toEqual({})
})

test('moods: 0 is one, none is none; those of a persona that goes go along', () => {
  const mood = change.withMood({ ...plan, personas: ['family'] }, 'pay', 'family', 0)
  expect(mood.step?.[2]?.emotion).toEqual({ family: 0 })
  expect(change.withMood(mood, 'pay', 'family', undefined).step?.[2]?.emotion).toEqual({})
  expect(change.withPersonas(mood, []).step?.[2]?.emotion).toEqual({})
})
