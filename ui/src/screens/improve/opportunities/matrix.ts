/** Opportunities on two axes: where each stands, where the cuts lie, and what those lack that cannot be placed. */
import type { Schemas } from '../../../api/client'
import type { FieldName } from '../objects/fields'
import type { Axis } from '../view'

export type Weighed = Schemas['Opportunity']
export type List = Schemas['OpportunityList']

/** What an opportunity has on an axis; undefined where a field that it needs is missing. */
export function on(axis: Axis, one: Weighed): number | undefined {
  return one[axis] ?? undefined
}

export type Cut = {
  readonly at: number
  /** Of how many it is the mean; undefined for a cut of one's own. */
  readonly n?: number
}

/** Where an axis is cut: at a value of one's own, else at the mean; undefined where there is none. */
export function cutOf(list: List, axis: Axis, own: string): Cut | undefined {
  const written = own.trim() === '' ? Number.NaN : Number(own)
  if (Number.isFinite(written)) return { at: written }
  const found = list.axes.find((one) => one.axis === axis)
  return found && found.mean !== null ? { at: found.mean, n: found.n } : undefined
}

/** The end of an axis: that of its scale, or a little more than the highest value. */
export function endOf(list: List, axis: Axis, cut: Cut | undefined): number {
  const most = list.axes.find((one) => one.axis === axis)?.most
  if (most) return most
  const highest = Math.max(cut?.at ?? 0, ...list.opportunities.map((one) => on(axis, one) ?? 0))
  return highest > 0 ? highest * 1.08 : 1
}

export type Placed = { readonly one: Weighed; readonly letter: string; readonly x: number; readonly y: number }

/** A, B, ... Z, AA, AB, ... */
export function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last
}

/** Those that have both values, with a letter each, the uppermost first. */
export function placed(list: List, x: Axis, y: Axis): readonly Placed[] {
  return list.opportunities
    .flatMap((one) => {
      const [across, up] = [on(x, one), on(y, one)]
      return across === undefined || up === undefined ? [] : [{ one, x: across, y: up }]
    })
    .toSorted((a, b) => b.y - a.y || a.x - b.x || (a.one.id < b.one.id ? -1 : 1))
    .map((each, index) => ({ ...each, letter: letterOf(index) }))
}

/** What a figure needs and an opportunity lacks. */
export type Lack =
  | { readonly what: 'field'; readonly field: FieldName }
  /** A pain point of it has no severity. */
  | { readonly what: 'severity'; readonly pain: string; readonly title: string }
  /** It would ease no pain point that is there. */
  | { readonly what: 'pains' }
  /** Nothing can be divided by no effort. */
  | { readonly what: 'effort' }

const given = (one: Weighed, field: FieldName) => typeof one[field as keyof Weighed] === 'number'

/** What an opportunity lacks to have a place on an axis. `weight` is that of worth to customers, 0 to 1. */
export function lacks(one: Weighed, axis: Axis, weight: number): readonly Lack[] {
  const fields = (...names: FieldName[]): Lack[] => names.filter((name) => !given(one, name)).map((field) => ({ what: 'field', field }))
  const value = () => fields(...(weight > 0 ? ['customer_value' as const] : []), ...(weight < 1 ? ['business_value' as const] : []))
  switch (axis) {
    case 'value':
      return value()
    case 'value_per_effort':
      return [...value(), ...(one.effort === 0 ? [{ what: 'effort' } as const] : fields('effort'))]
    case 'ulwick':
    case 'weighted_gap':
      return fields('importance', 'satisfaction')
    case 'severity':
      if (one.severity !== null) return []
      return one.eases.length ? one.eases.map(({ id, title }) => ({ what: 'severity', pain: id, title })) : [{ what: 'pains' }]
    case 'customer_value':
    case 'business_value':
    case 'effort':
    case 'importance':
    case 'satisfaction':
      return fields(axis)
  }
}

/** The same for two axes, each lack once. */
export function lacksFor(one: Weighed, axes: readonly Axis[], weight: number): readonly Lack[] {
  const all = axes.flatMap((axis) => lacks(one, axis, weight))
  const key = (lack: Lack) => JSON.stringify(lack)
  return all.filter((lack, index) => all.findIndex((other) => key(other) === key(lack)) === index)
}

/** The corners of a pair of axes that have a name. */
export type Corner = 'quick' | 'big' | 'fill' | 'leave' | 'here' | 'keep' | 'later' | 'enough'
export type Corners = { readonly topLeft: Corner; readonly topRight: Corner; readonly bottomLeft: Corner; readonly bottomRight: Corner }

const WORTH: readonly Axis[] = ['value', 'customer_value', 'business_value']

/** Names of the corners where people in the field have some: worth and effort, importance and satisfaction. */
export function corners(x: Axis, y: Axis): Corners | null {
  if (x === 'effort' && WORTH.includes(y)) return { topLeft: 'quick', topRight: 'big', bottomLeft: 'fill', bottomRight: 'leave' }
  if (y === 'effort' && WORTH.includes(x)) return { topLeft: 'leave', topRight: 'big', bottomLeft: 'fill', bottomRight: 'quick' }
  if (x === 'satisfaction' && y === 'importance') return { topLeft: 'here', topRight: 'keep', bottomLeft: 'later', bottomRight: 'enough' }
  if (x === 'importance' && y === 'satisfaction') return { topLeft: 'enough', topRight: 'keep', bottomLeft: 'later', bottomRight: 'here' }
  return null
}

/** The corner in which something stands; what lies on a cut counts as above it. */
export function cornerOf(at: { readonly x: number; readonly y: number }, x: Cut, y: Cut): keyof Corners {
  if (at.y >= y.at) return at.x >= x.at ? 'topRight' : 'topLeft'
  return at.x >= x.at ? 'bottomRight' : 'bottomLeft'
}
