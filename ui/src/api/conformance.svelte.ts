/** Lived journeys held against a map: `/v1/maps/*`, asked with the filter that all views share (docs/conformance.md). */
import { both, filter, type About } from '../app/filter.svelte'
import { call, type Schemas } from './client'
import { Loading, type Request } from './loading.svelte'

export type Held = Schemas['ConformanceFigures']
export type HeldStep = Schemas['StepOutcome']
export type Deviation = Schemas['Deviation']
export type Unplanned = Schemas['Unplanned']
export type HeldBy = Schemas['ConformanceBy']
export type HeldGroup = Schemas['ConformanceGroup']

/** What groups are made by. */
export const GROUPINGS = ['week', 'month', 'channel', 'persona'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What is asked besides the filter. */
type More = Readonly<Record<string, string | number | undefined>>

function queryOf(about: About, more: More): string {
  const given = Object.entries({ ...about, ...more }).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]]))
  given.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return new URLSearchParams(given as [string, string][]).toString()
}

const addressOf = (path: string, about: About, more: More = {}) => {
  const query = queryOf(about, more)
  return `/v1/maps/${path}${query && '?'}${query}`
}

function request<T>(address: string): Request<T> {
  return { key: address, get: async (signal) => (await (await call(address, { signal })).json()) as T }
}

/** The filter without its comparison. */
const plainly = (about: About): About => ({ ...about, compare: undefined, against: undefined })

type Answer = Schemas['Conformance'] | Schemas['ConformanceComparison']

/** A map against what is lived, and against what was lived in the period before where the filter compares with it. */
export class Conformance extends Loading<Answer> {
  readonly before: Loading<Schemas['Conformance']>
  readonly #map: () => string | null

  constructor(map: () => string | null) {
    const one = (about: About | null) => {
      const name = map()
      return name && about ? request(addressOf(`${encodeURIComponent(name)}/conformance`, about)) : null
    }
    super(() => one(filter.about) as Request<Answer> | null)
    this.before = new Loading(() => one(filter.aboutBefore) as Request<Schemas['Conformance']> | null)
    this.#map = map
  }

  get plain(): Schemas['Conformance'] | undefined {
    return this.content && 'steps' in this.content ? this.content : undefined
  }

  get compared(): Schemas['ConformanceComparison'] | undefined {
    return this.content && 'a' in this.content ? this.content : undefined
  }

  /** Where one of the answer's tables is found as a file; null while two groups are compared, which have none. */
  file(table: 'steps' | 'deviations' | 'unplanned'): string | null {
    const name = this.#map()
    return name && !filter.about.compare ? addressOf(`${encodeURIComponent(name)}/conformance`, filter.about, { format: 'csv', table }) : null
  }
}

/** Asks while a component shows it. Null asks nothing. */
export const conformanceOf = (map: () => string | null) => new Conformance(map)

/** The same group by group, about all chosen journeys. */
export class ConformanceBy extends Loading<HeldBy> {
  readonly #asks: () => { readonly map: string; readonly by: Grouping } | null

  constructor(asks: () => { readonly map: string; readonly by: Grouping } | null) {
    super(() => {
      const now = asks()
      return now && request<HeldBy>(addressOf(`${encodeURIComponent(now.map)}/conformance/by`, plainly(filter.about), { by: now.by }))
    })
    this.#asks = asks
  }

  get file(): string | null {
    const now = this.#asks()
    return now && addressOf(`${encodeURIComponent(now.map)}/conformance/by`, plainly(filter.about), { by: now.by, format: 'csv' })
  }
}

/** A first map of the journeys that the filter chooses, and `where` besides. */
export function draftOf(asks: () => { readonly steps: number; readonly language: 'de' | 'en'; readonly where: string } | null): Loading<Schemas['MapDraft']> {
  return new Loading(() => {
    const now = asks()
    if (!now) return null
    const { where, ...more } = now
    const about = { ...plainly(filter.about), where: both(filter.about.where ?? '', where) }
    return request<Schemas['MapDraft']>(addressOf('draft', about, more))
  })
}
