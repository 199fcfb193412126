/** Which rows of the register are shown, field by field. */
import { isChoice, kindOf, reviewOf, type FieldName } from './fields'
import type { Row } from './rows'

/** What stands for a field that says nothing. */
export const UNSAID = '-'

/** Fields of which one value is wanted. */
export const VALUE_FIELDS = ['moment', 'peso', 'channel', 'control', 'evidence', 'owner', 'deputy', 'parent'] as const satisfies readonly FieldName[]
/** Fields of which at least so much is wanted. */
export const LEAST_FIELDS = ['importance_to_customer', 'importance_to_business'] as const satisfies readonly FieldName[]
/** Fields that say something or nothing. */
export const SAID_FIELDS = ['promises', 'questions', 'reach_per_year', 'cost_per_year'] as const satisfies readonly FieldName[]

export const REVIEWS = ['overdue', 'due', 'later', 'none'] as const
export const MEASURES = ['yes', 'no', 'norule'] as const

export const FILTER_NAMES = [...VALUE_FIELDS, ...LEAST_FIELDS, ...SAID_FIELDS, 'review', 'measured'] as const
export type FilterName = (typeof FILTER_NAMES)[number]

/** By filter, what is wanted; empty for anything. */
export type Filters = Readonly<Record<FilterName, string>>

/** Numbers that are offered as the least importance. */
export const LEAST = ['3', '5', '7', '8', '9'] as const

export const active = (filters: Filters): readonly FilterName[] => FILTER_NAMES.filter((name) => filters[name] !== '')

function fits(row: Row, name: FilterName, wanted: string, now: Date): boolean {
  if (name === 'review') return reviewOf(row.body, now) === wanted
  if (name === 'measured') return measuredAs(row) === wanted
  const value = row.body[name]
  const isSaid = value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  if (wanted === UNSAID) return !isSaid
  if ((SAID_FIELDS as readonly string[]).includes(name)) return isSaid
  if (kindOf(name) === 'number') return typeof value === 'number' && value >= Number(wanted)
  return isChoice(name) ? value === wanted : isSaid && String(value).toLowerCase() === wanted.toLowerCase()
}

function measuredAs(row: Row): (typeof MEASURES)[number] | null {
  if (row.ever === undefined) return null
  if (row.ever > 0) return 'yes'
  return row.rules === 0 ? 'norule' : 'no'
}

/** The rows that are as every filter wants them. */
export function filtered(rows: readonly Row[], filters: Filters, now = new Date()): readonly Row[] {
  const names = active(filters)
  return names.length ? rows.filter((row) => names.every((name) => fits(row, name, filters[name], now))) : rows
}
