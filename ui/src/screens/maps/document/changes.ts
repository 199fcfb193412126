/** What people do to a map: each takes a map and gives back the changed one. */
import { END, START, type Edge, type Lane, type MapPlan, type Stage, type Step } from '../../../api/maps'
import { fileName } from '../../../parts/exporting'
import { isSlug } from './checks'
import type { Gap } from './columns'
import { edgeKey, sortedByStage, withoutElement } from './merge'
import { edgesInForce, isNetwork, lost, withEdges } from './network'

const LONGEST_ID = 60

/** An id out of a title that none of the others has: `test-ride`, `test-ride-2`. */
export function freshId(title: string, taken: Iterable<string>): string {
  const others = new Set([...taken, START, END])
  const plain = fileName(title).slice(0, LONGEST_ID).replace(/-$/, '')
  const base = isSlug(plain) ? plain : 'x'
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!others.has(id)) return id
  }
}

const idsOf = (list: readonly { readonly id: string }[] | undefined) => (list ?? []).map((one) => one.id)

export function withFields(plan: MapPlan, fields: Partial<MapPlan>): MapPlan {
  return { ...plan, ...fields }
}

export function withStep(plan: MapPlan, id: string, change: Partial<Step> | ((step: Step) => Partial<Step>)): MapPlan {
  return {
    ...plan,
    step: plan.step?.map((step) => (step.id === id ? { ...step, ...(typeof change === 'function' ? change(step) : change) } : step)),
  }
}

export function withStage(plan: MapPlan, id: string, change: Partial<Stage>): MapPlan {
  return { ...plan, stage: plan.stage?.map((stage) => (stage.id === id ? { ...stage, ...change } : stage)) }
}

export function withLane(plan: MapPlan, id: string, change: Partial<Lane>): MapPlan {
  return { ...plan, lane: plan.lane?.map((lane) => (lane.id === id ? { ...lane, ...change } : lane)) }
}

/** A mood of a persona at a step, or none. */
export function withMood(plan: MapPlan, id: string, persona: string, mood: number | undefined): MapPlan {
  return withStep(plan, id, ({ emotion = {} }) => {
    const others = Object.entries(emotion).filter(([name]) => name !== persona)
    return { emotion: Object.fromEntries(mood === undefined ? others : [...others, [persona, mood]]) }
  })
}

export function withCell(plan: MapPlan, id: string, lane: string, text: string): MapPlan {
  return withStep(plan, id, ({ cells = {} }) => {
    const others = Object.entries(cells).filter(([name]) => name !== lane)
    return { cells: Object.fromEntries(text ? [...others, [lane, text]] : others) }
  })
}

/** Personas of the map; moods of one that is taken away go with it. */
export function withPersonas(plan: MapPlan, personas: readonly string[]): MapPlan {
  const gone = (plan.personas ?? []).filter((one) => !personas.includes(one))
  const rest = gone.reduce((now, persona) => withoutElement(now, 'personas', persona), plan)
  return { ...rest, personas }
}

// Stages

export function addStage(plan: MapPlan, title: string, before: string | null = null, moment?: Stage['moment']): { plan: MapPlan; id: string } {
  const id = freshId(title, idsOf(plan.stage))
  const stages = plan.stage ?? []
  const at = before === null ? stages.length : stages.findIndex((stage) => stage.id === before)
  return { plan: { ...plan, stage: stages.toSpliced(at < 0 ? stages.length : at, 0, { id, title, moment }) }, id }
}

/** Moves a stage with its steps; by a negative number of places to the left. */
export function moveStage(plan: MapPlan, id: string, by: number): MapPlan {
  return sortedByStage({ ...plan, stage: moved(plan.stage ?? [], id, by) })
}

/** Takes a stage away; its steps go to the one before it, those of the first to the next. */
export function removeStage(plan: MapPlan, id: string): MapPlan {
  const stages = idsOf(plan.stage)
  const at = stages.indexOf(id)
  const heir = stages[at - 1] ?? stages[at + 1]
  const step = plan.step?.map((one) => (one.stage === id ? { ...one, stage: heir } : one))
  return { ...plan, step, stage: plan.stage?.filter((stage) => stage.id !== id) }
}

/** A stage once more behind itself, with its steps and the edges between them. */
export function duplicateStage(plan: MapPlan, id: string, copyOf: (title: string) => string): { plan: MapPlan; id: string } {
  const stage = plan.stage?.find((one) => one.id === id)
  if (!stage) return { plan, id }
  const next = plan.stage?.[(plan.stage ?? []).indexOf(stage) + 1]?.id ?? null
  const made = addStage(plan, copyOf(stage.title), next, stage.moment)
  const names = new Map<string, string>()
  const taken = new Set(idsOf(plan.step))
  const copies = (plan.step ?? []).flatMap((step) => {
    if (step.stage !== id) return []
    const copy = freshId(step.id, taken)
    taken.add(copy)
    names.set(step.id, copy)
    return [{ ...step, id: copy, stage: made.id }]
  })
  const edges = (plan.edge ?? []).flatMap((edge) => {
    const [from, to] = [names.get(edge.from), names.get(edge.to)]
    return from && to ? [{ ...edge, from, to }] : []
  })
  const whole = { ...made.plan, step: [...(plan.step ?? []), ...copies], edge: plan.edge && [...plan.edge, ...edges] }
  return { plan: sortedByStage(whole), id: made.id }
}

// Steps

function placed(steps: readonly Step[], step: Step, { stage, before }: Gap): readonly Step[] {
  const at = before === null ? -1 : steps.findIndex((one) => one.id === before)
  if (at >= 0) return steps.toSpliced(at, 0, step)
  // Behind the last one of the stage; the order of the stages says the rest.
  const last = steps.findLastIndex((one) => (one.stage ?? '') === stage)
  return steps.toSpliced(last < 0 ? steps.length : last + 1, 0, step)
}

/** The steps before and after one, as they stand. */
function beside(plan: MapPlan, id: string): { before: string | undefined; after: string | undefined } {
  const order = idsOf(plan.step)
  const at = order.indexOf(id)
  return { before: order[at - 1], after: order[at + 1] }
}

function inserted(plan: MapPlan, step: Step, gap: Gap): MapPlan {
  return sortedByStage({ ...plan, step: placed(plan.step ?? [], { ...step, stage: gap.stage || undefined }, gap) })
}

/**
 * A new step. In a network it is tied to the step before it and to the one after it; what led past it still does.
 */
export function addStep(plan: MapPlan, title: string, gap: Gap): { plan: MapPlan; id: string } {
  const id = freshId(title, idsOf(plan.step))
  const next = inserted(plan, { id, title }, gap)
  if (!isNetwork(plan)) return { plan: next, id }
  const { before, after } = beside(next, id)
  const edge: readonly Edge[] = [
    ...(plan.edge ?? []),
    ...(before ? [{ from: before, to: id }] : []),
    ...(after ? [{ from: id, to: after }] : []),
  ]
  return { plan: { ...next, edge }, id }
}

export function moveStep(plan: MapPlan, id: string, gap: Gap): MapPlan {
  const step = plan.step?.find((one) => one.id === id)
  if (!step || gap.before === id) return plan
  return inserted({ ...plan, step: plan.step?.filter((one) => one !== step) }, step, gap)
}

/** A step once more behind itself; edges lead to it and from it as to and from the first. */
export function duplicateStep(plan: MapPlan, id: string, copyOf: (title: string) => string): { plan: MapPlan; id: string } {
  const step = plan.step?.find((one) => one.id === id)
  if (!step) return { plan, id }
  const title = copyOf(step.title)
  const copy = freshId(title, idsOf(plan.step))
  const order = (plan.step ?? []).filter((one) => one.stage === step.stage)
  const before = order[order.indexOf(step) + 1]?.id ?? null
  const next = inserted(plan, { ...step, id: copy, title }, { stage: step.stage ?? '', before })
  const end = (name: string) => (name === id ? copy : name)
  const edges = (plan.edge ?? []).filter((edge) => edge.from === id || edge.to === id)
  return { plan: { ...next, edge: plan.edge && [...plan.edge, ...edges.map((edge) => ({ ...edge, from: end(edge.from), to: end(edge.to) }))] }, id: copy }
}

/** Takes a step away. What led only to it or came only from it is tied together, so that nothing is cut off. */
export function removeStep(plan: MapPlan, id: string): MapPlan {
  const next = withoutElement(plan, 'step', id)
  if (!isNetwork(plan)) return next
  const touching = (plan.edge ?? []).filter((edge) => edge.from !== edge.to)
  const before = touching.filter((edge) => edge.to === id).map((edge) => edge.from)
  const after = touching.filter((edge) => edge.from === id).map((edge) => edge.to)
  const kept = next.edge ?? []
  const leads = (from: string) => from === START || kept.some((edge) => edge.from === from && edge.to !== from)
  const entered = (to: string) => to === END || kept.some((edge) => edge.to === to && edge.from !== to)
  const known = new Set(kept.map(edgeKey))
  const bridges = before.flatMap((from) =>
    after
      .filter((to) => from !== to && (!leads(from) || !entered(to)) && !(from === START && to === END) && !known.has(edgeKey({ from, to })))
      .map((to) => ({ from, to })),
  )
  return { ...next, edge: [...kept, ...bridges] }
}

// Edges

/**
 * Puts an edge down, in place of the one with that key if there is one. A step that is now come to from elsewhere no longer
 * begins a journey by itself: where a loop would so cut off the map from its start or its end, that is written down too.
 */
export function putEdge(plan: MapPlan, edge: Edge, key: string | null = null): MapPlan {
  const written = withEdges(plan)
  const edges = written.edge ?? []
  const at = key === null ? -1 : edges.findIndex((one) => edgeKey(one) === key)
  const next = { ...written, edge: at < 0 ? [...edges, edge] : edges.toSpliced(at, 1, edge) }
  const before = lost(plan)
  const entered = lost(next).unreached.length > before.unreached.length ? withEnd(next, { from: START, to: edge.to }) : next
  return lost(entered).endless.length > before.endless.length ? withEnd(entered, { from: edge.from, to: END }) : entered
}

function withEnd(plan: MapPlan, end: Edge): MapPlan {
  return end.from === START && end.to === END ? plan : { ...plan, edge: [...(plan.edge ?? []), end] }
}

export function removeEdge(plan: MapPlan, key: string): MapPlan {
  const written = withEdges(plan)
  return { ...written, edge: written.edge?.filter((edge) => edgeKey(edge) !== key) }
}

/** True if the edge holds only because no other does: there is nothing of it that could be removed. */
export function follows(plan: MapPlan, edge: Edge): boolean {
  return !plan.edge?.some((one) => edgeKey(one) === edgeKey(edge)) && edgesInForce(plan).some((one) => edgeKey(one) === edgeKey(edge))
}

// Lanes

export function addLane(plan: MapPlan, title: string): { plan: MapPlan; id: string } {
  const id = freshId(title, idsOf(plan.lane))
  return { plan: { ...plan, lane: [...(plan.lane ?? []), { id, title }] }, id }
}

export function moveLane(plan: MapPlan, id: string, by: number): MapPlan {
  return { ...plan, lane: moved(plan.lane ?? [], id, by) }
}

export function removeLane(plan: MapPlan, id: string): MapPlan {
  return withoutElement(plan, 'lane', id)
}

function moved<T extends { readonly id: string }>(list: readonly T[], id: string, by: number): readonly T[] {
  const from = list.findIndex((one) => one.id === id)
  const element = list[from]
  if (!element) return list
  const to = Math.max(0, Math.min(list.length - 1, from + by))
  return list.toSpliced(from, 1).toSpliced(to, 0, element)
}
