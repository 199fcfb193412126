/** The stretches of the time line, and how many journeys touch each of them. */
import { queryOf, type Plain } from '../../api/ask.svelte'
import { call } from '../../api/client'
import { both, type About } from '../../app/filter.svelte'

export type Length = 'day' | 'week' | 'month' | 'quarter' | 'year'
export type Stretches = {
  readonly length: Length
  /** Where each begins, as `2026-03-01`; the last entry is where the last one ends. */
  readonly edges: readonly string[]
}

const DAY_MS = 86_400_000
const MOST = 36

const iso = (moment: number) => new Date(moment).toISOString().slice(0, 10)

/** The first day of the stretch in which a moment lies. */
function begin(moment: number, length: Length): number {
  const at = new Date(moment)
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (length) {
    case 'day':
      return Date.UTC(year, month, date)
    case 'week':
      // Weeks begin on Monday.
      return Date.UTC(year, month, date - ((at.getUTCDay() + 6) % 7))
    case 'month':
      return Date.UTC(year, month, 1)
    case 'quarter':
      return Date.UTC(year, month - (month % 3), 1)
    case 'year':
      return Date.UTC(year, 0, 1)
  }
}

function next(edge: number, length: Length): number {
  const at = new Date(edge)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  switch (length) {
    case 'day':
      return edge + DAY_MS
    case 'week':
      return edge + 7 * DAY_MS
    case 'month':
      return Date.UTC(year, month + 1, 1)
    case 'quarter':
      return Date.UTC(year, month + 3, 1)
    case 'year':
      return Date.UTC(year + 1, 0, 1)
  }
}

/** Stretches from the first to the last moment: the shortest of which there are not too many to see. */
export function stretches(first: string, last: string): Stretches {
  const from = Date.parse(first)
  const to = Date.parse(last)
  const days = (to - from) / DAY_MS
  const length: Length =
    days < MOST ? 'day' : days / 7 < MOST ? 'week' : days / 30.4 < MOST ? 'month' : days / 91.3 < MOST ? 'quarter' : 'year'
  const edges = [begin(from, length)]
  while ((edges.at(-1) ?? 0) <= to) edges.push(next(edges.at(-1) ?? 0, length))
  return { length, edges: edges.map(iso) }
}

const AT_ONCE = 3

/**
 * Journeys with an event in each stretch. The API has no question over time, so each stretch is a condition on journeys: the
 * rule, the events and the conditions stay those of the filter, and the counts are exact.
 */
export async function journeysIn({ edges }: Stretches, about: About, signal: AbortSignal): Promise<number[]> {
  const counts = new Array<number>(edges.length - 1).fill(0)
  let at = 0
  const work = async () => {
    while (at < counts.length) {
      const index = at++
      const where = both(about.where ?? '', `did (time >= ${edges[index]} and time < ${edges[index + 1]})`)
      const query = queryOf({ question: 'variants', settings: { top: 1 }, about: { ...about, where } })
      const response = await call(`/v1/mining/variants?${query}`, { signal })
      counts[index] = ((await response.json()) as Plain<'variants'>).journeys
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return counts
}
