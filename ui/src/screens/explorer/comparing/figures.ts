/** Figures of a comparison in words: what is measured, what it is about, how it is written. */
import type { Schemas } from '../../../api/client'
import { duration, number, percent, signed } from '../../../words/format'
import type { Naming } from '../naming/names.svelte'
import { w } from './words'

type Figure = Schemas['FigureDifference']

export function whatOf(figure: Figure): string {
  return w().figures[figure.what] ?? figure.what
}

/** `step 2: cart`, `a -> b`, `a > b > c`, `period 3`, a name, or nothing for all journeys. */
export function subjectOf({ subject, what }: Figure, names: Naming): string {
  if (subject === '') return w().all
  const step = /^step (\d+)(?:: (.+))?$/s.exec(subject)
  if (step) return step[2] ? `${w().step(step[1] ?? '')}: ${names.title(step[2])}` : w().step(step[1] ?? '')
  const period = /^period (\d+)$/.exec(subject)
  if (period) return w().period(period[1] ?? '')
  const name = what.includes('channel') || what.includes('hop') ? names.channel : (one: string) => names.title(one)
  if (subject.includes(' -> ')) return subject.split(' -> ').map(name).join(' → ')
  return subject.split(' > ').map(name).join(' → ')
}

export function written(value: number | null, unit: Figure['unit']): string {
  if (value === null) return w().verdicts.undefined ?? ''
  if (unit === 'share') return percent(value)
  return unit === 'seconds' ? duration(value) : number(value, 2)
}

/** A difference: of shares in points, of times as a time. */
export function differenceWritten(value: number | null, unit: Figure['unit']): string {
  if (value === null) return w().verdicts.undefined ?? ''
  if (unit === 'share') return w().points(signed(100 * value))
  if (unit === 'number') return signed(value, 2)
  return `${value > 0 ? '+' : ''}${duration(value)}`
}

export function isClear(figure: Figure): boolean {
  return figure.verdict === 'higher' || figure.verdict === 'lower'
}
