/** What a segment says: the body of its document. */
import type { Schemas } from '../../api/client'
import type { About } from '../../app/filter.svelte'

export type Segment = {
  readonly title: string
  readonly description?: string
  readonly journey?: string
  readonly from?: string
  readonly to?: string
  readonly only?: string
  readonly where?: string
}

export function segmentOf({ body, name }: Schemas['Document']): Segment {
  return { title: name, ...(body as Partial<Segment> | null) }
}

/** The question that the segment's own choice is. */
export function aboutOf({ journey, from, to, only, where }: Segment): About {
  return { journey, from, to, only, where }
}

/** The same without what is empty, as it is written down. */
export function compact(segment: Segment): Segment {
  const given = Object.entries(segment).filter(([, value]) => typeof value === 'string' && value.trim() !== '')
  return Object.fromEntries(given.map(([name, value]) => [name, (value as string).trim()])) as Segment
}
