/** Documents as plain values: when two are the same, and how they are written without what is empty. */
import type { MapPlan } from '../../../api/maps'

type Plain = Readonly<Record<string, unknown>>

/** Always written, also when empty: whoever leaves a title empty is told so. */
const NEEDED = new Set(['id', 'title', 'from', 'to'])

export function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True if both say the same; what is not given and `undefined` are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, at) => same(value, b[at]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => same(a[key], b[key]))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without)
  if (!isObject(value)) return value
  const given = Object.entries(value).map(([key, one]) => [key, without(one)] as const)
  return Object.fromEntries(given.filter(([key, one]) => (NEEDED.has(key) ? one !== undefined : !isEmpty(one))))
}

/** The document without what is empty or at its default. A mood of 0 is not empty: it is neither good nor bad. */
export function compact(plan: MapPlan): MapPlan {
  const { state, mode, ...rest } = plan
  return without({
    ...rest,
    state: state === 'as_is' ? undefined : state,
    mode: mode === 'eventually' ? undefined : mode,
  }) as MapPlan
}
