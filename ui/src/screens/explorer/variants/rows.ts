/** The variants of one group or of two as rows of one list. */
import type { Schemas } from '../../../api/client'
import type { Side } from '../comparing/sides.svelte'

type Variant = Schemas['Variant']
export type Row = {
  readonly key: string
  readonly rank: number
  readonly touchpoints: readonly string[]
  /** By side; undefined where it is not among the most frequent ones of that group. */
  readonly of: Readonly<Record<string, Variant | undefined>>
  readonly figure?: Schemas['FigureDifference']
}

/** In the order of the more frequent of both places; a variant of both groups is one row. */
export function rowsOf(sides: readonly Side<Schemas['VariantsFigures']>[], differences?: Schemas['Differences']): Row[] {
  const figures = new Map(differences?.figures.map((one) => [one.subject, one]))
  const byKey = new Map<string, { touchpoints: readonly string[]; place: number; of: Record<string, Variant> }>()
  for (const side of sides) {
    for (const [place, variant] of side.figures.top.entries()) {
      const key = JSON.stringify(variant.touchpoints)
      const known = byKey.get(key) ?? { touchpoints: variant.touchpoints, place, of: {} }
      known.place = Math.min(known.place, place)
      known.of[side.id] = variant
      byKey.set(key, known)
    }
  }
  return [...byKey]
    .sort(([, a], [, b]) => a.place - b.place)
    .map(([key, { touchpoints, of }], index) => ({ key, rank: index + 1, touchpoints, of, figure: figures.get(touchpoints.join(' > ')) }))
}
