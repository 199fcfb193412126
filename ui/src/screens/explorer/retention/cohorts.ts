/** Cohorts as rows of a heat map: what is not over yet is open, never nothing. */
import type { Schemas } from '../../../api/client'
import { counted, day, number, percent } from '../../../words/format'
import { words } from '../../../words'
import type { Cell, Row } from '../heat/cells'
import { levelOf } from '../heat/levels'
import { w } from './words'

type Returned = Schemas['Returned']
const FEW = 10

export type State = 'open' | 'partly' | 'few' | 'known' | 'undefined'

/** What can be said of a period of a cohort. */
export function stateOf({ n, open, rate }: Pick<Returned, 'n' | 'open' | 'rate'>): State {
  if (n === 0) return open > 0 ? 'open' : 'undefined'
  if (rate === null) return 'undefined'
  if (n < FEW) return 'few'
  return open > 0 ? 'partly' : 'known'
}

export function sayingOf(one: Returned): string {
  const { units, figure } = words()
  if (one.rate === null) return one.open > 0 ? w().openSaid(counted(one.open, units.customers)) : figure.undefined
  const interval = one.interval ? figure.interval(percent(one.interval[0] ?? 0), percent(one.interval[1] ?? 0)) : figure.undefined
  const said = w().cell(percent(one.rate), interval, number(one.returned), counted(one.n, units.customers))
  return [said, one.n < FEW ? figure.tooFew : '', one.open > 0 ? w().alsoOpen(counted(one.open, units.customers)) : ''].filter(Boolean).join(', ')
}

function cellOf(one: Returned, most: number): Cell {
  const state = stateOf(one)
  const text = one.rate === null ? (state === 'open' ? w().open : '–') : percent(one.rate)
  return {
    text,
    said: sayingOf(one),
    level: state === 'known' || state === 'partly' ? levelOf(one.rate ?? 0, most) : 0,
    look: state === 'open' || state === 'partly' || state === 'few' ? state : undefined,
  }
}

type Figures = Pick<Schemas['RetentionFigures'], 'cohorts' | 'periods' | 'customers'>

/** The highest rate that rests on enough customers: the end of the colour scale. */
export function mostOf({ cohorts, periods }: Figures): number {
  const rates = [...cohorts.flatMap((one) => one.periods), ...periods].filter((one) => one.n >= FEW).map((one) => one.rate ?? 0)
  return Math.max(0, ...rates)
}

export function cohortRows(figures: Figures): Row[] {
  const most = mostOf(figures)
  const { units } = words()
  const everyone: Row = {
    id: 'all',
    label: w().everyone,
    note: counted(figures.customers, units.customers),
    // Of all customers some are always new: that a few are open says nothing.
    cells: figures.periods.map((one) => ({ ...cellOf(one, most), ...(stateOf(one) === 'partly' && { look: undefined }) })),
  }
  return [
    everyone,
    ...figures.cohorts.flatMap((cohort): Row[] =>
      cohort.begins === null
        ? []
        : [{ id: cohort.begins, label: day(cohort.begins), note: number(cohort.customers), cells: cohort.periods.map((one) => cellOf(one, most)) }],
    ),
  ]
}
