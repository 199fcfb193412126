/** What the radar shows of each touchpoint: its place, its size, and what is said of both. */
import type { Schemas } from '../../../api/client'
import type { Body } from '../fields'
import { pesoOf } from '../show'
import { radiusOf, SECTORS, type Dot, type Ring, type Sector } from './layout'

export type Control = 'full' | 'influence' | 'none' | 'unknown'

export type Item = {
  readonly id: string
  readonly title: string
  readonly body: Body
  readonly ring: Ring | null
  readonly sector: Sector | null
  readonly control: Control
  readonly customers: number
  readonly occurrences: number
  readonly reach: number | undefined
  /** By what its size is told. */
  readonly by: 'customers' | 'reach' | 'nothing'
}

type Known = Pick<Schemas['RegisteredTouchpoint'], 'id' | 'medium' | 'branch'>

const CONTROLS: readonly Control[] = ['full', 'influence', 'none']

/** Everything registered, with what was measured there and at its parts. Titles and fields are those of now. */
export function itemsOf(documents: readonly { readonly name: string; readonly body: Body }[], list: readonly Known[], title: (name: string) => string): readonly Item[] {
  const known = new Map(list.map((one) => [one.id, one]))
  return documents.map(({ name, body }) => {
    const measured = known.get(name)
    const customers = measured?.branch.customers ?? 0
    const reach = typeof body.reach_per_year === 'number' && body.reach_per_year > 0 ? body.reach_per_year : undefined
    return {
      id: name,
      title: title(name),
      body,
      ring: pesoOf(body),
      sector: SECTORS.find((one) => one === measured?.medium) ?? null,
      control: CONTROLS.find((one) => one === body.control) ?? 'unknown',
      customers,
      occurrences: measured?.branch.occurrences ?? 0,
      reach,
      by: customers > 0 ? 'customers' : reach ? 'reach' : 'nothing',
    }
  })
}

/** The dots of those that have a ring and a sector. Customers and stated reach have a scale each. */
export function dotsOf(items: readonly Item[]): readonly Dot[] {
  const placed = items.filter((item) => item.ring && item.sector)
  const most = Math.max(0, ...placed.map((item) => item.customers))
  const mostReach = Math.max(0, ...placed.filter((item) => item.by === 'reach').map((item) => item.reach ?? 0))
  return placed.flatMap((item): Dot[] => {
    if (!item.ring || !item.sector) return []
    const radius = item.by === 'customers' ? radiusOf(item.customers, most) : item.by === 'reach' ? radiusOf(item.reach ?? 0, mostReach) : radiusOf(0, 1)
    return [{ id: item.id, ring: item.ring, sector: item.sector, radius }]
  })
}
