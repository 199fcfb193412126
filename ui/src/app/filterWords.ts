/** The filter in words: for chips, for captions of exported pictures. */
import { words } from '../words'
import { day, list } from '../words/format'
import { filter } from './filter.svelte'

export type FilterName = 'range' | 'channel' | 'segment' | 'journey' | 'only' | 'where' | 'compare'

export const FILTERS: readonly FilterName[] = ['range', 'channel', 'segment', 'journey', 'only', 'where', 'compare']

/** What a filter says now, or an empty text where it says nothing. */
export function saying(name: FilterName): string {
  const w = words().filter
  const now = filter.now
  switch (name) {
    case 'range':
      if (now.from && now.to) return w.between(day(now.from), day(now.to))
      if (now.from) return w.since(day(now.from))
      return now.to ? w.until(day(now.to)) : ''
    case 'channel':
      return list(now.channel)
    case 'segment':
      return now.segment
    case 'journey':
      return now.journey === 'whole' ? '' : (w.rules[now.journey] ?? now.journey)
    case 'only':
      return now.only
    case 'where':
      return now.where
    case 'compare':
      if (now.versus === 'period') return w.comparePeriod
      return now.versus === 'group' && now.compare ? w.versus(now.compare, now.against || w.others) : ''
  }
}

/** Takes a filter away. */
export function cleared(name: FilterName): Parameters<typeof filter.set>[0] {
  switch (name) {
    case 'range':
      return { from: null, to: null }
    case 'channel':
      return { channel: [] }
    case 'segment':
      return { segment: '' }
    case 'journey':
      return { journey: 'whole' }
    case 'only':
      return { only: '' }
    case 'where':
      return { where: '' }
    case 'compare':
      return { versus: 'nothing', compare: '', against: '' }
  }
}

/** All that is filtered, a line each: `Kanal: web`. */
export function filterLines(): string[] {
  return FILTERS.flatMap((name) => {
    const said = saying(name)
    return said ? [`${words().filter[name]}: ${said}`] : []
  })
}
