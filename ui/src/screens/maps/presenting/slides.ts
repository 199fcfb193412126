/** A map as slides: its title, an overview, and each stage with as many steps as can be read from afar. */
import type { Columns, StageBand, StepColumn } from '../document/columns'

export type Slide = { readonly kind: 'title' } | { readonly kind: 'stage'; readonly band: StageBand; readonly steps: readonly StepColumn[]; readonly part: number; readonly parts: number }

const STEPS_MOST = 4

/** Steps in parts of about the same size, none larger than can be read. */
export function slidesOf(columns: Columns): readonly Slide[] {
  return [
    { kind: 'title' },
    ...columns.bands.flatMap((band): Slide[] => {
      const parts = Math.max(1, Math.ceil(band.steps.length / STEPS_MOST))
      const size = Math.ceil(band.steps.length / parts)
      return Array.from({ length: parts }, (_, part) => ({ kind: 'stage', band, steps: band.steps.slice(part * size, (part + 1) * size), part, parts }))
    }),
  ]
}
