/** A target's series as points of a small drawing. */
import type { TargetPeriod } from '../../../api/evaluation.svelte'

export type Mark = {
  readonly x: number
  readonly y: number
  readonly period: TargetPeriod
}

export type Spark = {
  readonly marks: readonly Mark[]
  /** Lines between neighbours that both have a figure. */
  readonly lines: readonly { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }[]
  /** Where the target lies, and the end of an alarm above it. */
  readonly atLeast: number
  readonly clearAt: number
}

type Size = { readonly width: number; readonly height: number; readonly edge: number }

/** Whether a period says anything that counts. */
export const counts = ({ state }: TargetPeriod) => state === 'reached' || state === 'missed'

/** The first period stands left, the last right; heights hold all figures and both bounds. */
export function sparkOf(periods: readonly TargetPeriod[], atLeast: number, clearAt: number, { width, height, edge }: Size): Spark {
  const values = [atLeast, clearAt, ...periods.flatMap((one) => (one.value === null ? [] : [one.value]))]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const up = (value: number) => (high === low ? height / 2 : height - edge - ((value - low) / (high - low)) * (height - 2 * edge))
  const across = (index: number) => (periods.length < 2 ? width / 2 : edge + (index / (periods.length - 1)) * (width - 2 * edge))
  const places = periods.map((period, index) => (period.value === null ? null : { x: across(index), y: up(period.value), period }))
  return {
    marks: places.flatMap((one) => (one ? [one] : [])),
    lines: places.flatMap((to, index) => {
      const from = places[index - 1]
      return from && to ? [{ x1: from.x, y1: from.y, x2: to.x, y2: to.y }] : []
    }),
    atLeast: up(atLeast),
    clearAt: up(clearAt),
  }
}
