/** Between weights in bits and probabilities, and the places of both on a scale. */
import { percent } from '../../words/format'

/** The probability that a weight in bits stands for. */
export function probability(bits: number): number {
  return 1 / (1 + 2 ** -bits)
}

/** The weight in bits that a probability stands for. */
export function bits(share: number): number {
  return Math.log2(share / (1 - share))
}

/** A probability with few digits in the middle and more towards the ends, where they matter: nothing uncertain is 100 %. */
export function chance(share: number): string {
  const far = Math.min(share, 1 - share)
  return percent(share, far < 0.0001 ? 3 : far < 0.01 ? 2 : far < 0.1 ? 1 : 0)
}

const MARKS = [0.0001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9999] as const
const AROUND = 1

export type Scale = {
  readonly from: number
  readonly to: number
  /** Where a weight stands, from 0 to 1. */
  readonly at: (bits: number) => number
  /** Probabilities to write at the axis. */
  readonly marks: readonly number[]
}

/** A scale on which all of these weights and even odds have a place. */
export function scaleFor(weights: readonly number[]): Scale {
  const from = Math.min(0, ...weights) - AROUND
  const to = Math.max(0, ...weights) + AROUND
  const at = (weight: number) => (weight - from) / (to - from)
  return { from, to, at, marks: MARKS.filter((mark) => bits(mark) > from && bits(mark) < to) }
}
