/** Moments of truth: zero, first, second, ultimate, or a kind of the company's own. */
import { w } from './words'

export const TRUTHS = ['zero', 'first', 'second', 'ultimate'] as const
type Known = (typeof TRUTHS)[number]

const isKnown = (kind: string): kind is Known => TRUTHS.some((one) => one === kind)

/** The letter in the mark; the same in both languages, as people write ZMOT and FMOT in both. */
export function truthLetter(kind: string): string {
  return { zero: '0', first: '1', second: '2', ultimate: 'U' }[kind] ?? kind.charAt(0).toUpperCase()
}

export function truthName(kind: string): string {
  return isKnown(kind) ? w().truth[kind] : w().truth.own(kind)
}
