import { expect, test } from 'vitest'
import { sorted, type Column } from './tables'

type Row = { readonly name: string; readonly n: number | null }
const rows: Row[] = [
  { name: 'b10', n: 2 },
  { name: 'b9', n: null },
  { name: 'A', n: 30 },
]
const columns: Column<Row>[] = [
  { id: 'name', header: 'Name', value: (row) => row.name },
  { id: 'n', header: 'n', value: (row) => row.n },
]
const order = (id: string, down: boolean) => sorted(rows, columns, { id, down }).map((row) => row.name)

test('numbers are ordered as numbers, names with their numbers, and what is missing comes last', () => {
  expect(order('n', false)).toEqual(['b10', 'A', 'b9'])
  expect(order('n', true)).toEqual(['A', 'b10', 'b9'])
  expect(order('name', false)).toEqual(['A', 'b9', 'b10'])
  expect(sorted(rows, columns, null)).toBe(rows)
})
