/** The columns of the register: which there are, which are shown, how wide each is. */
import { kindOf, type FieldName } from './fields'
import type { SortBy } from './rows'
import { w } from './words'

export type ColumnId = SortBy | 'course'

export type Column = { readonly id: ColumnId; readonly label: string; readonly end: boolean; readonly edit: boolean; readonly width: number }

const WIDTHS = {
  title: 200,
  name: 150,
  channel: 80,
  moment: 74,
  peso: 74,
  control: 74,
  owner: 106,
  deputy: 112,
  importance_to_customer: 96,
  importance_to_business: 76,
  occurrences: 76,
  customers: 62,
  course: 80,
  evidence: 90,
  parent: 130,
  description: 240,
  promises: 200,
  questions: 200,
  reach_per_year: 96,
  cost_per_year: 104,
  currency: 70,
  review_on: 92,
  remind_before: 120,
} as const satisfies Record<ColumnId, number>

/** All columns, in the order in which they stand. */
export const ALL = Object.keys(WIDTHS) as readonly ColumnId[]

const MEASURED: readonly ColumnId[] = ['occurrences', 'customers', 'course']
const USUAL: readonly ColumnId[] = [
  'title', 'channel', 'moment', 'peso', 'control', 'owner', 'importance_to_customer', 'importance_to_business', 'occurrences',
  'customers', 'course', 'review_on',
]

const isField = (id: ColumnId): id is FieldName => id !== 'name' && !MEASURED.includes(id)

export function columnLabel(id: ColumnId): string {
  if (id === 'title') return w().touchpoint
  if (id === 'name') return w().name
  if (id === 'course') return w().course
  if (id === 'occurrences') return w().occurrences
  if (id === 'customers') return w().customers
  if (id === 'importance_to_customer' || id === 'importance_to_business' || id === 'peso') return w().short[id]
  return w().field[id]
}

/** What a column is called where there is room for all of it. */
export const columnName = (id: ColumnId): string => (isField(id) && id !== 'title' ? w().field[id] : columnLabel(id))

/** The columns that may be shown: figures only to whoever may see them. */
export const offered = (mining: boolean): readonly ColumnId[] => (mining ? ALL : ALL.filter((id) => !MEASURED.includes(id)))

/** The columns that are shown: those that the place names, else the usual ones. The title always stands first. */
export function shownColumns(named: readonly string[], mining: boolean): readonly ColumnId[] {
  const chosen = offered(mining).filter((id) => (named.length ? named.includes(id) : USUAL.includes(id)))
  return ['title', ...chosen.filter((id) => id !== 'title')]
}

/** What stands in the place for these columns: nothing where they are the usual ones. */
export function namedColumns(shown: readonly ColumnId[], mining: boolean): readonly string[] {
  const usual = shownColumns([], mining)
  const isUsual = shown.length === usual.length && usual.every((id) => shown.includes(id))
  return isUsual ? [] : ALL.filter((id) => shown.includes(id))
}

export function columnsOf(ids: readonly ColumnId[]): readonly Column[] {
  return ids.map((id) => ({
    id,
    label: columnLabel(id),
    end: id === 'occurrences' || id === 'customers' || (isField(id) && kindOf(id) === 'number'),
    edit: isField(id),
    width: WIDTHS[id],
  }))
}
