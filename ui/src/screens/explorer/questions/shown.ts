/** What an answer comes to on the page: figures that stand out, and tables. */
import type { Unit } from '../../../words'

export type Fact = {
  readonly value: number | null
  readonly as: 'count' | 'share' | 'duration' | 'number'
  /** The rest of the sentence that the value begins. */
  readonly text: string
  readonly n?: number
  readonly of?: Unit
  readonly interval?: readonly number[] | null
  readonly method?: string
}

export type Kind = 'touchpoint' | 'channel' | 'way' | 'text' | 'count' | 'share' | 'duration' | 'number'
export type Cell = {
  readonly value: string | number | null
  readonly n?: number
  readonly interval?: readonly number[] | null
  /** The touchpoints of a way. */
  readonly way?: readonly string[]
}
export type Head = {
  readonly id: string
  readonly header: string
  readonly kind: Kind
  readonly of?: Unit
  /** Shares drawn as bars beside their number. */
  readonly bar?: boolean
  readonly width?: string
}
export type ShownTable = {
  readonly id: string
  readonly title: string
  readonly note?: string
  readonly heads: readonly Head[]
  readonly rows: readonly { readonly key: string; readonly cells: Readonly<Record<string, Cell>> }[]
}
export type Shown = { readonly facts: readonly Fact[]; readonly tables: readonly ShownTable[]; readonly note?: string }

type Spec<R> = Head & {
  readonly value: (row: R) => string | number | null
  readonly n?: (row: R) => number
  readonly interval?: (row: R) => readonly number[] | null
  readonly way?: (row: R) => readonly string[]
}

/** A table out of rows of whatever kind. */
export function table<R>(about: { id: string; title: string; note?: string; rows: readonly R[]; columns: readonly Spec<R>[] }): ShownTable {
  const { id, title, note, rows, columns } = about
  return {
    id,
    title,
    note,
    heads: columns.map(({ id: name, header, kind, of, bar, width }) => ({ id: name, header, kind, of, bar, width })),
    rows: rows.map((row, index) => ({
      key: String(index),
      cells: Object.fromEntries(
        columns.map((one) => [one.id, { value: one.value(row), n: one.n?.(row), interval: one.interval?.(row), way: one.way?.(row) }]),
      ),
    })),
  }
}
