import { afterEach, expect, it } from 'vitest'
import type { Compared } from '../../../api/evaluation.svelte'
import { language } from '../../../words'
import { differenceOf, valueOf } from './written'

afterEach(() => (language.code = 'de'))

const of = (more: Partial<Compared>) => ({ unit: 'share', difference: 0.2, interval: [0.0524, 0.3339], ...more }) as Compared

it('writes differences of shares in points', () => {
  language.code = 'en'
  expect(differenceOf(of({}))).toEqual({ value: '+20 percentage points', interval: '95 % interval +5.2 to +33.4' })
  expect(valueOf(of({}), 0.6)).toBe('60.0%')
})

it('writes differences of moods on their scale', () => {
  language.code = 'en'
  expect(differenceOf(of({ unit: 'mood', difference: -1.75, interval: [-3.3673, -0.1327] }))).toEqual({ value: '-1.75', interval: '95 % interval -3.37 to -0.13' })
})

it('says nothing of a difference that is undefined', () => {
  expect(differenceOf(of({ difference: null, interval: null }))).toBeNull()
})
