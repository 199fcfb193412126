/** The register as a file: how it is fetched and sent, and what a file would change. */
import type { Schemas } from '../../../api/client'
import { send, type Chosen, type Ends } from '../../../api/files'
import type { Outcome, Outcomes } from '../bulk/bulk'
import { FIELDS, type FieldName, type Patch, type Value } from '../fields'

export const FORMATS = ['csv', 'xlsx'] as const
export type Format = (typeof FORMATS)[number]
export const ENDS: Ends<Format> = { csv: 'csv', xlsx: 'xlsx' }

export type Changes = Schemas['RegisterChanges']
export type Row = Changes['rows'][number]

const PATH = '/v1/touchpoints/file'

export const exported = (format: Format) => `${PATH}?format=${format}`

/** What a file would change; what it has changed where it is no trial: then one wrong row is a problem, and nothing is written. */
export const importing = (file: Chosen<Format>, isTrial: boolean): Promise<Changes> =>
  send(`${PATH}?format=${file.format}&dry_run=${isTrial}`, file)

export type Counts = { readonly made: number; readonly changed: number; readonly same: number; readonly errors: number }

export function countsOf({ rows, errors }: Pick<Changes, 'rows' | 'errors'>): Counts {
  const of = (what: Row['what']) => rows.filter((row) => row.what === what).length
  return { made: of('new'), changed: of('changed'), same: of('same'), errors: new Set(errors.map((error) => error.row)).size }
}

/** A value of a file as a value of the register: null is nothing. */
function valueOf(value: unknown): Value {
  if (typeof value === 'number' || typeof value === 'string') return value
  return Array.isArray(value) ? value.map(String) : undefined
}

const isField = (name: string): name is FieldName => (FIELDS as readonly string[]).includes(name)

/** What was changed by a file, in the form in which changes of many are taken back; what is new is named apart. */
export function undoOf(rows: readonly Row[]): { readonly changed: Outcomes; readonly made: readonly string[] } {
  const patch = (row: Row, side: 'from' | 'to'): Patch =>
    Object.fromEntries(row.fields.flatMap((one) => (isField(one.field) ? [[one.field, valueOf(one[side])]] : [])))
  const changed = rows
    .filter((row) => row.what === 'changed')
    .map((row): [string, Outcome] => [row.id, { kind: 'done', before: patch(row, 'from'), after: patch(row, 'to'), joined: [], by: '' }])
  return { changed: new Map(changed), made: rows.filter((row) => row.what === 'new').map((row) => row.id) }
}

/** What was made by a file in an order in which it can be removed: parts before their wholes. */
export function partsFirst(names: readonly string[], parentOf: (name: string) => string | undefined): readonly string[] {
  const depth = (name: string, seen: readonly string[] = []): number => {
    const parent = parentOf(name)
    return parent === undefined || seen.includes(name) ? 0 : 1 + depth(parent, [...seen, name])
  }
  return names.toSorted((a, b) => depth(b) - depth(a))
}
