/** The same change of many touchpoints at once, and the way back. */
import { changed, patched, same, type Body, type FieldName, type Patch, type Value } from '../fields'

/** Fields that can be given to many at once. */
export const BULK_FIELDS = [
  'moment', 'peso', 'channel', 'control', 'owner', 'deputy', 'parent', 'evidence', 'review_on', 'importance_to_customer',
  'importance_to_business',
] as const satisfies readonly FieldName[]

export type BulkField = (typeof BULK_FIELDS)[number]

/** What became of one write. */
export type Outcome =
  /** Written. `before` and `after` are the values of what it changed, `joined` what somebody else changed meanwhile. */
  | { readonly kind: 'done'; readonly before: Patch; readonly after: Patch; readonly joined: readonly FieldName[]; readonly by: string }
  /** It said so already. */
  | { readonly kind: 'same' }
  /** Somebody else gave the field another value meanwhile; nothing is written until one is chosen. */
  | { readonly kind: 'clash'; readonly field: FieldName; readonly patch: Patch; readonly theirs: Value; readonly by: string; readonly at: string }
  /** The server has something against it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Somebody has removed it. */
  | { readonly kind: 'gone' }

export type Outcomes = ReadonlyMap<string, Outcome>

export type Sums = Readonly<Record<Outcome['kind'], number>>

export function sums(outcomes: Outcomes): Sums {
  const counts = { done: 0, same: 0, clash: 0, refused: 0, gone: 0 }
  for (const { kind } of outcomes.values()) counts[kind] += 1
  return counts
}

/** Those that somebody has to look at. */
export function open(outcomes: Outcomes): readonly (readonly [string, Outcome])[] {
  return [...outcomes].filter(([, { kind }]) => kind === 'clash' || kind === 'refused' || kind === 'gone')
}

/** The values that a change replaces and those it leaves, field by field. */
export function difference(before: Body, after: Body): { readonly before: Patch; readonly after: Patch } {
  const fields = changed(before, after)
  const of = (body: Body): Patch => Object.fromEntries(fields.map((field) => [field, body[field]]))
  return { before: of(before), after: of(after) }
}

/**
 * What takes a change back: the old value of each field that still has the new one. `kept` are those that somebody has
 * changed since; they stay.
 */
export function takingBack(now: Body, done: { readonly before: Patch; readonly after: Patch }): { readonly patch: Patch; readonly kept: readonly FieldName[] } {
  const fields = Object.keys(done.after) as FieldName[]
  const kept = fields.filter((field) => !same(now[field], done.after[field]))
  const patch: Patch = Object.fromEntries(fields.filter((field) => !kept.includes(field)).map((field) => [field, done.before[field]]))
  return { patch, kept }
}

/** How many of some touchpoints a change would change. */
export function wouldChange(bodies: readonly Body[], patch: Patch): number {
  return bodies.filter((body) => changed(body, patched(body, patch)).length > 0).length
}

/** Runs a job for each, a few at a time; the answers in the order of the names. */
export async function each<T>(names: readonly string[], most: number, job: (name: string) => Promise<T>): Promise<Map<string, T>> {
  const found = new Map<string, T>()
  const waiting = [...names]
  async function work() {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) found.set(name, await job(name))
  }
  await Promise.all(Array.from({ length: Math.min(most, names.length) }, work))
  return new Map(names.flatMap((name) => (found.has(name) ? [[name, found.get(name) as T]] : [])))
}
