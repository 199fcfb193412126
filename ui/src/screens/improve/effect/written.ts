/** A figure before and after, as it is written. */
import type { Compared } from '../../../api/evaluation.svelte'
import { number, percent, signed } from '../../../words/format'
import { w } from './words'

export function valueOf({ unit }: Compared, value: number): string {
  return unit === 'share' ? percent(value) : number(value, 2)
}

/** A difference of shares stands in points. */
export function differenceOf({ unit, difference, interval }: Compared): { readonly value: string; readonly interval: string } | null {
  if (difference === null) return null
  const one = (value: number) => (unit === 'share' ? signed(100 * value) : signed(value, 2))
  const [low, high] = interval ?? []
  return {
    value: unit === 'share' ? w().points(one(difference)) : one(difference),
    interval: low === undefined || high === undefined ? '' : w().interval(one(low), one(high)),
  }
}
