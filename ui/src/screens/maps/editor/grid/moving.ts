/** Where the focus goes on the grid. Rows are the stages, the steps and the lanes; columns are counted from 0, the heads of rows are -1. */
import type { Columns } from '../../document/columns'

export type At = { readonly row: string; readonly column: number }
export const STAGES = 'stages'
export const STEPS = 'steps'

export type Table = { readonly rows: readonly string[]; readonly columns: Columns }

const PAGE = 5

/** Columns on which the focus can be in a row: the first of each stage, all with a step, and in the row of steps also empty stages. */
export function stops({ columns }: Table, row: string): readonly number[] {
  const heads = row === STAGES || row === STEPS ? [] : [-1]
  if (row === STAGES) return columns.bands.map((band) => band.at)
  const steps = columns.steps.map((column) => column.at)
  if (row !== STEPS) return [...heads, ...steps]
  const empty = columns.bands.filter((band) => band.steps.length === 0).map((band) => band.at)
  return [...steps, ...empty].toSorted((a, b) => a - b)
}

/** The stop of a row that is nearest to a column. */
export function nearest(table: Table, row: string, column: number): At {
  const all = stops(table, row)
  if (row === STAGES) {
    const band = table.columns.bands.findLast((one) => one.at <= Math.max(0, column))
    return { row, column: band?.at ?? 0 }
  }
  const found = all.reduce<number | undefined>((best, one) => (best === undefined || Math.abs(one - column) < Math.abs(best - column) ? one : best), undefined)
  return { row, column: found ?? 0 }
}

/** The stop that a key leads to; null if the key leads nowhere. */
export function moved(table: Table, at: At, key: string, ctrl: boolean): At | null {
  const row = table.rows.indexOf(at.row)
  const all = stops(table, at.row)
  const place = all.indexOf(nearest(table, at.row, at.column).column)
  const within = (to: number) => ({ row: at.row, column: all[Math.max(0, Math.min(all.length - 1, to))] ?? 0 })
  const into = (to: number) => nearest(table, table.rows[Math.max(0, Math.min(table.rows.length - 1, to))] ?? at.row, at.column)
  switch (key) {
    case 'ArrowLeft': return within(place - 1)
    case 'ArrowRight': return within(place + 1)
    case 'ArrowUp': return into(row - 1)
    case 'ArrowDown': return into(row + 1)
    case 'PageUp': return within(place - PAGE)
    case 'PageDown': return within(place + PAGE)
    case 'Home': return ctrl ? nearest(table, table.rows[0] ?? at.row, 0) : within(0)
    case 'End': return ctrl ? nearest(table, table.rows.at(-1) ?? at.row, Number.MAX_SAFE_INTEGER) : within(all.length - 1)
    default: return null
  }
}
