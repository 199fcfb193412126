/** Figures of groups of journeys, as the picture by week, month, channel and persona draws them. */
import type { Grouping, HeldGroup } from '../../../api/conformance.svelte'
import { number, percent, signed } from '../../../words/format'
import { TOO_FEW } from './signs'

export const FIGURES = ['as_planned', 'completed', 'fitness', 'experience'] as const
export type FigureName = (typeof FIGURES)[number]

export type GroupFigure = {
  readonly group: HeldGroup
  /** Null where there is nothing to tell it from. */
  readonly value: number | null
  readonly interval: readonly number[] | null
  readonly n: number
  readonly few: boolean
}

export function figureOf(group: HeldGroup, figure: FigureName): GroupFigure {
  const of = (value: number | null | undefined, interval: readonly number[] | null | undefined, n: number): GroupFigure => ({
    group,
    value: value ?? null,
    interval: interval ?? null,
    n,
    few: n < TOO_FEW,
  })
  switch (figure) {
    case 'as_planned':
      return of(group.as_planned_share, group.as_planned_interval, group.journeys)
    case 'completed':
      return of(group.completed_share, group.completed_interval, group.over)
    case 'fitness':
      return of(group.fitness, group.fitness_interval, group.over)
    case 'experience':
      return of(group.experience?.mean.mean, group.experience?.mean.interval, group.experience?.journeys ?? 0)
  }
}

/** Where a figure can lie. */
export const domainOf = (figure: FigureName): readonly [number, number] => (figure === 'experience' ? [-2, 2] : [0, 1])

export function written(value: number, figure: FigureName): string {
  if (figure === 'experience') return signed(value, 2)
  return figure === 'fitness' ? number(value, 2) : percent(value)
}

/** True where groups follow each other in time. */
export const isTime = (by: Grouping): boolean => by === 'week' || by === 'month'
