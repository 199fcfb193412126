/** Questions about lived journeys: from the state of a view to `/v1/mining/*` and back. */
import { filter, plainly, type About } from '../app/filter.svelte'
import { api, call, content, type Schemas } from './client'
import { Loading, type Request } from './loading.svelte'
import type { paths } from './schema'

export type QuestionName = Schemas['Question']['question']
type Get<Q extends QuestionName> = paths[`/v1/mining/${Q}`]['get']
type Said<Q extends QuestionName> = Get<Q>['responses'][200]['content']['application/json']

/** The answer about one group of journeys. */
export type Plain<Q extends QuestionName> = Exclude<Said<Q>, { a: unknown }>
/** The answer about two groups beside each other. */
export type Compared<Q extends QuestionName> = Extract<Said<Q>, { a: unknown }>

type Shared = 'journey' | 'from' | 'to' | 'only' | 'where' | 'segment' | 'compare' | 'against' | 'format' | 'table'
/** What only this question takes. */
export type Settings<Q extends QuestionName> = Omit<NonNullable<Get<Q>['parameters']['query']>, Shared>

export type Question<Q extends QuestionName> = {
  readonly question: Q
  readonly settings?: Settings<Q>
  /** About which journeys; the shared filter if not given. */
  readonly about?: About
}

/** The query of a question, in a fixed order, so that the same question is the same text. */
export function queryOf<Q extends QuestionName>({ settings, about = filter.about }: Question<Q>): string {
  return queryText({ ...about, ...settings })
}

function queryText(all: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== null && value !== '')
  given.sort(([a], [b]) => (a < b ? -1 : 1))
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}

async function answer<T>(address: string, signal: AbortSignal): Promise<T> {
  return (await (await call(address, { signal })).json()) as T
}

/** True if the answer holds two groups: the filter compares. */
export function isComparison(said: object | undefined): boolean {
  return said !== undefined && 'differences' in said
}

export class Asked<Q extends QuestionName> extends Loading<Said<Q>> {
  /** The same question about the period before, where the filter compares with it. */
  readonly before: Loading<Said<Q>>
  #question: () => Question<Q> | null

  constructor(question: () => Question<Q> | null) {
    const address = (one: Question<Q>) => `/v1/mining/${one.question}?${queryOf(one)}`
    const request = (one: Question<Q> | null): Request<Said<Q>> | null =>
      one && { key: address(one), get: (signal) => answer(address(one), signal) }
    super(() => request(question()))
    this.#question = question
    this.before = new Loading(() => {
      const one = question()
      const about = filter.aboutBefore
      return one && !one.about && about ? request({ ...one, about }) : null
    })
  }

  /** The answer about one group; undefined while there is none, or where two are compared. */
  get plain(): Plain<Q> | undefined {
    return isComparison(this.content) ? undefined : (this.content as Plain<Q> | undefined)
  }

  /** The answer about two groups, where the filter compares them. */
  get compared(): Compared<Q> | undefined {
    return isComparison(this.content) ? (this.content as Compared<Q>) : undefined
  }

  /** Where one of the answer's tables is found as a file. */
  file(format: 'csv' | 'parquet', table?: string): string | null {
    const one = this.#question()
    if (!one) return null
    const query = queryOf(one)
    return `/v1/mining/${one.question}?${query}${query ? '&' : ''}format=${format}${table ? `&table=${table}` : ''}`
  }
}

/**
 * Asks a question while a component shows it, and again whenever filter, settings or the events change:
 *
 *     const asked = asking(() => ({ question: 'graph' }))
 *     asked.plain?.nodes
 */
export function asking<Q extends QuestionName>(question: () => Question<Q> | null): Asked<Q> {
  return new Asked(question)
}

/** The formats of event logs. */
export type LogFormat = paths['/v1/journeys/file']['get']['parameters']['query']['format']

/** Where the journeys that the filter chooses are found as an event log. */
export function logOf(format: LogFormat): string {
  return `/v1/journeys/file?${queryText({ ...plainly(filter.about), format })}`
}

type Together = readonly { readonly question: QuestionName; readonly settings?: Record<string, string> }[]
type Answers<Qs extends Together> = { [K in keyof Qs]: Plain<Qs[K]['question']> }

/** Asks several questions about the same journeys in one scan; the answers come in the order of the questions. */
export function askingTogether<const Qs extends Together>(
  questions: () => { readonly about: About; readonly questions: Qs } | null,
): Loading<Answers<Qs>> {
  return new Loading(() => {
    const body = questions()
    return (
      body && {
        key: `ask ${JSON.stringify(body)}`,
        get: async (signal) => {
          const asked = { about: body.about, questions: body.questions.map((one) => ({ settings: {}, ...one })) }
          return (await content(api.POST('/v1/mining/ask', { body: asked, signal }))) as unknown as Answers<Qs>
        },
      }
    )
  })
}
