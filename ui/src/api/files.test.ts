import { expect, test } from 'vitest'
import { formatOf } from './files'

const ends = { csv: 'csv', tsv: 'csv', xlsx: 'xlsx' } as const

test.each([
  ['register.csv', 'csv'],
  ['Register 2026.XLSX', 'xlsx'],
  ['steps.v2.tsv', 'csv'],
  ['register.xls', null],
  ['.constructor', null],
  ['csv', null],
  ['', null],
])('the name %j tells %j', (name, format) => expect(formatOf(name, ends)).toBe(format))
