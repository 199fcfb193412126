/** The register as rows: chosen, ordered, in groups. */
import { inOrder } from '../../words/format'
import { linesOf, type Body, type FieldName } from './fields'

export type Row = {
  readonly name: string
  readonly body: Body
  readonly version: number
  readonly occurrences: number | undefined
  readonly customers: number | undefined
  /** Events of all time, there or at one of its parts. */
  readonly ever: number | undefined
  /** Events of all time there. */
  readonly own: number | undefined
  /** Rules that lead there. */
  readonly rules: number | undefined
}

export type SortBy = FieldName | 'name' | 'occurrences' | 'customers'

export type Sort = { readonly by: SortBy; readonly down: boolean } | null

export type Group = { readonly id: 'before' | 'during' | 'after' | 'none' | 'all'; readonly rows: readonly Row[] }

export function titleOf(row: { readonly name: string; readonly body: Body }): string {
  return String(row.body.title ?? row.name)
}

const SEARCHED = ['title', 'description', 'channel', 'owner', 'deputy', 'promises', 'questions'] as const

/** Rows in which the text stands, in whatever field; `title` names what a row is a part of. */
export function search(rows: readonly Row[], text: string, title: (name: string) => string): readonly Row[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return rows
  const holds = (one: string) => one.toLowerCase().includes(wanted)
  return rows.filter((row) => {
    const texts = SEARCHED.flatMap((field) => [row.body[field] ?? []].flat().map(String))
    const parent = typeof row.body.parent === 'string' ? [title(row.body.parent)] : []
    return [row.name, ...texts, ...parent].some(holds)
  })
}

function valueOf(row: Row, by: SortBy): string | number | undefined {
  if (by === 'occurrences' || by === 'customers' || by === 'name') return row[by]
  if (by === 'title') return titleOf(row)
  const value = row.body[by]
  // Of lists, how much stands there.
  return typeof value === 'string' || typeof value === 'number' ? value : linesOf(value).length || undefined
}

/** Sorted by one field as one group; else by moment, and within by what was measured. Rows without a value come last. */
export function grouped(rows: readonly Row[], sort: Sort): readonly Group[] {
  if (sort) {
    const sign = sort.down ? -1 : 1
    const ordered = rows.toSorted((a, b) => {
      const [left, right] = [valueOf(a, sort.by), valueOf(b, sort.by)]
      if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
      const order = typeof left === 'number' && typeof right === 'number' ? left - right : inOrder(String(left), String(right))
      return sign * order || inOrder(titleOf(a), titleOf(b))
    })
    return [{ id: 'all', rows: ordered }]
  }
  const groups = (['before', 'during', 'after', 'none'] as const).map((id) => ({
    id,
    rows: rows
      .filter((row) => (row.body.moment ?? 'none') === id)
      .toSorted((a, b) => (b.occurrences ?? 0) - (a.occurrences ?? 0) || inOrder(titleOf(a), titleOf(b))),
  }))
  return groups.filter((group) => group.rows.length > 0)
}
