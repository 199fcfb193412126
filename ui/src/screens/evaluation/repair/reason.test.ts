import { afterEach, describe, expect, it } from 'vitest'
import type { Evaluated } from '../../../api/evaluation.svelte'
import { language } from '../../../words'
import { ranked, reasonOf, unsure } from './reason'

const of = (more: Partial<Evaluated>) =>
  ({ touchpoint: 'a', rank: 1, importance: 9, satisfaction: 1.7, negative_share: 0.876, quadrant: 'concentrate', gap_interval: [70, 76], ...more }) as Evaluated
const cut = { importance: 8, satisfaction: 4.62, n: 4 }

afterEach(() => (language.code = 'de'))

describe('the ranking', () => {
  it('holds those with a rank, in its order', () => {
    const all = [of({ touchpoint: 'b', rank: 2 }), of({ touchpoint: 'few', rank: null }), of({ touchpoint: 'a', rank: 1 })]
    expect(ranked(all).map((one) => one.touchpoint)).toEqual(['a', 'b'])
  })

  it('is unsure where intervals of neighbours overlap', () => {
    expect(unsure(of({}), of({ gap_interval: [60, 71] }))).toBe(true)
    expect(unsure(of({}), of({ gap_interval: [60, 69] }))).toBe(false)
    expect(unsure(of({}), undefined)).toBe(false)
    expect(unsure(of({ gap_interval: null }), of({}))).toBe(false)
  })
})

describe('the reason', () => {
  it('names figures and cuts', () => {
    language.code = 'en'
    expect(reasonOf(of({}), cut)).toBe('Important (9, cut 8) and unsatisfying (1.7, cut 4.6): an improvement helps most here. 88% of the moods are bad.')
  })
  it('does without what is not known', () => {
    language.code = 'en'
    expect(reasonOf(of({ quadrant: null, negative_share: null }), cut)).toBe('Importance 9, satisfaction 1.7.')
  })
})
