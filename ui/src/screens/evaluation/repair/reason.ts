/** Why a touchpoint stands where it stands in the ranking, in words. */
import type { Evaluated, Evaluation } from '../../../api/evaluation.svelte'
import { number, percent } from '../../../words/format'
import { w } from '../words'

/** Those with a rank, in its order. */
export function ranked(touchpoints: readonly Evaluated[]): readonly Evaluated[] {
  return touchpoints.filter((one) => one.rank !== null).toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
}

/** True where the interval of a gap reaches into that of the next one: their order may be chance. */
export function unsure(one: Evaluated, next: Evaluated | undefined): boolean {
  const [low] = one.gap_interval ?? []
  const [, high] = next?.gap_interval ?? []
  return low !== undefined && high !== undefined && low <= high
}

export function reasonOf(one: Evaluated, cut: Evaluation['cut']): string {
  const written = (value: number | null) => (value === null ? '–' : number(value, 1))
  const [importance, satisfaction] = [written(one.importance), written(one.satisfaction)]
  const said = one.quadrant
    ? w().reason[one.quadrant](importance, satisfaction, written(cut.importance), written(cut.satisfaction))
    : w().reason.none(importance, satisfaction)
  return one.negative_share === null ? said : `${said} ${w().negativeOf(percent(one.negative_share, 0))}`
}
