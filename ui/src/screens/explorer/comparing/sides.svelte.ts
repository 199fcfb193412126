/** Whose figures a view draws: those of all chosen journeys, of two groups, or of two periods. */
import type { Asked, Compared, QuestionName } from '../../../api/ask.svelte'
import type { Schemas } from '../../../api/client'
import { filter } from '../../../app/filter.svelte'
import { words } from '../../../words'
import { w } from './words'

/** The figures of one group: what an answer holds beside its recipe. */
export type FiguresOf<Q extends QuestionName> = Compared<Q>['a']

export type Side<F> = {
  readonly id: 'only' | 'a' | 'b'
  /** What the group is; empty where there is only one. */
  readonly name: string
  readonly figures: F
}

/** One side, or a and b. While the period before is on its way there is one. */
export function sidesOf<Q extends QuestionName>(asked: Asked<Q>): readonly Side<FiguresOf<Q>>[] {
  const both = asked.compared as { a: FiguresOf<Q>; b: FiguresOf<Q> } | undefined
  if (both) {
    return [
      { id: 'a', name: filter.now.compare, figures: both.a },
      { id: 'b', name: filter.now.against || words().filter.others, figures: both.b },
    ]
  }
  const now = asked.plain as unknown as FiguresOf<Q> | undefined
  if (!now) return []
  const before = filter.aboutBefore ? (asked.before.content as unknown as FiguresOf<Q> | undefined) : undefined
  if (!before) return [{ id: 'only', name: '', figures: now }]
  return [
    { id: 'a', name: w().before, figures: before },
    { id: 'b', name: w().now, figures: now },
  ]
}

export function differencesOf<Q extends QuestionName>(asked: Asked<Q>): Schemas['Differences'] | undefined {
  return (asked.compared as { differences: Schemas['Differences'] } | undefined)?.differences
}

/** What a picture says about itself; the groups' coverages stand with the groups. */
export function answerOf<Q extends QuestionName>(asked: Asked<Q>) {
  return (asked.plain ?? asked.compared) as
    | { coverage?: Schemas['Coverage']; recipe?: Schemas['Recipe']; timing?: Schemas['Timing']; events_in_other?: number }
    | undefined
}
