/** A target as it is filled in, and the document that is made of it (docs/plans.md). */
import type { Schemas } from '../../../api/client'

export type TargetPlan = Schemas['Target']
export type Measure = TargetPlan['measure']

export const MEASURES = ['mood', 'as_planned', 'completed'] as const satisfies readonly Measure[]
export const EVERY = ['week', 'month'] as const

/** All as text, as somebody types it; shares in per cent. */
export type Form = {
  title: string
  measure: Measure
  touchpoint: string
  map: string
  step: string
  atLeast: string
  clearAt: string
  every: (typeof EVERY)[number]
  leastN: string
  owner: string
}

export type Field = 'title' | 'touchpoint' | 'map' | 'atLeast' | 'clearAt' | 'leastN'
export type Fault = 'missing' | 'number' | 'range' | 'below'

const LEAST_N = 30
const PER_CENT = 100

const isShare = (measure: Measure) => measure !== 'mood'

/** The ends of what may be typed. */
export const scaleOf = (measure: Measure): readonly [number, number] => (isShare(measure) ? [0, PER_CENT] : [-2, 2])

/** A number with a point or a comma, whichever language; a minus may be a real one. Undefined if it is none. */
export function numberOf(text: string): number | undefined {
  const plain = text.trim().replace('%', '').trim().replace('−', '-').replace(',', '.')
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined
}

const shown = (value: number, measure: Measure, comma: boolean) => {
  const text = String(isShare(measure) ? Number((value * PER_CENT).toFixed(6)) : value)
  return comma ? text.replace('.', ',') : text
}

export function formOf(plan: TargetPlan | undefined, comma: boolean): Form {
  const measure = plan?.measure ?? 'mood'
  return {
    title: plan?.title ?? '',
    measure,
    touchpoint: plan?.touchpoint ?? '',
    map: plan?.map ?? '',
    step: plan?.step ?? '',
    atLeast: plan ? shown(plan.at_least, measure, comma) : '',
    clearAt: plan?.clear_at === undefined ? '' : shown(plan.clear_at, measure, comma),
    every: plan?.every ?? 'week',
    leastN: String(plan?.least_n ?? LEAST_N),
    owner: plan?.owner ?? '',
  }
}

/** The document, or what is wrong field by field. */
export function planOf(form: Form): { readonly plan: TargetPlan } | { readonly faults: Partial<Record<Field, Fault>> } {
  const faults: Partial<Record<Field, Fault>> = {}
  const { measure } = form
  const [low, high] = scaleOf(measure)
  const bound = (field: 'atLeast' | 'clearAt'): number | undefined => {
    const value = numberOf(form[field])
    if (value === undefined) faults[field] = form[field].trim() ? 'number' : 'missing'
    else if (value < low || value > high) faults[field] = 'range'
    return value === undefined ? undefined : isShare(measure) ? Number((value / PER_CENT).toFixed(8)) : value
  }
  if (!form.title.trim()) faults.title = 'missing'
  if (measure === 'mood' && !form.touchpoint) faults.touchpoint = 'missing'
  if (isShare(measure) && !form.map) faults.map = 'missing'
  const atLeast = bound('atLeast')
  const clearAt = form.clearAt.trim() ? bound('clearAt') : undefined
  if (atLeast !== undefined && clearAt !== undefined && clearAt < atLeast && !faults.clearAt) faults.clearAt = 'below'
  const leastN = form.leastN.trim() ? numberOf(form.leastN) : LEAST_N
  if (leastN === undefined || !Number.isInteger(leastN) || leastN < 0) faults.leastN = 'number'
  if (atLeast === undefined || Object.keys(faults).length) return { faults }
  return {
    plan: {
      title: form.title.trim(),
      measure,
      at_least: atLeast,
      ...(measure === 'mood' ? { touchpoint: form.touchpoint } : { map: form.map }),
      ...(measure === 'as_planned' && form.step ? { step: form.step } : {}),
      ...(clearAt === undefined ? {} : { clear_at: clearAt }),
      ...(form.every === 'week' ? {} : { every: form.every }),
      ...(leastN === undefined || leastN === LEAST_N ? {} : { least_n: leastN }),
      ...(form.owner.trim() ? { owner: form.owner.trim() } : {}),
    },
  }
}

/** A free name: that of the title, or with a number. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const base = wanted || 'target'
  if (!taken.includes(base)) return base
  for (let number = 2; ; number += 1) {
    if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`
  }
}
