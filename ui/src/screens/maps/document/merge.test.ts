import { describe, expect, test } from 'vitest'
import { END, START, type MapPlan } from '../../../api/maps'
import { removeStep, moveStep, addStep, withStep, withPersonas, withMood, removeStage, removeLane, withCell, putEdge } from './changes'
import { chance, changedOften, invented } from './invented'
import { edgeKey, elements, keyOf, LISTS, merged, type Conflict } from './merge'
import { compact, same } from './plain'
import { taken } from './taking'

const base: MapPlan = {
  title: 'Purchase',
  personas: ['family', 'commuter'],
  stage: [{ id: 'before', title: 'Before' }, { id: 'buy', title: 'Buy' }],
  step: [
    { id: 'look', title: 'Looks', stage: 'before', touchpoints: ['home'] },
    { id: 'talk', title: 'Talks', stage: 'before', emotion: { all: 1 } },
    { id: 'pay', title: 'Pays', stage: 'buy', kpis: ['n'] },
    { id: 'order', title: 'Orders', stage: 'buy' },
  ],
  lane: [{ id: 'law', title: 'Law' }],
}
const order = (plan: MapPlan) => (plan.step ?? []).map((step) => step.id).join(' ')
const step = (plan: MapPlan, id: string) => plan.step?.find((one) => one.id === id)
const paths = (conflicts: readonly Conflict[]) => conflicts.map(({ path }) => path.join('/'))
const gap = (stage: string, before: string | null = null) => ({ stage, before })

describe('two people and one map', () => {
  test('different fields of the same step are joined', () => {
    const { plan, conflicts } = merged(base, withStep(base, 'pay', { title: 'Pays by card' }), withStep(base, 'pay', { owner: 'Till' }))
    expect(conflicts).toEqual([])
    expect(step(plan, 'pay')).toMatchObject({ title: 'Pays by card', owner: 'Till', kpis: ['n'] })
  })

  test('the same field: mine is kept, theirs is told and can be taken', () => {
    const theirs = withStep(base, 'pay', { title: 'Zahlt' })
    const { plan, conflicts } = merged(base, withStep(base, 'pay', { title: 'Pays by card' }), theirs)
    expect(conflicts).toEqual([{ path: ['step', 'pay', 'title'], mine: 'Pays by card', theirs: 'Zahlt' }])
    expect(step(plan, 'pay')?.title).toBe('Pays by card')
    expect(step(taken(plan, conflicts[0] as Conflict, theirs), 'pay')?.title).toBe('Zahlt')
  })

  test('the same change by both is no conflict', () => {
    const both = withStep(base, 'pay', { title: 'Zahlt' })
    expect(merged(base, both, structuredClone(both))).toEqual({ plan: compact(both), conflicts: [] })
  })

  test('lists of names are sets: what each added is there, what each removed is gone', () => {
    const mine = withStep(base, 'look', { touchpoints: ['home', 'shop'] })
    const theirs = withStep(base, 'look', { touchpoints: ['app'] })
    expect(step(merged(base, mine, theirs).plan, 'look')?.touchpoints).toEqual(['shop', 'app'].toSorted())
  })

  test('a step moved by one and written on by the other is where the one put it and says what the other wrote', () => {
    const { plan, conflicts } = merged(base, moveStep(base, 'talk', gap('buy')), withStep(base, 'talk', { expectation: 'A date' }))
    expect(conflicts).toEqual([])
    expect(order(plan)).toBe('look pay order talk')
    expect(step(plan, 'talk')).toMatchObject({ stage: 'buy', expectation: 'A date' })
  })

  test('steps added to the same place are both there, in the same order for both', () => {
    const mine = addStep(base, 'Zeit', gap('buy', 'pay')).plan
    const theirs = addStep(base, 'Anruf', gap('buy', 'pay')).plan
    expect(order(merged(base, mine, theirs).plan)).toBe('look talk anruf zeit pay order')
    expect(order(merged(base, theirs, mine).plan)).toBe('look talk anruf zeit pay order')
  })

  test('a step moved to two places stands at mine; theirs can be taken', () => {
    const theirs = moveStep(base, 'order', gap('before', 'look'))
    const { plan, conflicts } = merged(base, moveStep(base, 'order', gap('before', 'talk')), theirs)
    expect(order(plan)).toBe('look order talk pay')
    expect(paths(conflicts)).toEqual(['place/step/order'])
    expect(order(taken(plan, conflicts[0] as Conflict, theirs))).toBe('order look talk pay')
  })

  test('a step that I removed while they wrote on it is gone and can be had back, with its edges', () => {
    const network: MapPlan = { ...base, edge: [{ from: 'look', to: 'talk' }, { from: 'talk', to: 'pay' }, { from: 'pay', to: 'order' }] }
    const theirs = withStep(network, 'talk', { expectation: 'Somebody who listens' })
    const { plan, conflicts } = merged(network, removeStep(network, 'talk'), theirs)
    expect(order(plan)).toBe('look pay order')
    expect(paths(conflicts)).toEqual(['step/talk'])
    const back = taken(plan, conflicts[0] as Conflict, theirs)
    expect(order(back)).toBe('look talk pay order')
    expect(step(back, 'talk')?.expectation).toBe('Somebody who listens')
    expect((back.edge ?? []).map(edgeKey)).toEqual(expect.arrayContaining(['look > talk', 'talk > pay', 'look > pay']))
  })

  test('a step that they removed while I wrote on it stays, with its edges', () => {
    const network: MapPlan = { ...base, edge: [{ from: 'look', to: 'talk' }, { from: 'talk', to: 'pay' }, { from: 'pay', to: 'order' }] }
    const { plan, conflicts } = merged(network, withStep(network, 'talk', { owner: 'Shop' }), removeStep(network, 'talk'))
    expect(order(plan)).toBe('look talk pay order')
    expect((plan.edge ?? []).map(edgeKey)).toEqual(expect.arrayContaining(['look > talk', 'talk > pay']))
    expect(conflicts).toMatchObject([{ path: ['step', 'talk'], theirs: undefined }])
    expect(order(taken(plan, conflicts[0] as Conflict, removeStep(network, 'talk')))).toBe('look pay order')
  })

  test('an edge that leads to a step the other removed is a conflict about the step', () => {
    const network = putEdge(base, { from: 'look', to: 'order' })
    const { plan, conflicts } = merged(network, removeStep(network, 'pay'), putEdge(network, { from: 'look', to: 'pay' }))
    expect(paths(conflicts)).toEqual(['step/pay'])
    expect((plan.edge ?? []).every(({ from, to }) => from !== 'pay' && to !== 'pay')).toBe(true)
  })

  test('a stage that I removed while they put a step into it', () => {
    const theirs = addStep(base, 'Waits', gap('buy')).plan
    const { plan, conflicts } = merged(base, removeStage(base, 'buy'), theirs)
    expect(paths(conflicts)).toEqual(['stage/buy'])
    expect(step(plan, 'waits')).toEqual({ id: 'waits', title: 'Waits' })
    expect(step(taken(plan, conflicts[0] as Conflict, theirs), 'waits')?.stage).toBe('buy')
  })

  test('a lane and a persona that one removed while the other wrote in it', () => {
    const mine = removeLane(withMood(base, 'pay', 'family', -1), 'law')
    const theirs = withPersonas(withCell(base, 'pay', 'law', 'Receipt'), ['commuter'])
    const { plan, conflicts } = merged(base, mine, theirs)
    expect(paths(conflicts)).toEqual(['lane/law', 'personas/family'])
    expect(plan.lane).toBeUndefined()
    expect(plan.personas).toEqual(['family', 'commuter'])
    expect(step(plan, 'pay')).toMatchObject({ emotion: { family: -1 } })
    expect(step(plan, 'pay')?.cells).toBeUndefined()
    const back = conflicts.reduce((now, conflict) => taken(now, conflict, theirs), plan)
    expect(back).toMatchObject({ personas: ['commuter'], lane: [{ id: 'law' }] })
    expect(step(back, 'pay')).toMatchObject({ cells: { law: 'Receipt' } })
  })

  test('a touchpoint that one says succeeds and the other says fails', () => {
    const mine = withStep(base, 'pay', { touchpoints: ['till'] })
    const theirs = withStep(base, 'pay', { failing: ['till', 'app'] })
    const { plan, conflicts } = merged(base, mine, theirs)
    expect(step(plan, 'pay')).toMatchObject({ touchpoints: ['till'], failing: ['app'] })
    expect(paths(conflicts)).toEqual(['step/pay/failing/till'])
    expect(step(taken(plan, conflicts[0] as Conflict, theirs), 'pay')?.failing).toEqual(['app', 'till'])
  })

  test('moods of different personas are joined, a mood of 0 is one', () => {
    const { plan, conflicts } = merged(base, withMood(base, 'talk', 'family', 0), withMood(base, 'talk', 'commuter', -2))
    expect(conflicts).toEqual([])
    expect(step(plan, 'talk')?.emotion).toEqual({ all: 1, family: 0, commuter: -2 })
  })
})

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed)
const three = (seed: number, times = 6) => {
  const by = chance(seed)
  const before = invented(by)
  return [before, changedOften(before, by, 'm', 1 + by.below(times)), changedOften(before, by, 't', 1 + by.below(times))] as const
}

describe('whatever two people do', () => {
  test('merging with who changed nothing gives what the other made', () => {
    for (const seed of SEEDS) {
      const [before, mine] = three(seed)
      expect(merged(before, mine, before), `seed ${seed}`).toEqual({ plan: compact(mine), conflicts: [] })
      expect(merged(before, before, mine), `seed ${seed}`).toEqual({ plan: compact(mine), conflicts: [] })
    }
  })

  test('without conflicts both come to the same map', () => {
    let without = 0
    for (const seed of SEEDS) {
      const [before, mine, theirs] = three(seed)
      const [one, other] = [merged(before, mine, theirs), merged(before, theirs, mine)]
      expect(one.conflicts.length === 0, `seed ${seed}`).toBe(other.conflicts.length === 0)
      if (one.conflicts.length) continue
      without += 1
      expect(other.plan, `seed ${seed}`).toEqual(one.plan)
    }
    expect(without).toBeGreaterThan(SEEDS.length / 3)
  })

  test('nothing that only one changed is lost', () => {
    for (const seed of SEEDS) {
      const [before, mine, theirs] = three(seed, 10)
      const { plan, conflicts } = merged(before, mine, theirs)
      const disputed = new Set(paths(conflicts))
      for (const list of LISTS) {
        const [b, m, t, r] = [before, mine, theirs, plan].map((one) => new Map(elements(compact(one), list).map((e) => [keyOf(list, e), e])))
        if (!b || !m || !t || !r) throw new Error('four maps')
        for (const id of new Set([...m.keys(), ...t.keys()])) {
          const place = `seed ${seed}: ${list} ${id}`
          if (disputed.has(`${list}/${id}`)) continue
          // An edge at a step that is disputed hangs on that step.
          if (list === 'edge' && id.split(' > ').some((end) => disputed.has(`step/${end}`) || ![START, END, ...(plan.step ?? []).map((s) => s.id)].includes(end))) continue
          if (!b.has(id)) expect(r.has(id), `${place} was added`).toBe(true)
          const [one, other, result, was] = [m.get(id), t.get(id), r.get(id), b.get(id)]
          if (was && (!one || !other)) expect(result, `${place} was removed`).toBeUndefined()
          if (!was || !one || !other || !result) continue
          for (const field of new Set([...Object.keys(was), ...Object.keys(one), ...Object.keys(other)])) {
            // Lists of names and records are joined; a stage, lane or persona that is disputed takes its cells and moods along.
            if ([was, one, other].some((e) => typeof e[field] === 'object') || (field === 'stage' && [one, other].some((e) => disputed.has(`stage/${e.stage}`)))) continue
            if (same(was[field], one[field])) expect(result[field], `${place} ${field} of theirs`).toEqual(other[field])
            else if (same(was[field], other[field])) expect(result[field], `${place} ${field} of mine`).toEqual(one[field])
            else expect(result[field], `${place} ${field} of both`).toEqual(one[field])
          }
        }
      }
      for (const { path, mine: kept } of conflicts) {
        if (path[0] === 'step' && path.length === 3 && !disputed.has(`step/${path[1]}`)) {
          expect(step(plan, path[1] ?? '')?.[path[2] as 'title'], `seed ${seed}: ${path}`).toEqual(kept)
        }
      }
    }
  })

  test('the result refers to nothing that is not in it', () => {
    for (const seed of SEEDS) {
      const [before, mine, theirs] = three(seed, 10)
      const { plan } = merged(before, mine, theirs)
      const known = (list: 'stage' | 'step' | 'lane') => new Set((plan[list] ?? []).map((one) => one.id))
      for (const one of plan.step ?? []) {
        if (one.stage !== undefined) expect(known('stage').has(one.stage), `seed ${seed}`).toBe(true)
        for (const lane of Object.keys(one.cells ?? {})) expect(known('lane').has(lane), `seed ${seed}`).toBe(true)
        for (const persona of Object.keys(one.emotion ?? {})) expect(['all', ...(plan.personas ?? [])], `seed ${seed}`).toContain(persona)
        expect((one.failing ?? []).filter((name) => one.touchpoints?.includes(name)), `seed ${seed}`).toEqual([])
      }
      const steps = known('step')
      for (const { from, to } of plan.edge ?? []) {
        expect(from === START || steps.has(from), `seed ${seed}`).toBe(true)
        expect(to === END || steps.has(to), `seed ${seed}`).toBe(true)
      }
      expect((plan.step ?? []).length, `seed ${seed}`).toBe(steps.size)
    }
  })

  test('taking theirs everywhere leaves no scalar of mine that they changed too', () => {
    for (const seed of SEEDS) {
      const [before, mine, theirs] = three(seed, 10)
      const { plan, conflicts } = merged(before, mine, theirs)
      const all = conflicts.reduce((now, conflict) => taken(now, conflict, theirs), plan)
      for (const { path, theirs: value } of conflicts) {
        if (path[0] === 'step' && path.length === 3) expect(step(all, path[1] ?? '')?.[path[2] as 'title'], `seed ${seed}: ${path}`).toEqual(value)
        if (path[0] === 'step' && path.length === 2) expect(step(all, path[1] ?? '') !== undefined, `seed ${seed}: ${path}`).toBe(value !== undefined)
      }
    }
  })
})
