/** What can be said of a step, each with a sign and a colour of its own: the signs of docs/conformance.md. */
import type { Deviation, HeldStep } from '../../../api/conformance.svelte'

export const VERDICTS = ['as_planned', 'missing', 'failing', 'late', 'out_of_order', 'undetermined', 'not_reached'] as const
export type Verdict = (typeof VERDICTS)[number]

/** Those that a share of the journeys is said of that came to the step or past it. */
export const JUDGED = ['as_planned', 'missing', 'failing', 'late', 'out_of_order'] as const satisfies readonly Verdict[]

/** What goes otherwise than planned, as `Deviation` has it. */
export const KINDS = ['missing', 'failing', 'late', 'out_of_order', 'unplanned'] as const satisfies readonly Deviation['kind'][]

export const SIGNS: Readonly<Record<Verdict | 'unplanned', string>> = {
  as_planned: '=',
  missing: '−',
  failing: '!',
  late: '~',
  out_of_order: '^',
  undetermined: '?',
  not_reached: '·',
  unplanned: '+',
}

/** Below so many journeys a figure is grey: too few to tell anything of. */
export const TOO_FEW = 10

/** Journeys that came to the step or past it. */
export const judged = (step: HeldStep) => JUDGED.reduce((sum, verdict) => sum + step[verdict], 0)

/** True where nothing can be said of a step: no touchpoint of it was ever seen. */
export function unmeasured(step: HeldStep, touchpoints: readonly string[]): boolean {
  return !step.measured || (touchpoints.length > 0 && touchpoints.every((one) => step.unseen.includes(one)))
}
