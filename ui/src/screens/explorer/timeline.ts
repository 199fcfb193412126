/** How many journeys touch each stretch of the time line. */
import { queryOf, type Plain } from '../../api/ask.svelte'
import { call } from '../../api/client'
import { both, type About } from '../../app/filter.svelte'
import type { Stretches } from './stretches'

const AT_ONCE = 2
/** The view above is answered first; whoever changes the filter again by then has asked nothing. */
const AFTER_MS = 400

/**
 * Journeys with an event in each stretch. The API has no question over time, so each stretch is a condition on journeys: the
 * rule, the events and the conditions stay those of the filter, and the counts are exact.
 */
export async function journeysIn({ edges }: Stretches, about: About, signal: AbortSignal): Promise<number[]> {
  const counts = new Array<number>(edges.length - 1).fill(0)
  await new Promise((done) => setTimeout(done, AFTER_MS))
  let at = 0
  const work = async () => {
    while (at < counts.length && !signal.aborted) {
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
