/** The filter that all views of journeys share. It lives in the URL and goes along from screen to screen. */
import { choice, day, parameters, several, text, writeParameters } from './parameters.svelte'
import { place } from './router.svelte'

const shape = {
  from: day(),
  to: day(),
  channel: several(),
  segment: text(),
  journey: text('whole'),
  only: text(),
  where: text(),
  versus: choice(['nothing', 'group', 'period'], 'nothing'),
  compare: text(),
  against: text(),
}

/** The parameters that every question about journeys takes. */
export type About = {
  readonly journey?: string
  readonly from?: string
  readonly to?: string
  readonly only?: string
  readonly where?: string
  readonly segment?: string
  readonly compare?: string
  readonly against?: string
}

/** The same without the comparison, for questions that know none. */
export const plainly = ({ compare: _compare, against: _against, ...about }: About): About => about

const DAY_MS = 86_400_000

/** The day so many days later, both as `2026-03-12`. */
export function daysAfter(from: string, days: number): string {
  return new Date(Date.parse(from) + days * DAY_MS).toISOString().slice(0, 10)
}

/** A name or value as the filter language reads it. */
export function quoted(value: string): string {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_\-./:#]*$/u.test(value) && !WORDS.has(value.toLowerCase())
    ? value
    : `"${value.replace(/[\\"]/g, '\\$&')}"`
}

const WORDS = new Set(
  (
    'and or not in like is known unknown did at least most exactly times time before after within starts ends with events ' +
    'duration customer segment path start end without touchpoint channel peso stage'
  ).split(' '),
)

/** Both conditions, each optional. */
export function both(a: string, b: string): string {
  if (!a || !b) return a || b
  return `(${a}) and (${b})`
}

function channelCondition(channels: readonly string[]): string {
  if (channels.length === 0) return ''
  if (channels.length === 1) return `channel = ${quoted(channels[0] ?? '')}`
  return `channel in (${channels.map(quoted).join(', ')})`
}

const view = parameters(shape)
type Values = typeof view.now

function aboutOf(now: Values): About {
  const grouped = now.versus === 'group' && now.compare !== ''
  return {
    journey: now.journey === 'whole' ? undefined : now.journey,
    from: now.from ? `${now.from}T00:00:00Z` : undefined,
    to: now.to ? `${daysAfter(now.to, 1)}T00:00:00Z` : undefined,
    only: both(channelCondition(now.channel), now.only) || undefined,
    where: now.where || undefined,
    segment: now.segment || undefined,
    compare: grouped ? now.compare : undefined,
    against: grouped && now.against ? now.against : undefined,
  }
}

/** The range of the same length that ends where this one begins. */
export function rangeBefore(from: string, to: string): { from: string; to: string } {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1
  return { from: daysAfter(from, -days), to: daysAfter(from, -1) }
}

const about = $derived(aboutOf(view.now))
const aboutBefore = $derived.by(() => {
  const now = view.now
  if (now.versus !== 'period' || !now.from || !now.to) return null
  return aboutOf({ ...now, ...rangeBefore(now.from, now.to) })
})

export const filter = {
  get now(): Values {
    return view.now
  },
  set: view.set,
  href: view.href,
  /** What the filter says to every question. */
  get about(): About {
    return about
  },
  /** The same about the period before, if the filter compares with it. */
  get aboutBefore(): About | null {
    return aboutBefore
  },
  /** Adds a condition on journeys to those there are. */
  narrow(condition: string) {
    view.set({ where: both(view.now.where, condition) })
  },
  /** The filter's part of the query, such as `?channel=web`, to go along to another screen. */
  get query(): string {
    const given = new URLSearchParams(place.query)
    for (const name of [...given.keys()]) if (!(name in shape)) given.delete(name)
    const text = given.toString()
    return text ? `?${text}` : ''
  },
  /** A place of another screen with this filter changed: for links from a figure to its evidence. */
  on(path: string, changes: Partial<Values> = {}): string {
    return path + writeParameters(shape, changes, this.query)
  },
}
