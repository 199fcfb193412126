/**
 * What a map has to be before the server takes it: the same as `crates/model/src/map/check.rs`, but all of it at once and
 * while people still work on it.
 */
import { END, START, type MapPlan } from '../../../api/maps'
import { edgeKey } from './merge'
import { lost } from './network'

export type Fault =
  | 'title_missing' | 'title_empty' | 'id_wrong' | 'id_twice' | 'id_of_end' | 'steps_many' | 'stage_unknown' | 'lane_unknown'
  | 'persona_unknown' | 'mood_outside' | 'failing_too' | 'edge_from_unknown' | 'edge_to_unknown' | 'edge_whole' | 'edge_twice' | 'join_untold'
  | 'not_duration' | 'not_day' | 'not_rule' | 'parallel_few' | 'parallel_many' | 'parallel_ordered' | 'unreached' | 'endless'

export type Check = {
  readonly fault: Fault
  /** Leads to the place, as in `Conflict`. */
  readonly path: readonly string[]
  /** What is wrong there. */
  readonly value?: string
}

const MOST_STEPS = 300
export const MOST_PARALLEL = 6
const LONGEST_S = 1e11
const UNITS: Readonly<Record<string, number>> = {
  s: 1, second: 1, seconds: 1, m: 60, min: 60, minute: 60, minutes: 60, h: 3_600, hour: 3_600, hours: 3_600,
  d: 86_400, day: 86_400, days: 86_400, w: 604_800, week: 604_800, weeks: 604_800,
}

export function isSlug(name: string): boolean {
  return /^[a-z0-9_][a-z0-9_-]{0,79}$/.test(name)
}

/** Seconds in a duration such as `90s`, `1.5h`, `2 weeks`; null if it is none. */
export function durationSeconds(text: string): number | null {
  const [, amount, unit] = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z]+)$/.exec(text.trim()) ?? []
  const each = UNITS[unit ?? '']
  if (amount === undefined || each === undefined) return null
  const seconds = Number(amount) * each
  return seconds >= 0 && seconds <= LONGEST_S ? seconds : null
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** A journey rule as it is written: `whole`, `gap:30m`, `start:a;end:b`, `case:order_id`. */
export function isJourneyRule(text: string): boolean {
  const written = text.trim()
  if (written === 'whole') return true
  if (written.startsWith('gap:')) return durationSeconds(written.slice(4)) !== null
  if (written.startsWith('case:')) return written.slice(5).trim() !== ''
  return written.split(';').every((part) => {
    const [, names] = /^(?:start|end):(.*)$/.exec(part.trim()) ?? []
    return names !== undefined && names.split(',').some((name) => name.trim() !== '')
  })
}

function ofElements(list: 'stage' | 'lane' | 'step', given: readonly { readonly id: string; readonly title: string }[]): Check[] {
  const known = new Set<string>()
  return given.flatMap(({ id, title }): Check[] => {
    const path = [list, id, 'title']
    const twice = known.has(id)
    known.add(id)
    return [
      ...(isSlug(id) ? [] : [{ fault: 'id_wrong' as const, path, value: id }]),
      ...(twice ? [{ fault: 'id_twice' as const, path, value: id }] : []),
      ...(title.trim() ? [] : [{ fault: 'title_empty' as const, path }]),
    ]
  })
}

function ofSteps(plan: MapPlan): Check[] {
  const stages = new Set((plan.stage ?? []).map((one) => one.id))
  const lanes = new Set((plan.lane ?? []).map((one) => one.id))
  const personas = new Set(['all', ...(plan.personas ?? [])])
  const outside = (mood: number) => !Number.isInteger(mood) || mood < -2 || mood > 2
  return (plan.step ?? []).flatMap((step): Check[] => {
    const at = (...path: string[]) => ['step', step.id, ...path]
    const moods = Object.entries(step.emotion ?? {})
    return [
      ...(step.id === START || step.id === END ? [{ fault: 'id_of_end' as const, path: at('title'), value: step.id }] : []),
      ...(step.stage && !stages.has(step.stage) ? [{ fault: 'stage_unknown' as const, path: at('stage'), value: step.stage }] : []),
      ...Object.keys(step.cells ?? {}).filter((lane) => !lanes.has(lane)).map((lane) => ({ fault: 'lane_unknown' as const, path: at('cells', lane), value: lane })),
      ...moods.filter(([persona]) => !personas.has(persona)).map(([persona]) => ({ fault: 'persona_unknown' as const, path: at('emotion', persona), value: persona })),
      ...moods.filter(([, mood]) => outside(mood)).map(([persona, mood]) => ({ fault: 'mood_outside' as const, path: at('emotion', persona), value: String(mood) })),
      ...(step.expected !== undefined && outside(step.expected) ? [{ fault: 'mood_outside' as const, path: at('expected'), value: String(step.expected) }] : []),
      ...(step.failing ?? []).filter((name) => step.touchpoints?.includes(name)).map((name) => ({ fault: 'failing_too' as const, path: at('failing'), value: name })),
    ]
  })
}

function ofEdges(plan: MapPlan): Check[] {
  const steps = new Set((plan.step ?? []).map((step) => step.id))
  const known = new Set<string>()
  return (plan.edge ?? []).flatMap((edge): Check[] => {
    const key = edgeKey(edge)
    const at = (field: string) => ['edge', key, field]
    const twice = known.has(key)
    known.add(key)
    return [
      ...(edge.from === START || steps.has(edge.from) ? [] : [{ fault: 'edge_from_unknown' as const, path: at('from'), value: edge.from }]),
      ...(edge.to === END || steps.has(edge.to) ? [] : [{ fault: 'edge_to_unknown' as const, path: at('to'), value: edge.to }]),
      ...(edge.from === START && edge.to === END ? [{ fault: 'edge_whole' as const, path: at('to') }] : []),
      ...(twice ? [{ fault: 'edge_twice' as const, path: at('to') }] : []),
      ...(edge.within && durationSeconds(edge.within) === null ? [{ fault: 'not_duration' as const, path: at('within'), value: edge.within }] : []),
      ...((edge.join === 'case' || edge.join === 'product') && !plan[edge.join]?.trim() ? [{ fault: 'join_untold' as const, path: at('join'), value: edge.join }] : []),
    ]
  })
}

function ofParallels(plan: MapPlan): Check[] {
  const groups = new Map<string, string[]>()
  for (const step of plan.step ?? []) if (step.parallel) groups.set(step.parallel, [...(groups.get(step.parallel) ?? []), step.id])
  return [...groups].flatMap(([group, members]): Check[] => {
    const path = ['step', members[0] ?? '', 'parallel']
    const ordered = (plan.edge ?? []).filter((edge) => members.includes(edge.from) && members.includes(edge.to))
    return [
      ...(members.length < 2 ? [{ fault: 'parallel_few' as const, path, value: group }] : []),
      ...(members.length > MOST_PARALLEL ? [{ fault: 'parallel_many' as const, path, value: group }] : []),
      ...ordered.map((edge) => ({ fault: 'parallel_ordered' as const, path: ['edge', edgeKey(edge), 'to'], value: group })),
    ]
  })
}

/** All that stands against the map; empty if the server takes it. */
export function checked(plan: MapPlan): readonly Check[] {
  const { unreached, endless } = lost(plan)
  const [stages, lanes, steps] = [plan.stage ?? [], plan.lane ?? [], plan.step ?? []]
  return [
    ...(plan.title.trim() ? [] : [{ fault: 'title_missing' as const, path: ['title'] }]),
    ...(plan.valid_from && !isDay(plan.valid_from) ? [{ fault: 'not_day' as const, path: ['valid_from'], value: plan.valid_from }] : []),
    ...(plan.over_after && durationSeconds(plan.over_after) === null ? [{ fault: 'not_duration' as const, path: ['over_after'], value: plan.over_after }] : []),
    ...(plan.journey && !isSlug(plan.journey) && !isJourneyRule(plan.journey) ? [{ fault: 'not_rule' as const, path: ['journey'], value: plan.journey }] : []),
    ...(steps.length > MOST_STEPS ? [{ fault: 'steps_many' as const, path: ['step'], value: String(MOST_STEPS) }] : []),
    ...ofElements('stage', stages),
    ...ofElements('lane', lanes),
    ...ofElements('step', steps),
    ...ofSteps(plan),
    ...ofEdges(plan),
    ...ofParallels(plan),
    ...unreached.map((id) => ({ fault: 'unreached' as const, path: ['step', id] })),
    ...endless.map((id) => ({ fault: 'endless' as const, path: ['step', id] })),
  ]
}
