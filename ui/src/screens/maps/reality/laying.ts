/** What is laid over the columns of a map: what happens there that is not planned, arcs between steps, moods. */
import type { MapPlan, Step } from '../../../api/maps'
import type { Deviation, Held, HeldStep, Unplanned } from '../../../api/conformance.svelte'
import type { Columns } from '../document/columns'
import { JUDGED, judged, TOO_FEW, VERDICTS, type Verdict } from './signs'

/** What is not planned after a step, or at the start. */
export type After = {
  readonly key: string
  readonly unplanned: Unplanned
  /** How often of those that could, where the answer says so. */
  readonly deviation: Deviation | undefined
  /** The step that this touchpoint is at elsewhere in the map. */
  readonly to: string | null
  readonly few: boolean
}

export type Afters = {
  readonly shown: readonly After[]
  /** Summed, because they are too many to show. */
  readonly rest: { readonly kinds: number; readonly occurrences: number }
}

/** Keeps a deviation in an address. */
export const keyOf = ({ kind, step, touchpoint }: Pick<Deviation, 'kind' | 'step' | 'touchpoint'>) => [kind, step ?? '', touchpoint ?? ''].join('|')

/** The step at whose touchpoints a touchpoint is. */
function stepAt(plan: MapPlan, touchpoint: string): string | null {
  return (plan.step ?? []).find((step) => (step.touchpoints ?? []).includes(touchpoint))?.id ?? null
}

/** By the step after which it happens, empty for the start; the most frequent first. */
export function aftersOf(plan: MapPlan, { unplanned, deviations }: Pick<Held, 'unplanned' | 'deviations'>, most: number): ReadonlyMap<string, Afters> {
  const said = new Map(deviations.map((one) => [keyOf(one), one]))
  const byStep = new Map<string, After[]>()
  for (const one of unplanned) {
    const key = keyOf({ kind: 'unplanned', step: one.after, touchpoint: one.touchpoint })
    const after = one.after ?? ''
    byStep.set(after, [...(byStep.get(after) ?? []), { key, unplanned: one, deviation: said.get(key), to: stepAt(plan, one.touchpoint), few: one.journeys < TOO_FEW }])
  }
  return new Map(
    [...byStep].map(([step, all]) => {
      const sorted = all.toSorted((a, b) => b.unplanned.journeys - a.unplanned.journeys || (a.unplanned.touchpoint < b.unplanned.touchpoint ? -1 : 1))
      const others = sorted.slice(most)
      return [step, { shown: sorted.slice(0, most), rest: { kinds: others.length, occurrences: others.reduce((sum, one) => sum + one.unplanned.occurrences, 0) } }]
    }),
  )
}

export type Arc = { readonly after: After; readonly path: string; readonly width: number; readonly tip: string }

const ARC_LEAST = 1.5
const ARC_MOST = 12
const SHALLOW = 26

/**
 * Ways to other steps that the plan does not have there, the widest ones, from card to card below the cards. `base` is how far
 * down something else is drawn, `depth` how far down there is room.
 */
export function arcsOf(columns: Columns, afters: ReadonlyMap<string, Afters>, { base, depth }: { readonly base: number; readonly depth: number }, start: number, most: number): readonly Arc[] {
  const all = [...afters.values()].flatMap(({ shown }) => shown)
  const ways = all
    .flatMap((after) => {
      const to = after.to ? columns.of(after.to) : undefined
      const from = after.unplanned.after === null || after.unplanned.after === undefined ? start : columns.of(after.unplanned.after)?.middle
      if (!to || from === undefined || after.unplanned.after === after.to || after.few) return []
      return [{ after, from, to: to.middle }]
    })
    .toSorted((a, b) => b.after.unplanned.journeys - a.after.unplanned.journeys)
    .slice(0, most)
  const widest = Math.max(1, ...ways.map(({ after }) => after.unplanned.journeys))
  const longest = Math.max(1, ...ways.map(({ from, to }) => Math.abs(to - from)))
  return ways.map(({ after, from, to }) => {
    // Apart from the middle, so that what leaves and what arrives do not lie on each other.
    const side = to > from ? 1 : -1
    const [a, b] = [from + side * 22, to - side * 22]
    const least = base + SHALLOW
    const y = (least + (depth - least) * (Math.abs(to - from) / longest)) * (4 / 3)
    const width = ARC_LEAST + ((ARC_MOST - ARC_LEAST) * after.unplanned.journeys) / widest
    const half = 3 + width / 2
    return { after, width, path: `M${a} 0C${a} ${y} ${b} ${y} ${b} 8`, tip: `M${b} 0l${-half} 9h${2 * half}Z` }
  })
}

const WAY_LEAST = 1.1
const WAY_MOST = 8

/** How wide each way of the plan is drawn, by `from>to`: by its customers, the widest for the most; ways nobody took are not there. */
export function widthsOf(ways: Held['ways']): ReadonlyMap<string, number> {
  const most = Math.max(1, ...ways.map((way) => way.customers))
  return new Map(ways.map(({ from, to, customers }) => [`${from}>${to}`, WAY_LEAST + ((WAY_MOST - WAY_LEAST) * customers) / most]))
}

export type Part = { readonly verdict: Verdict; readonly n: number; readonly share: number; readonly from: number }

/** The outcomes of a step as parts of all journeys on whose way it lies, in a fixed order, without empty ones. */
export function partsOf(step: HeldStep): readonly Part[] {
  const whole = VERDICTS.reduce((sum, verdict) => sum + step[verdict], 0)
  const parts: Part[] = []
  let from = 0
  for (const verdict of VERDICTS) {
    const n = step[verdict]
    if (n === 0) continue
    parts.push({ verdict, n, share: n / whole, from })
    from += n / whole
  }
  return parts
}

/** The same without undetermined and not reached, as shares of the journeys that came to the step or past it. */
export function sharesOf(step: HeldStep): readonly { readonly verdict: (typeof JUDGED)[number]; readonly n: number; readonly share: number }[] {
  const of = judged(step)
  return of === 0 ? [] : JUDGED.flatMap((verdict) => (step[verdict] > 0 ? [{ verdict, n: step[verdict], share: step[verdict] / of }] : []))
}

export type FeltPoint = {
  readonly step: HeldStep
  readonly x: number
  readonly mean: number
  readonly interval: readonly number[] | null
  readonly n: number
  readonly few: boolean
  /** What it is held against: what is expected, or else assumed; null where nothing is said. */
  readonly against: number | null
}

/** Where somebody told a mood. */
export function feltOf(columns: Columns, steps: readonly HeldStep[]): readonly FeltPoint[] {
  return steps.flatMap((step) => {
    const column = columns.of(step.step)
    const { felt } = step
    if (!column || !felt) return []
    const against = step.expected ?? step.assumed.all ?? null
    return [{ step, x: column.middle, mean: felt.mean, interval: felt.interval ?? null, n: felt.n, few: felt.customers < TOO_FEW, against }]
  })
}

export type Truth = 'both' | 'declared' | 'derived' | 'unknown' | null

/** What the map declares beside what is derived; `unknown` where it declares one and too few tell a mood. */
export function truthOf({ moment_of_truth, derived_moment_of_truth }: Pick<HeldStep, 'moment_of_truth' | 'derived_moment_of_truth'>): Truth {
  const declared = moment_of_truth !== ''
  if (derived_moment_of_truth === null || derived_moment_of_truth === undefined) return declared ? 'unknown' : null
  if (declared) return derived_moment_of_truth ? 'both' : 'declared'
  return derived_moment_of_truth ? 'derived' : null
}

/** The steps as rows of a file, named as the API's own table names them. */
export function rowsOf(steps: readonly HeldStep[]): { readonly header: readonly string[]; readonly rows: readonly (readonly (string | number | null)[])[] } {
  return {
    header: ['step', 'title', ...VERDICTS, 'as_planned_share', 'as_planned_share_low', 'as_planned_share_high', 'moods', 'mean_mood'],
    rows: steps.map((step) => [
      step.step,
      step.title,
      ...VERDICTS.map((verdict) => step[verdict]),
      step.as_planned_share ?? null,
      step.interval?.[0] ?? null,
      step.interval?.[1] ?? null,
      step.felt?.n ?? 0,
      step.felt?.mean ?? null,
    ]),
  }
}

/** Touchpoints of a step, as the plan has them. */
export const touchpointsOf = (step: Step | undefined): readonly string[] => step?.touchpoints ?? []
