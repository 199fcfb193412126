/**
 * Where each stage and step stands: the columns of a map. Grid, edges, curve, pictures and whatever is laid over the map are
 * drawn on the same ones; only adding, removing and moving stages and steps changes them.
 */
import type { MapPlan, Stage, Step } from '../../../api/maps'

/** Widths in pixels. */
export type Sizes = {
  readonly step: number
  /** Of a stage without steps. */
  readonly empty: number
}

/** On the screen; German words need the room. */
export const SIZES: Sizes = { step: 172, empty: 116 }

export type StepColumn = {
  readonly step: Step
  /** Place among all columns, from 0. */
  readonly at: number
  readonly x: number
  readonly width: number
  /** In the middle of the column. */
  readonly middle: number
}

export type StageBand = {
  /** Null for steps that are in no stage: they stand behind the others. */
  readonly stage: Stage | null
  /** Its first column, as places on the grid count them: from 0. */
  readonly at: number
  /** Columns of the grid; one where the stage has no step. */
  readonly span: number
  readonly x: number
  readonly width: number
  readonly steps: readonly StepColumn[]
}

export type Columns = {
  readonly bands: readonly StageBand[]
  /** All steps in the order in which they stand. */
  readonly steps: readonly StepColumn[]
  /** The widths of the grid's columns. */
  readonly widths: readonly number[]
  readonly width: number
  readonly of: (id: string) => StepColumn | undefined
}

/** A place between columns: before a step of a stage, or at the stage's end. */
export type Gap = { readonly stage: string; readonly before: string | null }

export function columnsOf(plan: MapPlan, sizes: Sizes = SIZES): Columns {
  const stages = plan.stage ?? []
  const known = new Set(stages.map((stage) => stage.id))
  const inStage = new Map<string, Step[]>()
  for (const step of plan.step ?? []) {
    const stage = step.stage && known.has(step.stage) ? step.stage : ''
    inStage.set(stage, [...(inStage.get(stage) ?? []), step])
  }
  const groups: { stage: Stage | null; steps: readonly Step[] }[] = stages.map((stage) => ({ stage, steps: inStage.get(stage.id) ?? [] }))
  const others = inStage.get('')
  if (others) groups.push({ stage: null, steps: others })

  const bands: StageBand[] = []
  const all: StepColumn[] = []
  const widths: number[] = []
  let x = 0
  for (const { stage, steps } of groups) {
    const at = widths.length
    const columns = steps.map((step, place): StepColumn => {
      const left = x + place * sizes.step
      return { step, at: at + place, x: left, width: sizes.step, middle: left + sizes.step / 2 }
    })
    const width = steps.length * sizes.step || sizes.empty
    bands.push({ stage, at, span: Math.max(1, steps.length), x, width, steps: columns })
    all.push(...columns)
    widths.push(...(steps.length ? steps.map(() => sizes.step) : [sizes.empty]))
    x += width
  }
  const byId = new Map(all.map((column) => [column.step.id, column]))
  return { bands, steps: all, widths, width: x, of: (id) => byId.get(id) }
}

/** The gap that is nearest to a place, in pixels from the left of the first column. */
export function gapAt({ bands }: Columns, x: number): Gap | null {
  const band = bands.find((one) => x < one.x + one.width) ?? bands.at(-1)
  if (!band) return null
  const next = band.steps.find((column) => x < column.middle)
  return { stage: band.stage?.id ?? '', before: next?.step.id ?? null }
}

/** Where a gap is, in pixels from the left of the first column. */
export function xOf({ bands }: Columns, { stage, before }: Gap): number {
  const band = bands.find((one) => (one.stage?.id ?? '') === stage)
  if (!band) return 0
  const next = band.steps.find((column) => column.step.id === before)
  if (next) return next.x
  return band.steps.length ? band.x + band.width : band.x + band.width / 2
}

/** The gap one place to the left or to the right of a step; null at the end of the map. */
export function gapBeside({ bands }: Columns, id: string, side: 'left' | 'right'): Gap | null {
  const at = bands.findIndex((band) => band.steps.some((column) => column.step.id === id))
  const band = bands[at]
  if (!band) return null
  const place = band.steps.findIndex((column) => column.step.id === id)
  const stage = band.stage?.id ?? ''
  if (side === 'left') {
    const before = band.steps[place - 1]
    if (before) return { stage, before: before.step.id }
    const previous = bands[at - 1]
    return previous ? { stage: previous.stage?.id ?? '', before: null } : null
  }
  if (place < band.steps.length - 1) return { stage, before: band.steps[place + 2]?.step.id ?? null }
  const next = bands[at + 1]
  return next ? { stage: next.stage?.id ?? '', before: next.steps[0]?.step.id ?? null } : null
}
