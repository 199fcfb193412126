/** Touchpoints in the matrix: who has a place, how large a dot is, where its intervals end. */
import type { Evaluated, Evaluation } from '../../../api/evaluation.svelte'
import { letterOf } from '../../improve/opportunities/matrix'

export type Quadrant = NonNullable<Evaluated['quadrant']>
export type Placed = {
  readonly one: Evaluated
  readonly letter: string
  /** Satisfaction and importance, 0 to 10. */
  readonly x: number
  readonly y: number
}

/** Both scales go from 0 to 10. */
export const MOST = 10

/** Those with importance and satisfaction, with a letter each, the most important first. */
export function placed(touchpoints: readonly Evaluated[]): readonly Placed[] {
  return touchpoints
    .flatMap((one) => (one.importance === null || one.satisfaction === null ? [] : [{ one, x: one.satisfaction, y: one.importance }]))
    .toSorted((a, b) => b.y - a.y || a.x - b.x || (a.one.touchpoint < b.one.touchpoint ? -1 : 1))
    .map((each, index) => ({ ...each, letter: letterOf(index) }))
}

/** Radii in pixels: areas stand for numbers of customers, but no dot is too small to be hit. */
export const SMALLEST = 5
export const LARGEST = 15

/** The radius of a dot that stands for `n` customers where the most have `most`. */
export function radiusOf(n: number, most: number): number {
  if (most <= 0) return SMALLEST
  return Math.max(SMALLEST, LARGEST * Math.sqrt(Math.min(n, most) / most))
}

/** How sure a derived importance is, on the scale of the axis: ten times the correlation, 0 below 0. Stated ones have none. */
export function importanceInterval(one: Evaluated, importance: Evaluation['importance']): readonly [number, number] | null {
  const interval = one.derived_interval
  if (importance !== 'derived' || !interval) return null
  const [low = 0, high = 0] = interval
  return [MOST * Math.max(0, low), MOST * Math.max(0, high)]
}

/** Why one has no place. */
export function lackOf(one: Evaluated): 'mood' | 'importance' | null {
  if (one.satisfaction === null) return 'mood'
  return one.importance === null ? 'importance' : null
}
