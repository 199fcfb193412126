/** What to repair first, targets, effects and the digest of a week (docs/evaluation.md). */
import { filter, type About } from '../app/filter.svelte'
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

/** The filter without its comparison, which these answers do not know. */
const plainly = ({ compare: _compare, against: _against, ...about }: About) => about

/** Touchpoints with importance and satisfaction, about the journeys that the filter chooses. */
export function evaluationOf(importance: () => Importance): Loading<Evaluation> {
  return loading(() => request<Evaluation>('evaluation', 'evaluation', { ...plainly(filter.about), importance: importance() }))
}

/** Every target with the latest periods of its series. */
export function targetsOf(): Loading<Schemas['Targets']> {
  return loading(() => request<Schemas['Targets']>('targets', 'targets', { periods: 26 }))
}

/** What stands out in the last whole week. */
export function digestOf(): Loading<Digest> {
  return loading(() => request<Digest>('digest', 'digest', { most: 5 }))
}

/** Before and after a solution was put in place; null asks nothing. `revision` grows with what was written of it. */
export function effectOf(asks: () => { readonly solution: string; readonly revision: number } | null): Loading<Effect> {
  return loading(() => {
    const now = asks()
    return now && request<Effect>(`effect #${now.revision}`, `solutions/${encodeURIComponent(now.solution)}/effect`, {})
  })
}
