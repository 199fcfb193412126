import { describe, expect, it } from 'vitest'
import { formOf, freeName, numberOf, planOf, type Form, type TargetPlan } from './form'

const MOOD: Form = { ...formOf(undefined, true), title: 'Ruhige Hotline', touchpoint: 'hotline', atLeast: '-0,5' }

describe('a form of a target', () => {
  it('becomes a document without what is at its default', () => {
    expect(planOf(MOOD)).toEqual({ plan: { title: 'Ruhige Hotline', measure: 'mood', touchpoint: 'hotline', at_least: -0.5 } })
  })

  it('takes shares in per cent, and leaves out what says nothing of the measure', () => {
    const form: Form = { ...MOOD, measure: 'as_planned', map: 'bike', step: 'handover', atLeast: '85 %', clearAt: '90', every: 'month', leastN: '20', owner: ' Logistik ' }
    expect(planOf(form)).toEqual({
      plan: { title: 'Ruhige Hotline', measure: 'as_planned', map: 'bike', step: 'handover', at_least: 0.85, clear_at: 0.9, every: 'month', least_n: 20, owner: 'Logistik' },
    })
    expect(planOf({ ...form, measure: 'completed' })).not.toHaveProperty('plan.step')
  })

  it.each<[Partial<Form>, object]>([
    [{ title: ' ' }, { title: 'missing' }],
    [{ touchpoint: '' }, { touchpoint: 'missing' }],
    [{ measure: 'completed', atLeast: '5' }, { map: 'missing' }],
    [{ atLeast: '' }, { atLeast: 'missing' }],
    [{ atLeast: 'viel' }, { atLeast: 'number' }],
    [{ atLeast: '2,1' }, { atLeast: 'range' }],
    [{ measure: 'completed', map: 'bike', atLeast: '101' }, { atLeast: 'range' }],
    [{ clearAt: '-0,6' }, { clearAt: 'below' }],
    [{ clearAt: '3' }, { clearAt: 'range' }],
    [{ leastN: '1,5' }, { leastN: 'number' }],
    [{ leastN: '-1' }, { leastN: 'number' }],
  ])('names what is wrong: %j', (change, faults) => {
    expect(planOf({ ...MOOD, ...change })).toEqual({ faults })
  })

  it('comes back as it was written', () => {
    const plans: TargetPlan[] = [
      { title: 'a', measure: 'mood', touchpoint: 'hotline', at_least: -0.5, clear_at: 0.25, least_n: 10 },
      { title: 'b', measure: 'as_planned', map: 'bike', step: 'x', at_least: 0.855, clear_at: 0.9, every: 'month', owner: 'o' },
      { title: 'c', measure: 'completed', map: 'bike', at_least: 0.07 },
    ]
    for (const plan of plans) for (const comma of [true, false]) expect(planOf(formOf(plan, comma))).toEqual({ plan })
  })
})

it('reads numbers of both languages', () => {
  expect(['1', '-0,5', '−0.5', ' 85 % ', '', '1,2,3', '1.000,5'].map(numberOf)).toEqual([1, -0.5, -0.5, 85, undefined, undefined, undefined])
})

it('finds a free name', () => {
  expect(freeName('a', [])).toBe('a')
  expect(freeName('a', ['a', 'a-2'])).toBe('a-3')
  expect(freeName('', [])).toBe('target')
})
