/** The network of a map: which edges hold, and where one comes to along them. */
import { END, START, type Edge, type MapPlan } from '../../../api/maps'

/** The edges as they hold: those of the order of the steps where none is written, and the ends that follow from there being no other. */
export function edgesInForce(plan: MapPlan): readonly Edge[] {
  const steps = (plan.step ?? []).map((step) => step.id)
  const written = plan.edge ?? []
  if (written.length === 0) {
    if (steps.length === 0) return [{ from: START, to: END }]
    return [START, ...steps].map((from, at) => ({ from, to: steps[at] ?? END }))
  }
  const [entered, left] = [new Set<string>(), new Set<string>()]
  for (const { from, to } of written) {
    // A step that leads only to itself still has to end somewhere.
    if (from === to) continue
    entered.add(to)
    left.add(from)
  }
  return [
    ...written,
    ...steps.flatMap((id) => [
      ...(entered.has(id) ? [] : [{ from: START, to: id }]),
      ...(left.has(id) ? [] : [{ from: id, to: END }]),
    ]),
  ]
}

/** True if the map says itself what may follow what. */
export function isNetwork(plan: MapPlan): boolean {
  return (plan.edge ?? []).length > 0
}

/** The map with the edges written down that follow from the order of its steps, so that one of them can be changed. */
export function withEdges(plan: MapPlan): MapPlan {
  if (isNetwork(plan)) return plan
  return { ...plan, edge: edgesInForce(plan).filter(({ from, to }) => from !== START && to !== END) }
}

/** Steps that cannot be come to from the start, and those from which no end is reached. */
export function lost(plan: MapPlan): { readonly unreached: readonly string[]; readonly endless: readonly string[] } {
  const edges = edgesInForce(plan)
  const groups = new Map((plan.step ?? []).map((step) => [step.id, step.parallel ? `\u0000${step.parallel}` : step.id]))
  // Whoever comes to one step of a group comes to all of them.
  const node = (id: string) => groups.get(id) ?? id
  const closure = (from: string, next: (edge: Edge) => readonly [string, string]) => {
    const ways = new Map<string, string[]>()
    for (const edge of edges) {
      const [a, b] = next(edge)
      ways.set(node(a), [...(ways.get(node(a)) ?? []), node(b)])
    }
    const reached = new Set([from])
    for (const at of reached) for (const to of ways.get(at) ?? []) reached.add(to)
    return reached
  }
  const reached = closure(START, ({ from, to }) => [from, to])
  const ending = closure(END, ({ from, to }) => [to, from])
  const steps = plan.step ?? []
  return {
    unreached: steps.filter((step) => !reached.has(node(step.id))).map((step) => step.id),
    endless: steps.filter((step) => reached.has(node(step.id)) && !ending.has(node(step.id))).map((step) => step.id),
  }
}
