/** What differs between two versions of a map, one thing each; `words.ts` says them. */
import type { MapPlan } from '../../../api/maps'
import { elements, keyOf, type ListName } from './merge'
import { unmoved } from './order'
import { compact, isObject, same } from './plain'

export type Thing = 'map' | ListName

export type Difference = {
  readonly kind: 'added' | 'removed' | 'moved' | 'changed'
  readonly what: Thing
  /** Key in its list; empty for the map itself. */
  readonly id: string
  /** What people call it; of an edge the titles of its ends. */
  readonly title: string
  /** Of what is changed. */
  readonly field?: string
  /** Which entry of a field with several: a persona, a lane. */
  readonly entry?: string
  readonly from?: unknown
  readonly to?: unknown
}

type Keyed = Readonly<Record<string, unknown>>
const ORDER: readonly ListName[] = ['stage', 'step', 'edge', 'lane']

function titleIn(plan: MapPlan, list: ListName, id: string): string {
  const element = elements(plan, list).find((one) => keyOf(list, one) === id)
  if (!element) return id
  if (list !== 'edge') return String(element.title)
  const steps = new Map((plan.step ?? []).map((step) => [step.id, step.title]))
  const end = (name: unknown) => steps.get(String(name)) ?? String(name)
  return `${end(element.from)} → ${end(element.to)}`
}

function fieldDifferences(what: Thing, id: string, title: string, before: Keyed, after: Keyed): Difference[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...fields].flatMap((field): Difference[] => {
    const [from, to] = [before[field], after[field]]
    if (same(from, to)) return []
    const entries = [from ?? {}, to ?? {}]
    if (!entries.every(isObject)) return [{ kind: 'changed', what, id, title, field, from, to }]
    const [a, b] = entries as [Keyed, Keyed]
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((entry) => !same(a[entry], b[entry]))
      .map((entry) => ({ kind: 'changed', what, id, title, field, entry, from: a[entry], to: b[entry] }))
  })
}

function listDifferences(before: MapPlan, after: MapPlan, list: ListName): Difference[] {
  const [was, is] = [elements(before, list), elements(after, list)]
  const [a, b] = [new Map(was.map((one) => [keyOf(list, one), one])), new Map(is.map((one) => [keyOf(list, one), one]))]
  const found: Difference[] = []
  for (const id of a.keys()) {
    if (!b.has(id)) found.push({ kind: 'removed', what: list, id, title: titleIn(before, list, id) })
  }
  const elsewhere = new Set([...b].filter(([id, now]) => a.has(id) && a.get(id)?.stage !== now.stage).map(([id]) => id))
  const stayed = unmoved([...a.keys()], [...b.keys()], elsewhere)
  for (const [id, now] of b) {
    const title = titleIn(after, list, id)
    const then = a.get(id)
    if (!then) {
      found.push({ kind: 'added', what: list, id, title })
      continue
    }
    // A step in another stage is one that was moved.
    if (elsewhere.has(id)) found.push({ kind: 'moved', what: list, id, title, field: 'stage', from: then.stage, to: now.stage })
    else if (list !== 'edge' && !stayed.has(id)) found.push({ kind: 'moved', what: list, id, title })
    found.push(...fieldDifferences(list, id, title, then, now).filter((one) => !(elsewhere.has(id) && one.field === 'stage')))
  }
  return found
}

export function differences(before: MapPlan, after: MapPlan): readonly Difference[] {
  const [a, b] = [compact(before), compact(after)]
  const fields = ({ stage: _stage, step: _step, edge: _edge, lane: _lane, ...rest }: MapPlan): Keyed => rest
  return [...fieldDifferences('map', '', b.title, fields(a), fields(b)), ...ORDER.flatMap((list) => listDifferences(a, b, list))]
}
