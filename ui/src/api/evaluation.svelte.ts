/** What to repair first, targets, effects and the digest of a week (docs/evaluation.md). */
import { filter, plainly } from '../app/filter.svelte'
import { call, type Schemas } from './client'
import { loading, type Loading, type Request } from './loading.svelte'

export type Evaluation = Schemas['Evaluation']
export type Evaluated = Schemas['Evaluated']
export type TargetView = Schemas['TargetView']
export type TargetPeriod = Schemas['TargetPeriod']
export type Digest = Schemas['Digest']
export type Effect = Schemas['Effect']
export type Compared = Schemas['Compared']

type Query = Readonly<Record<string, string | number | undefined>>

/** `kept` is what the answer is kept under, besides its address. */
function request<T>(kept: string, path: string, query: Query): Request<T> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]]))
  const address = `/v1/${path}?${new URLSearchParams(given as [string, string][])}`
  return { key: `${kept} ${address}`, get: async (signal) => (await (await call(address, { signal })).json()) as T }
}

/** Which importance is meant. */
export const IMPORTANCES = ['stated', 'business', 'derived'] as const satisfies readonly Evaluation['importance'][]
export type Importance = (typeof IMPORTANCES)[number]

/** Whose moods count. */
export const ORIGINS = ['reported', 'inferred', 'assumed', 'any'] as const
export type Origin = (typeof ORIGINS)[number]

export type EvaluationSettings = {
  readonly importance: Importance
  readonly origin: Origin
  /** With fewer customers derived importance is undefined. */
  readonly least: number
  /** Touchpoints with fewer customers have no rank. */
  readonly few: number
}

/** Touchpoints with importance and satisfaction, about the journeys that the filter chooses. */
export function evaluationOf(settings: () => EvaluationSettings): Loading<Evaluation> {
  return loading(() => request<Evaluation>('evaluation', 'evaluation', { ...plainly(filter.about), ...settings() }))
}

/** How customers felt at touchpoints and how important that makes them, about all journeys. */
export function feltOf(): Loading<Evaluation> {
  return loading(() => request<Evaluation>('evaluation', 'evaluation', { importance: 'derived' }))
}

/** Every target with the latest periods of its series. */
export function targetsOf(): Loading<Schemas['Targets']> {
  return loading(() => request<Schemas['Targets']>('targets', 'targets', { periods: 26 }))
}

/** What stands out in the last whole week. */
export function digestOf(): Loading<Digest> {
  return loading(() => request<Digest>('digest', 'digest', { most: 5 }))
}

type EffectAsked = {
  readonly solution: string
  /** Grows with what was written of it. */
  readonly revision: number
  /** How long is looked at before and after, in days. */
  readonly days: number
  /** Fewer customers or verdicts on a side leave a difference undefined. */
  readonly least: number
}

/** Before and after a solution was put in place; null asks nothing. */
export function effectOf(asks: () => EffectAsked | null): Loading<Effect> {
  return loading(() => {
    const now = asks()
    if (!now) return null
    const { solution, revision, days, least } = now
    return request<Effect>(`effect #${revision}`, `solutions/${encodeURIComponent(solution)}/effect`, { window: `${days}d`, least })
  })
}
