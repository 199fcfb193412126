/** Values of fields in words. */
import { day, list, number } from '../../../words/format'
import { w } from '../words'
import { isProgress, namedBy, takes, type FieldName, type Kind, type Value } from './fields'

/** What things are called. */
export type Naming = { title(kind: Kind | 'touchpoint', name: string): string }

/** A value as people read it; empty where there is none. */
export function valueText(field: FieldName, value: Value | undefined, naming: Naming): string {
  if (value === undefined || value === '') return field === 'progress' ? w().progress.open : ''
  if (field === 'progress') return isProgress(value) ? w().progress[value] : String(value)
  if (typeof value === 'number') return number(value, 2)
  if (typeof value !== 'string') {
    const kind = namedBy(field)
    return list(value.map((one) => (kind ? naming.title(kind, one) : one)))
  }
  return takes(field) === 'day' ? day(value) : value
}
