import { describe, expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { addStep, moveStep, removeStep, withStep } from './changes'
import { NO_COMMANDS, redone, remembered, shared, undone, type Commands } from './commands'
import { chance, changed, changedOften, invented } from './invented'
import { differences } from './differences'
import { merged } from './merge'
import { compact } from './plain'

const base: MapPlan = { title: 'Purchase', step: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }, { id: 'c', title: 'C' }] }

/** A map and what was done to it. */
class Sheet {
  commands: Commands = NO_COMMANDS
  constructor(public plan: MapPlan) {}

  do(change: (plan: MapPlan) => MapPlan, key: string | null = null, at = 0) {
    const next = change(this.plan)
    this.commands = remembered(this.commands, this.plan, next, key, at)
    this.plan = next
  }

  turn(way: typeof undone): boolean {
    const turned = way(this.commands, this.plan)
    if (!turned) return false
    ;[this.plan, this.commands] = [turned.plan, turned.commands]
    return true
  }
}

describe('taking back', () => {
  test('gives the map before, and doing again the map after, one command at a time', () => {
    const sheet = new Sheet(base)
    sheet.do((plan) => withStep(plan, 'a', { title: 'A1' }))
    sheet.do((plan) => moveStep(plan, 'c', { stage: '', before: 'a' }))
    sheet.do((plan) => removeStep(plan, 'b'))
    const after = sheet.plan
    sheet.turn(undone)
    expect(sheet.plan.step?.map((step) => step.id)).toEqual(['c', 'a', 'b'])
    sheet.turn(undone)
    sheet.turn(undone)
    expect(sheet.plan).toEqual(base)
    expect(sheet.turn(undone)).toBe(false)
    while (sheet.turn(redone));
    expect(sheet.plan).toEqual(compact(after))
  })

  test('what is typed into one field in one go is one command; another field is another', () => {
    const sheet = new Sheet(base)
    for (const [at, title] of ['A1', 'A12', 'A123'].entries()) sheet.do((plan) => withStep(plan, 'a', { title }), 'step/a/title', at * 500)
    sheet.do((plan) => withStep(plan, 'a', { owner: 'X' }), 'step/a/owner', 1_600)
    sheet.do((plan) => withStep(plan, 'a', { owner: 'XY' }), 'step/a/owner', 60_000)
    expect(sheet.commands.done.length).toBe(3)
    for (let turn = 0; turn < 3; turn += 1) sheet.turn(undone)
    expect(sheet.plan).toEqual(base)
  })

  test('after a new command what was taken back cannot be done again', () => {
    const sheet = new Sheet(base)
    sheet.do((plan) => withStep(plan, 'a', { title: 'A1' }))
    sheet.turn(undone)
    sheet.do((plan) => withStep(plan, 'b', { title: 'B1' }))
    expect(sheet.turn(redone)).toBe(false)
  })

  test('what changes nothing is no command', () => {
    const sheet = new Sheet(base)
    sheet.do((plan) => withStep(plan, 'a', { title: 'A' }))
    expect(sheet.commands.done).toEqual([])
  })

  test('what others changed in between stays', () => {
    const sheet = new Sheet(base)
    sheet.do((plan) => addStep(plan, 'Mine', { stage: '', before: 'b' }).plan)
    const stored = sheet.plan
    sheet.do((plan) => withStep(plan, 'a', { title: 'A1' }))
    const theirs = addStep(withStep(stored, 'c', { title: 'C of theirs' }), 'Theirs', { stage: '', before: null }).plan
    sheet.plan = merged(stored, sheet.plan, theirs).plan
    sheet.turn(undone)
    sheet.turn(undone)
    expect(sheet.plan.step?.map((step) => step.title)).toEqual(['A', 'B', 'C of theirs', 'Theirs'])
    while (sheet.turn(redone));
    expect(sheet.plan.step?.map((step) => step.title)).toEqual(['A1', 'Mine', 'B', 'C of theirs', 'Theirs'])
  })

  test('what others wrote over what I wrote stays when mine is taken back', () => {
    const sheet = new Sheet(base)
    sheet.do((plan) => withStep(plan, 'a', { title: 'A1' }))
    sheet.plan = withStep(sheet.plan, 'a', { title: 'A of theirs' })
    sheet.turn(undone)
    expect(sheet.plan.step?.[0]?.title).toBe('A of theirs')
  })

  test('whatever was done, all of it taken back is the map at first, and all done again the map at last', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const by = chance(seed)
      const before = invented(by)
      const sheet = new Sheet(before)
      for (let turn = 0; turn < 8; turn += 1) sheet.do((plan) => changed(plan, by, 'm'))
      const after = sheet.plan
      while (sheet.turn(undone));
      expect(compact(sheet.plan), `seed ${seed}`).toEqual(compact(before))
      while (sheet.turn(redone));
      expect(compact(sheet.plan), `seed ${seed}`).toEqual(compact(after))
    }
  })

  test('all of mine taken back leaves what others made, where both did not touch the same', () => {
    let looked = 0
    for (let seed = 0; seed < 400; seed += 1) {
      const by = chance(seed)
      const before = invented(by)
      const sheet = new Sheet(before)
      for (let turn = 0; turn < 3; turn += 1) sheet.do((plan) => changed(plan, by, 'm'))
      const theirs = changedOften(before, by, 't', 3)
      const both = merged(before, sheet.plan, theirs)
      // What both did alike is undone once one of them takes it back.
      const done = (plan: MapPlan) => differences(before, plan).map(({ kind, what, id, field, entry }) => `${what === 'edge' && kind === 'added' ? '' : kind} ${what} ${id} ${field} ${entry}`)
      const ofTheirs = new Set(done(theirs).filter((one) => !one.startsWith(' ')))
      if (both.conflicts.length || done(sheet.plan).some((one) => ofTheirs.has(one))) continue
      looked += 1
      sheet.commands = shared(sheet.commands, before, sheet.plan, theirs)
      sheet.plan = both.plan
      while (sheet.turn(undone));
      const [now, wanted] = [sheet.plan, compact(theirs)].map((plan) => ({
        ...plan,
        step: plan.step?.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        stage: plan.stage?.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        edge: plan.edge?.toSorted((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)),
        lane: plan.lane?.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      }))
      expect(now, `seed ${seed}`).toEqual(wanted)
    }
    expect(looked).toBeGreaterThan(100)
  })
})
