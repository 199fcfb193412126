/** Decisions about who is who stand on timelines as events of their own. */
import type { TimelineEvent } from './timeline.svelte'

const VERDICTS = ['merge', 'unmerge', 'match'] as const

export type Ruling = {
  readonly verdict: (typeof VERDICTS)[number]
  readonly author?: string
  readonly note?: string
  /** The linkage model that took the two for one, and how sure it was. */
  readonly model?: string
  readonly probability?: number
}

/** The decision that an event is, if it is one. */
export function rulingOf(event: Pick<TimelineEvent, 'kind' | 'source' | 'name' | 'properties'>): Ruling | null {
  if (event.kind !== 'link' || event.source !== 'geleit') return null
  const verdict = VERDICTS.find((one) => one === event.name)
  return verdict ? { ...(event.properties as Omit<Ruling, 'verdict'>), verdict } : null
}
