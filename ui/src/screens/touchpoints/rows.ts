/** The register as rows: chosen, ordered, in groups. */
import { inOrder } from '../../words/format'
import type { Body, FieldName } from './fields'

export type Row = {
  readonly name: string
  readonly body: Body
  readonly version: number
  readonly occurrences: number | undefined
  readonly customers: number | undefined
  /** Events of all time. */
  readonly ever: number | undefined
}

export type Sort = { readonly by: FieldName | 'occurrences' | 'customers'; readonly down: boolean } | null

export type Group = { readonly id: 'before' | 'during' | 'after' | 'none' | 'all'; readonly rows: readonly Row[] }

export function titleOf(row: { readonly name: string; readonly body: Body }): string {
  return String(row.body.title ?? row.name)
}

/** Rows in which the text stands, in whatever field. */
export function search(rows: readonly Row[], text: string): readonly Row[] {
  const wanted = text.trim().toLowerCase()
  if (!wanted) return rows
  const { owner, channel, description } = { owner: 'owner', channel: 'channel', description: 'description' } as const
  return rows.filter((row) =>
    [row.name, row.body.title, row.body[owner], row.body[channel], row.body[description]].some((one) =>
      String(one ?? '').toLowerCase().includes(wanted),
    ),
  )
}

function valueOf(row: Row, by: NonNullable<Sort>['by']): string | number | undefined {
  if (by === 'occurrences' || by === 'customers') return row[by]
  return by === 'title' ? titleOf(row) : row.body[by]
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
