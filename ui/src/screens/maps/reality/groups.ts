/** Figures of groups of journeys, as the picture by week, month, channel and persona draws them. */
import type { Grouping, HeldGroup } from '../../../api/conformance.svelte'
import type { Unit } from '../../../words'
import { number, percent, signed } from '../../../words/format'
import { TOO_FEW } from './signs'

export const FIGURES = ['as_planned', 'completed', 'fitness', 'coverage', 'precision', 'unexplained', 'experience'] as const
export type FigureName = (typeof FIGURES)[number]

export type GroupFigure = {
  readonly group: HeldGroup
  /** Null where there is nothing to tell it from. */
  readonly value: number | null
  readonly interval: readonly number[] | null
  readonly n: number
  /** What n counts. */
  readonly unit: Unit
  readonly few: boolean
}

export function figureOf(group: HeldGroup, figure: FigureName): GroupFigure {
  const of = (value: number | null | undefined, interval: readonly number[] | null | undefined, n: number, unit: Unit = 'journeys'): GroupFigure => ({
    group,
    value: value ?? null,
    interval: interval ?? null,
    n,
    unit,
    few: (unit === 'journeys' ? n : group.journeys) < TOO_FEW,
  })
  switch (figure) {
    case 'as_planned':
      return of(group.as_planned_share, group.as_planned_interval, group.journeys)
    case 'completed':
      return of(group.completed_share, group.completed_interval, group.over)
    case 'fitness':
      return of(group.fitness, group.fitness_interval, group.over)
    case 'coverage':
      return of(group.events_on_map_share, group.events_on_map_interval, group.events, 'events')
    case 'precision':
      return of(group.precision, null, group.journeys)
    case 'unexplained':
      return of(group.unexplained_movement_rate, group.unexplained_movement_interval, group.movements, 'transitions')
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
