/** What was measured at touchpoints: in a period, in equal windows of it, and of all time. */
import { api, content, type Schemas } from '../../api/client'
import { loading, type Loading } from '../../api/loading.svelte'
import { session } from '../../app/session.svelte'

export type Measured = Schemas['Measured']
type List = Schemas['TouchpointList']
export type Period = { readonly from: string; readonly to: string }

/** Windows of which the course of a period is made. */
export const WINDOWS = 12
const DISCOVERED_MOST = 500
const TRIES = 12
const TRY_MS = 1_500

export const PERIODS = ['30', '90', '365'] as const
export type Days = (typeof PERIODS)[number]

const DAY_MS = 86_400_000

/** The days before the day after a moment, as moments: whole days in UTC. */
export function periodUntil(last: string, days: number): Period {
  const end = Date.parse(last.slice(0, 10)) + DAY_MS
  return { from: new Date(end - days * DAY_MS).toISOString(), to: new Date(end).toISOString() }
}

/** A period in equal parts, the earliest first. */
export function parts({ from, to }: Period, count: number): readonly Period[] {
  const start = Date.parse(from)
  const step = (Date.parse(to) - start) / count
  const edge = (index: number) => new Date(start + Math.round(step * index)).toISOString()
  return Array.from({ length: count }, (_, index) => ({ from: edge(index), to: edge(index + 1) }))
}

function ask(period: Period | null, limit: number, signal: AbortSignal): Promise<List> {
  const query = { ...(period ?? {}), limit }
  return content(api.GET('/v1/touchpoints', { params: { query }, signal }))
}

function byName(list: List): Map<string, Measured> {
  return new Map([
    ...list.touchpoints.map((one) => [one.id, one.measured] as const),
    ...list.discovered.map((one) => [one.touchpoint, one.measured] as const),
  ])
}

export class Measurements {
  /** Of all time; undefined without the right to see figures. */
  readonly all: Loading<List>
  readonly #period: Loading<List>
  readonly #course: Loading<readonly List[]>
  readonly #allByName = $derived.by(() => (this.all.content ? byName(this.all.content) : null))
  readonly #branches = $derived.by(() => new Map(this.all.content?.touchpoints.map((one) => [one.id, one.branch] as const)))
  readonly #rules = $derived.by(() => new Map(this.all.content?.touchpoints.map((one) => [one.id, one.rules] as const)))
  readonly #periodByName = $derived.by(() => (this.#period.content ? byName(this.#period.content) : null))
  readonly #courseByName = $derived.by(() => this.#course.content?.map(byName) ?? null)
  readonly #days: () => Days

  constructor(days: () => Days) {
    this.#days = days
    const may = session.may('mining')
    this.all = loading(() =>
      may ? { key: 'touchpoints all', get: (signal) => ask(null, DISCOVERED_MOST, signal) } : null,
    )
    this.#period = loading(() => {
      const period = this.period
      return period && { key: `touchpoints ${period.from} ${period.to}`, get: (signal) => ask(period, DISCOVERED_MOST, signal) }
    })
    this.#course = loading(() => {
      const period = this.period
      return (
        period && {
          key: `touchpoints course ${period.from} ${period.to}`,
          get: async (signal) => {
            const lists: List[] = []
            // One after another: the newest answer is worth no crowd at the server.
            for (const part of parts(period, WINDOWS)) lists.push(await ask(part, DISCOVERED_MOST, signal))
            return lists
          },
        }
      )
    })
  }

  /** When the last event happened; periods count back from it. */
  get last(): string | null {
    const moments = [...(this.#allByName?.values() ?? [])].flatMap((one) => (one.last_at ? [one.last_at] : []))
    return moments.reduce<string | null>((latest, one) => (latest === null || one > latest ? one : latest), null)
  }

  get period(): Period | null {
    return this.last === null ? null : periodUntil(this.last, Number(this.#days()))
  }

  get busy(): boolean {
    return this.all.busy || this.#period.busy
  }

  get problem() {
    return this.all.problem ?? this.#period.problem
  }

  /** Asks again until the events are filed by this version of the rules: it takes the server a moment. */
  async after(version: number) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      this.again()
      await new Promise((resolve) => setTimeout(resolve, TRY_MS))
      if ((this.all.content?.mapping_version ?? 0) >= version) return
    }
  }

  again() {
    this.all.again()
    this.#period.again()
    this.#course.again()
  }

  /** Of all time. */
  ever(name: string): Measured | undefined {
    return this.#allByName?.get(name)
  }

  /** Of all time, there and at all its parts. */
  everWithParts(name: string): Measured | undefined {
    return this.#branches.get(name)
  }

  /** In the period; undefined while it is not known. */
  now(name: string): Measured | undefined {
    return this.#periodByName ? (this.#periodByName.get(name) ?? NOTHING) : undefined
  }

  /** Window by window. */
  course(name: string): readonly number[] | null {
    return this.#courseByName?.map((window) => window.get(name)?.occurrences ?? 0) ?? null
  }

  get windows(): readonly Period[] {
    return this.period ? parts(this.period, WINDOWS) : []
  }

  /** Rules in force that lead to a touchpoint. */
  rules(name: string): number | undefined {
    return this.#rules.get(name)
  }
}

const NOTHING: Measured = { occurrences: 0, customers: 0, first_at: null, last_at: null }
