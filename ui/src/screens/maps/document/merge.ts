/**
 * What two people made of the same version of a map. Everything that only one of them changed is in the result; where both
 * changed the same thing to something else, mine is kept and theirs is told beside it.
 *
 * Stages, steps and lanes are told apart by their id, edges by their ends; lists of names are sets with an order.
 */
import { END, START, type Edge, type MapPlan, type Step } from '../../../api/maps'
import { compact, isObject, same } from './plain'
import { mergedOrder } from './order'

/** The lists of a map whose elements have a key of their own. */
export const LISTS = ['stage', 'step', 'lane', 'edge'] as const
export type ListName = (typeof LISTS)[number]

/**
 * The same thing, changed by both. `path` leads to it: `['title']`, `['step', 'pay', 'title']`, `['step', 'pay', 'emotion',
 * 'all']`, `['step', 'pay']` for one that somebody removed, `['personas', 'family']`, `['place', 'step', 'pay']` for its place.
 */
export type Conflict = {
  readonly path: readonly string[]
  /** Undefined where it is not there. */
  readonly mine: unknown
  readonly theirs: unknown
}

export type Merged = { readonly plan: MapPlan; readonly conflicts: readonly Conflict[] }

type Keyed = Readonly<Record<string, unknown>>
type Draft = { -readonly [K in keyof MapPlan]: MapPlan[K] }

/** What tells an edge from the map's others. */
export function edgeKey({ from, to }: Pick<Edge, 'from' | 'to'>): string {
  return `${from} > ${to}`
}

export function keyOf(list: ListName, element: unknown): string {
  return list === 'edge' ? edgeKey(element as Edge) : String((element as { id: unknown }).id)
}

export function elements(plan: MapPlan, list: ListName): readonly Keyed[] {
  return (plan[list] ?? []) as unknown as readonly Keyed[]
}

function byKey(plan: MapPlan, list: ListName): Map<string, Keyed> {
  return new Map(elements(plan, list).map((one) => [keyOf(list, one), one]))
}

/** What in a map refers to one of its elements: edges at a step, steps of a stage, cells of a lane, moods of a persona. */
function references(plan: MapPlan, list: ListName | 'personas', id: string): ReadonlySet<string> {
  const steps = plan.step ?? []
  switch (list) {
    case 'step':
      return new Set((plan.edge ?? []).filter((edge) => edge.from === id || edge.to === id).map((edge) => JSON.stringify(edge)))
    case 'stage':
      return new Set(steps.filter((step) => step.stage === id).map((step) => step.id))
    case 'lane':
      return new Set(steps.flatMap((step) => (step.cells?.[id] === undefined ? [] : [`${step.id} ${step.cells[id]}`])))
    case 'personas':
      return new Set(steps.flatMap((step) => (step.emotion?.[id] === undefined ? [] : [`${step.id} ${step.emotion[id]}`])))
    case 'edge':
      return new Set()
  }
}

/** True if the element itself was changed, or something new refers to it. */
function touched(base: MapPlan, now: MapPlan, list: ListName | 'personas', id: string): boolean {
  if (list !== 'personas' && !same(byKey(base, list).get(id), byKey(now, list).get(id))) return true
  const before = references(base, list, id)
  return [...references(now, list, id)].some((one) => !before.has(one))
}

function ids(plan: MapPlan, list: ListName | 'personas'): readonly string[] {
  return list === 'personas' ? (plan.personas ?? []) : elements(plan, list).map((one) => keyOf(list, one))
}

/** The map as if it had never removed the element that `base` has: with what referred to it there. */
export function revived(base: MapPlan, now: MapPlan, list: ListName | 'personas', id: string): MapPlan {
  const next: Draft = { ...now }
  // It stands again behind the one that it stood behind.
  const [order, there] = [ids(base, list), ids(now, list)]
  const at = there.indexOf(order.slice(0, order.indexOf(id)).findLast((one) => there.includes(one)) ?? '') + 1
  if (list === 'personas') next.personas = there.toSpliced(at, 0, id)
  else Object.assign(next, { [list]: elements(now, list).toSpliced(at, 0, byKey(base, list).get(id) ?? {}) })
  if (list === 'step') {
    const there = new Set([START, END, ...ids(next, 'step')])
    const known = new Set((now.edge ?? []).map(edgeKey))
    const edges = (base.edge ?? []).filter((edge) => (edge.from === id || edge.to === id) && !known.has(edgeKey(edge)))
    next.edge = [...(now.edge ?? []), ...edges.filter((edge) => there.has(edge.from) && there.has(edge.to))]
  }
  if (list === 'stage') {
    const there = new Set((base.step ?? []).filter((step) => step.stage === id).map((step) => step.id))
    next.step = now.step?.map((step) => (step.stage === undefined && there.has(step.id) ? { ...step, stage: id } : step))
  }
  const field = list === 'lane' ? 'cells' : list === 'personas' ? 'emotion' : null
  if (field) {
    const steps = new Map((base.step ?? []).map((step) => [step.id, step]))
    next.step = (now.step ?? []).map((step) => {
      const value = steps.get(step.id)?.[field]?.[id]
      return value === undefined || step[field]?.[id] !== undefined ? step : { ...step, [field]: { ...step[field], [id]: value } }
    })
  }
  return next
}

function withoutKey<V>(record: Readonly<Record<string, V>> | undefined, key: string): Readonly<Record<string, V>> | undefined {
  if (!record || !(key in record)) return record
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== key))
}

/** The map without an element, and without what referred to it. */
export function withoutElement(plan: MapPlan, list: ListName | 'personas', id: string): MapPlan {
  const next: Draft = { ...plan }
  if (list === 'personas') next.personas = plan.personas?.filter((one) => one !== id)
  else Object.assign(next, { [list]: elements(plan, list).filter((one) => keyOf(list, one) !== id) })
  const eachStep = (change: (step: Step) => Step) => (next.step = next.step?.map(change))
  if (list === 'step') next.edge = plan.edge?.filter((edge) => edge.from !== id && edge.to !== id)
  if (list === 'stage') eachStep((step) => (step.stage === id ? { ...step, stage: undefined } : step))
  if (list === 'lane') eachStep((step) => ({ ...step, cells: withoutKey(step.cells, id) }))
  if (list === 'personas') eachStep((step) => ({ ...step, emotion: withoutKey(step.emotion, id) }))
  return next
}

/** The map without a stage, its steps where `base` has them: what was put into a stage that is gone was not moved. */
function withoutStage(base: MapPlan, now: MapPlan, id: string): MapPlan {
  const stages = new Map((base.step ?? []).map((step) => [step.id, step.stage]))
  return {
    ...now,
    stage: now.stage?.filter((stage) => stage.id !== id),
    step: now.step?.map((step) => (step.stage === id ? { ...step, stage: stages.get(step.id) } : step)),
  }
}

/** Values that are no objects of their own: of a field, a list of names, or an entry of a record. */
function mergedValue(path: readonly string[], base: unknown, mine: unknown, theirs: unknown, conflicts: Conflict[]): unknown {
  if (same(mine, theirs) || same(base, theirs)) return mine
  if (same(base, mine)) return theirs
  const lists = [base, mine, theirs].map((value) => value ?? [])
  if (lists.every(Array.isArray)) {
    const [before, a, b] = lists as [string[], string[], string[]]
    return mergedOrder(before, a, b).order
  }
  const records = [base, mine, theirs].map((value) => value ?? {})
  if (records.every(isObject)) {
    const [before, a, b] = records as [Keyed, Keyed, Keyed]
    return mergedObject(path, before, a, b, conflicts)
  }
  conflicts.push({ path, mine, theirs })
  return mine
}

function mergedObject(path: readonly string[], base: Keyed, mine: Keyed, theirs: Keyed, conflicts: Conflict[]): Keyed {
  const keys = new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])
  const merged = [...keys].map((key) => [key, mergedValue([...path, key], base[key], mine[key], theirs[key], conflicts)] as const)
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined))
}

function mergedList(list: ListName, base: MapPlan, mine: MapPlan, theirs: MapPlan, conflicts: Conflict[]): readonly Keyed[] {
  const [before, a, b] = [byKey(base, list), byKey(mine, list), byKey(theirs, list)]
  const elsewhere = (now: Map<string, Keyed>) => new Set([...now].filter(([id, one]) => one.stage !== before.get(id)?.stage).map(([id]) => id))
  const moved = { mine: elsewhere(a), theirs: elsewhere(b) }
  const { order, disputed } = mergedOrder([...before.keys()], [...a.keys()], [...b.keys()], moved)
  // The order of edges says nothing.
  if (list !== 'edge') {
    for (const id of disputed) conflicts.push({ path: ['place', list, id], mine: placeOf(mine, list, id), theirs: placeOf(theirs, list, id) })
  }
  return order.map((id) => {
    const [one, other] = [a.get(id), b.get(id)]
    if (!one || !other) return one ?? other ?? {}
    return mergedObject([list, id], before.get(id) ?? {}, one, other, conflicts)
  })
}

/** The element that one stands behind, empty for the first. */
function placeOf(plan: MapPlan, list: ListName, id: string): string {
  const order = ids(plan, list)
  return order[order.indexOf(id) - 1] ?? ''
}

/** A touchpoint where a step succeeds cannot be one where it fails: mine is kept. */
function withoutBoth(plan: MapPlan, mine: MapPlan, conflicts: Conflict[]): MapPlan {
  const ofMine = new Map((mine.step ?? []).map((step) => [step.id, step]))
  const step = plan.step?.map((one) => {
    let next = one
    for (const name of one.failing?.filter((name) => one.touchpoints?.includes(name)) ?? []) {
      const [here, there] = [ofMine.get(one.id)?.touchpoints?.includes(name), ofMine.get(one.id)?.failing?.includes(name)]
      // Whoever has it in both lists has to choose; so does whoever has it in neither.
      if (here === there) continue
      const dropped = here ? 'failing' : 'touchpoints'
      conflicts.push({ path: ['step', one.id, dropped, name], mine: undefined, theirs: name })
      next = { ...next, [dropped]: next[dropped]?.filter((other) => other !== name) }
    }
    return next
  })
  return step ? { ...plan, step } : plan
}

/** True if the steps stand in the order of their stages: the list then says the same as the columns. */
function byStage(plan: MapPlan): boolean {
  const places = new Map((plan.stage ?? []).map((stage, at) => [stage.id, at]))
  const order = (plan.step ?? []).map((step) => places.get(step.stage ?? '') ?? places.size)
  return order.every((place, at) => at === 0 || (order[at - 1] ?? 0) <= place)
}

/** The map with its steps in the order of their stages. */
export function sortedByStage(plan: MapPlan): MapPlan {
  if (byStage(plan)) return plan
  const places = new Map((plan.stage ?? []).map((stage, at) => [stage.id, at]))
  const place = (step: Step) => places.get(step.stage ?? '') ?? places.size
  return { ...plan, step: plan.step?.toSorted((a, b) => place(a) - place(b)) }
}

const REMOVABLE = ['stage', 'step', 'lane', 'personas', 'edge'] as const

export function merged(base: MapPlan, mine: MapPlan, theirs: MapPlan): Merged {
  const [before, ofMine] = [compact(base), compact(mine)]
  let ofTheirs = compact(theirs)
  if (same(before, ofTheirs) || same(ofMine, ofTheirs)) return { plan: ofMine, conflicts: [] }
  if (same(before, ofMine)) return { plan: ofTheirs, conflicts: [] }

  const conflicts: Conflict[] = []
  // What one removed and the other worked on: theirs is brought to what mine says, so that only fields are left to be merged.
  for (const list of REMOVABLE) {
    const [inMine, inTheirs] = [new Set(ids(ofMine, list)), new Set(ids(ofTheirs, list))]
    for (const id of ids(before, list)) {
      const value = (plan: MapPlan) => (list === 'personas' ? id : byKey(plan, list).get(id))
      if (inMine.has(id) && !inTheirs.has(id) && touched(before, ofMine, list, id)) {
        conflicts.push({ path: [list, id], mine: value(ofMine), theirs: undefined })
        ofTheirs = revived(before, ofTheirs, list, id)
      } else if (!inMine.has(id) && inTheirs.has(id) && touched(before, ofTheirs, list, id)) {
        conflicts.push({ path: [list, id], mine: undefined, theirs: value(ofTheirs) })
        ofTheirs = list === 'stage' ? withoutStage(before, ofTheirs, id) : withoutElement(ofTheirs, list, id)
      }
    }
  }

  const fields = (plan: MapPlan): Keyed => Object.fromEntries(Object.entries(plan).filter(([key]) => !LISTS.some((list) => list === key)))
  const plan = {
    ...mergedObject([], fields(before), fields(ofMine), fields(ofTheirs), conflicts),
    ...Object.fromEntries(LISTS.map((list) => [list, mergedList(list, before, ofMine, ofTheirs, conflicts)])),
  } as unknown as MapPlan
  const sorted = [before, ofMine, ofTheirs].every(byStage) ? sortedByStage(plan) : plan
  return { plan: compact(dangling(withoutBoth(sorted, ofMine, conflicts))), conflicts }
}

/** The map without references to what is not in it: both removed parts that hung together. */
function dangling(plan: MapPlan): MapPlan {
  const [stages, lanes, steps] = [new Set(ids(plan, 'stage')), new Set(ids(plan, 'lane')), new Set(ids(plan, 'step'))]
  const personas = new Set(['all', ...(plan.personas ?? [])])
  const only = <V>(record: Readonly<Record<string, V>> | undefined, known: ReadonlySet<string>) =>
    record && Object.fromEntries(Object.entries(record).filter(([key]) => known.has(key)))
  return {
    ...plan,
    step: plan.step?.map((step) => ({
      ...step,
      stage: step.stage !== undefined && stages.has(step.stage) ? step.stage : undefined,
      cells: only(step.cells, lanes),
      emotion: only(step.emotion, personas),
    })),
    edge: plan.edge?.filter(({ from, to }) => (from === START || steps.has(from)) && (to === END || steps.has(to))),
  }
}
