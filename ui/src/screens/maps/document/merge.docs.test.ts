/** The table of docs/maps.md, read and held to what is merged. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Edge, MapPlan } from '../../../api/maps'
import { merged } from './merge'
import { compact } from './plain'

const page = readFileSync('../docs/maps.md', 'utf8')
const rows = page
  .slice(page.indexOf('| before | mine |'))
  .split('\n')
  .slice(2)
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))

function read(cell: string): MapPlan {
  const parts = cell.replaceAll('`', '').split(' ')
  const split = (part: string) => part.split(':') as [string, string?]
  return {
    title: 'Map',
    step: parts.filter((part) => !part.includes('>')).map((part) => ({ id: split(part)[0], title: split(part)[1] ?? split(part)[0] })),
    edge: parts.filter((part) => part.includes('>')).map((part): Edge => {
      const [ends, within] = split(part)
      const [from = '', to = ''] = ends.split('>')
      return { from, to, within }
    }),
  }
}

/** Conflicts in the words of the table. */
function said(path: readonly string[]): string {
  const [list, id = '', field] = path
  if (list === 'place') return `place of \`${path[2]}\``
  const name = `\`${id.replace(' > ', '>')}\``
  return field === undefined ? name : `${field === 'within' ? 'limit' : field} of ${name}`
}

const sorted = (plan: MapPlan) => ({ ...compact(plan), edge: (plan.edge ?? []).map((edge) => `${edge.from}>${edge.to}${edge.within ? `:${edge.within}` : ''}`).toSorted() })

describe('the table of two people', () => {
  test('has its rows', () => expect(rows.length).toBeGreaterThanOrEqual(13))

  test.each(rows)('%s, mine %s, theirs %s: %s, both changed: %s', (before = '', mine = '', theirs = '', wanted = '', both = '') => {
    const result = merged(read(before), read(mine), read(theirs))
    expect(sorted(result.plan)).toEqual(sorted(read(wanted)))
    expect(result.conflicts.map((one) => said(one.path)).join(', ')).toBe(both)
  })
})
