/** Where a map stands beside what is lived, with the filter that is set. */
import { filter } from '../../../app/filter.svelte'

export function realityOf(name: string): string {
  const path = filter.on(`/journeys/maps/${encodeURIComponent(name)}`)
  return `${path}${path.includes('?') ? '&' : '?'}layer=reality`
}
