/** What a table shows, and the table-core model behind it. */
import {
  constructTable,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
} from '@tanstack/table-core'
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'

export type Column<R> = {
  readonly id: string
  readonly header: string
  /** What is sorted by and copied out: the plain value of a row. */
  readonly value: (row: R) => string | number | null | undefined
  /** How it is written, if not as it is. */
  readonly text?: (row: R) => string
  readonly align?: 'start' | 'end'
  /** False for what cannot be ordered, such as a drawing. */
  readonly sortable?: boolean
  readonly width?: string
}

export type Order = { readonly id: string; readonly down: boolean }

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
})

/** Rows in an order. Rows without a value come last, whichever way. */
export function sorted<R extends object>(rows: readonly R[], columns: readonly Column<R>[], order: Order | null): readonly R[] {
  if (!order) return rows
  const table = constructTable({
    features,
    data: rows as R[],
    columns: columns.map((column) => ({
      id: column.id,
      accessorFn: (row: R) => column.value(row) ?? undefined,
      sortUndefined: 'last' as const,
      sortFn: rows.some((row) => typeof column.value(row) === 'string') ? ('alphanumeric' as const) : ('basic' as const),
    })),
    initialState: { sorting: [{ id: order.id, desc: order.down }] },
  })
  return table.getRowModel().rows.map((row) => row.original)
}
