import { describe, expect, test } from 'vitest'
import { dotsOf, itemsOf } from './items'
import { RADIUS_LEAST, RADIUS_MOST } from './layout'

const branch = (customers: number) => ({ customers, occurrences: 2 * customers, first_at: null, last_at: null })
const known = [
  { id: 'web', medium: 'digital' as const, branch: branch(100) },
  { id: 'app', medium: 'digital' as const, branch: branch(25) },
  { id: 'poster', medium: 'analog' as const, branch: branch(0) },
  { id: 'friends', medium: 'personal' as const, branch: branch(0) },
  { id: 'pigeon', medium: null, branch: branch(7) },
]
const documents = [
  { name: 'web', body: { title: 'Web', peso: 'owned', control: 'full', reach_per_year: 9_999 } },
  { name: 'app', body: { title: 'App', peso: 'owned' } },
  { name: 'poster', body: { title: 'Poster', peso: 'paid', reach_per_year: 300, control: 'influence' } },
  { name: 'friends', body: { title: 'Friends', peso: 'earned', control: 'none' } },
  { name: 'pigeon', body: { title: 'Pigeon', peso: 'owned' } },
  { name: 'new', body: { title: 'New' } },
]
const items = itemsOf(documents, known, (name) => name.toUpperCase())
const of = (id: string) => items.find((item) => item.id === id)

describe('items', () => {
  test('are sized by customers; by stated reach only where nothing is measured', () => {
    expect(items.map((item) => [item.id, item.by])).toEqual([
      ['web', 'customers'], ['app', 'customers'], ['poster', 'reach'], ['friends', 'nothing'], ['pigeon', 'customers'], ['new', 'nothing'],
    ])
  })

  test('know what they cannot be placed by', () => {
    expect(of('pigeon')).toMatchObject({ ring: 'owned', sector: null })
    expect(of('new')).toMatchObject({ ring: null, sector: null, control: 'unknown' })
  })

  test('become dots where they have a place, each size on its own scale', () => {
    const dots = dotsOf(items)
    expect(dots.map((dot) => [dot.id, dot.radius])).toEqual([
      ['web', RADIUS_MOST], ['app', RADIUS_MOST / 2], ['poster', RADIUS_MOST], ['friends', RADIUS_LEAST],
    ])
  })
})
