/** The lanes of a map below its steps: those that every map has, and the company's own. */
import type { MapPlan, Step } from '../../../api/maps'
import { withCell, withStep } from '../document/changes'

export const LANES = [
  'touchpoints', 'channel', 'front_stage', 'back_stage', 'expectation', 'emotion', 'pain_points', 'opportunities', 'kpis', 'owner',
] as const
export type LaneName = (typeof LANES)[number]
export type TextLane = 'front_stage' | 'back_stage' | 'expectation' | 'kpis' | 'owner'

/** What stands in a lane: a text of a field or of a lane of one's own, names, moods. */
export type Lane =
  | { readonly id: TextLane; readonly kind: 'text'; readonly own: null }
  | { readonly id: string; readonly kind: 'text'; readonly own: { readonly id: string; readonly title: string } }
  | { readonly id: 'touchpoints' | 'channel' | 'emotion' | 'pain_points' | 'opportunities'; readonly kind: 'other'; readonly own: null }

const TEXTS: readonly string[] = ['front_stage', 'back_stage', 'expectation', 'kpis', 'owner'] satisfies TextLane[]
const OWN = 'lane:'

/** All lanes of a map from top to bottom. */
export function lanesOf(plan: MapPlan): readonly Lane[] {
  return [
    ...LANES.map((id) => (TEXTS.includes(id) ? { id, kind: 'text', own: null } : { id, kind: 'other', own: null }) as Lane),
    ...(plan.lane ?? []).map((own): Lane => ({ id: OWN + own.id, kind: 'text', own })),
  ]
}

/** What stands in a lane of text at a step; of several texts each has its line. */
export function textAt(step: Step, lane: Lane): string {
  const value = lane.own ? step.cells?.[lane.own.id] : step[lane.id as TextLane]
  return typeof value === 'object' ? value.join('\n') : (value ?? '')
}

export function withTextAt(plan: MapPlan, step: string, lane: Lane, text: string): MapPlan {
  if (lane.own) return withCell(plan, step, lane.own.id, text)
  const lines = [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]
  return withStep(plan, step, { [lane.id]: lane.id === 'kpis' ? lines : text })
}

/** The path of a text, as conflicts and refusals name it. */
export function pathAt(step: string, lane: Lane): readonly string[] {
  return lane.own ? ['step', step, 'cells', lane.own.id] : ['step', step, lane.id]
}
