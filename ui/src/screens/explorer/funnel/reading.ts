/** The rows of a funnel: each step with what became of those who reached it. */
import type { Schemas } from '../../../api/client'

export type Row = {
  readonly index: number
  readonly step: Schemas['FunnelStep']
  /** Those who go on to the next step that has to be; all of them at the last one. */
  readonly onwards: number
  readonly last: boolean
}

export function rowsOf({ steps }: Pick<Schemas['FunnelFigures'], 'steps'>): Row[] {
  const lastNeeded = steps.reduce((last, step, index) => (step.optional ? last : index), -1)
  return steps.map((step, index) => ({
    index,
    step,
    onwards: step.reached - step.in_progress - step.dropped,
    last: index === lastNeeded,
  }))
}

/** In any order a row says `any 2 of 3`. */
export function countOf(touchpoint: string): [number, number] | null {
  const found = /^any (\d+) of (\d+)$/.exec(touchpoint)
  return found ? [Number(found[1]), Number(found[2])] : null
}
