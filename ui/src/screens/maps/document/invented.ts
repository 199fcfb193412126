/** Maps and changes by chance, for tests: the same seed gives the same. */
import type { MapPlan } from '../../../api/maps'
import * as change from './changes'
import { columnsOf, type Gap } from './columns'

export type Chance = { readonly below: (n: number) => number; readonly of: <T>(list: readonly T[]) => T | undefined }

/** mulberry32. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  return { below, of: (list) => list[below(list.length)] }
}

const WORDS = ['Cart', 'Talk', 'Ride', 'Offer', 'Order', 'Help', 'Visit', 'Set-up', 'Poster', 'Till', 'Mail', 'Repair']

function gap(plan: MapPlan, { of }: Chance): Gap {
  const band = of(columnsOf(plan).bands)
  if (!band) return { stage: '', before: null }
  return { stage: band.stage?.id ?? '', before: of([null, ...band.steps.map((column) => column.step.id)]) ?? null }
}

/** One change, as people make them. `who` keeps apart what two people write. */
export function changed(plan: MapPlan, chance: Chance, who: string): MapPlan {
  const { below, of } = chance
  const step = of(plan.step ?? [])?.id ?? ''
  const stage = of(plan.stage ?? [])?.id ?? ''
  const lane = of(plan.lane ?? [])?.id ?? ''
  const word = `${of(WORDS)} ${who}${below(1000)}`
  const mood = below(5) - 2
  const name = `${who}-${below(9)}`
  switch (below(24)) {
    case 0: return change.addStage(plan, word, of([null, ...(plan.stage ?? []).map((one) => one.id)]) ?? null).plan
    case 1: return change.moveStage(plan, stage, below(5) - 2)
    case 2: return (plan.stage ?? []).length > 2 ? change.removeStage(plan, stage) : plan
    case 3: case 4: return change.addStep(plan, word, gap(plan, chance)).plan
    case 5: case 6: return change.moveStep(plan, step, gap(plan, chance))
    case 7: return (plan.step ?? []).length > 2 ? change.removeStep(plan, step) : plan
    case 8: return change.withStep(plan, step, { title: word })
    case 9: return change.withStep(plan, step, { expectation: word, optional: below(2) === 0 })
    case 10: return change.withStep(plan, step, ({ touchpoints = [], failing = [] }) => (failing.includes(name) ? {} : { touchpoints: [...new Set([...touchpoints, name])] }))
    case 11: return change.withStep(plan, step, ({ touchpoints = [] }) => ({ touchpoints: touchpoints.slice(1) }))
    case 12: return change.withStep(plan, step, ({ touchpoints = [], failing = [] }) => (touchpoints.includes(name) ? {} : { failing: [...new Set([...failing, name])] }))
    case 13: return change.withMood(plan, step, of(['all', ...(plan.personas ?? [])]) ?? 'all', mood)
    case 14: return change.withStep(plan, step, { expected: below(3) ? mood : undefined })
    case 15: return change.addLane(plan, word).plan
    case 16: return lane ? change.withCell(plan, step, lane, word) : plan
    case 17: return lane && below(3) === 0 ? change.removeLane(plan, lane) : plan
    case 18: return change.putEdge(plan, { from: step, to: of(plan.step ?? [])?.id ?? step, within: below(2) ? `${1 + below(9)}d` : '' }, null)
    case 19: { const edge = of(plan.edge ?? []); return edge ? change.removeEdge(plan, `${edge.from} > ${edge.to}`) : plan }
    case 20: return change.withPersonas(plan, [...new Set([...(plan.personas ?? []), name])])
    case 21: return below(3) === 0 ? change.withPersonas(plan, (plan.personas ?? []).slice(1)) : plan
    case 22: return change.withFields(plan, { description: word })
    case 23: return change.duplicateStep(plan, step, (title) => `${title} ${who}`).plan
    default: return plan
  }
}

/** Edges with the same ends count once: the app offers none that is there already. */
function single(plan: MapPlan): MapPlan {
  const known = new Map((plan.edge ?? []).map((edge) => [`${edge.from} > ${edge.to}`, edge]))
  return plan.edge ? { ...plan, edge: [...known.values()] } : plan
}

export function changedOften(plan: MapPlan, chance: Chance, who: string, times: number): MapPlan {
  let now = plan
  for (let turn = 0; turn < times; turn += 1) now = single(changed(now, chance, who))
  return now
}

/** A map of a few stages and steps, with or without edges of its own. */
export function invented(chance: Chance): MapPlan {
  const start: MapPlan = { title: 'Buying', stage: ['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase() })), personas: ['family'] }
  const stepped = Array.from({ length: 4 + chance.below(5) }).reduce<MapPlan>((plan) => change.addStep(plan, `${chance.of(WORDS)}`, gap(plan, chance)).plan, start)
  return changedOften(stepped, chance, 'b', chance.below(12))
}
