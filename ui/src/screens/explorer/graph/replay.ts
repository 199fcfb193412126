/** Dots that travel along the paths: as many as the most frequent variants have journeys, up to a thousand. */
import type { Point } from './drawing'
import { pathKey, type Path } from './network'

type Variant = { readonly touchpoints: readonly string[]; readonly journeys: number }
type Leg = { readonly key: string; readonly begins: number; readonly lasts: number }
export type Dot = { readonly legs: readonly Leg[]; readonly leaves: number; readonly aside: number }
export type Replay = {
  readonly dots: readonly Dot[]
  /** Seconds until the last dot has arrived. */
  readonly lasts: number
  /** Variants with a path, and the journeys that have them. */
  readonly variants: number
  readonly journeys: number
}

export const DOTS_MOST = 1_000
/** The dots leave within so many seconds. */
const LEAVE_WITHIN = 12
const ASIDE = 3

/** Seconds on the screen for a wait in the world: a minute takes 0.9 s, a day 1.6 s, a year 2.2 s. */
export function lastsOnScreen(waitS: number): number {
  return 0.35 + 0.25 * Math.log10(1 + waitS)
}

/** Shares dots out by the numbers of journeys: what is left over goes to the largest remainders. */
export function shareOut(journeys: readonly number[], dots: number): number[] {
  const all = journeys.reduce((sum, one) => sum + one, 0)
  if (all <= dots) return [...journeys]
  const exact = journeys.map((one) => (one * dots) / all)
  const given = exact.map(Math.floor)
  const left = dots - given.reduce((sum, one) => sum + one, 0)
  const byRemainder = exact.map((value, at) => ({ at, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.at - b.at)
  for (const { at } of byRemainder.slice(0, left)) given[at] = (given[at] ?? 0) + 1
  return given
}

export function replayOf(variants: readonly Variant[], edges: readonly Path[]): Replay {
  const waits = new Map(edges.map((edge) => [pathKey(edge), edge.wait.median_s]))
  const moving = variants.filter((variant) => variant.touchpoints.length > 1)
  const given = shareOut(moving.map((variant) => variant.journeys), DOTS_MOST)
  const total = given.reduce((sum, one) => sum + one, 0)
  const dots: Dot[] = []
  // A step through all places that shares no factor with most totals spreads each variant over the whole time.
  const SPREAD = 0.618034
  for (const [at, variant] of moving.entries()) {
    let begins = 0
    const legs = variant.touchpoints.slice(1).map((to, before): Leg => {
      const key = pathKey({ from: variant.touchpoints[before] ?? '', to })
      const leg = { key, begins, lasts: lastsOnScreen(waits.get(key) ?? 0) }
      begins += leg.lasts
      return leg
    })
    for (let one = 0; one < (given[at] ?? 0); one++) {
      const place = (dots.length * SPREAD) % 1
      dots.push({ legs, leaves: place * LEAVE_WITHIN, aside: (((dots.length * 7) % 11) / 10 - 0.5) * 2 * ASIDE })
    }
  }
  const lasts = dots.reduce((most, dot) => {
    const last = dot.legs.at(-1)
    return Math.max(most, dot.leaves + (last ? last.begins + last.lasts : 0))
  }, 0)
  return { dots, lasts, variants: moving.length, journeys: total ? moving.reduce((sum, one) => sum + one.journeys, 0) : 0 }
}

/** Where a dot is at a moment; null while it is not on its way, or on a path that is not shown. */
export function dotAt(dot: Dot, seconds: number, lines: ReadonlyMap<string, readonly Point[]>): Point | null {
  const gone = seconds - dot.leaves
  if (gone < 0) return null
  const leg = dot.legs.find((one) => gone < one.begins + one.lasts)
  const points = leg && lines.get(leg.key)
  if (!leg || !points || points.length < 2) return null
  const along = ((gone - leg.begins) / leg.lasts) * (points.length - 1)
  const at = Math.min(points.length - 2, Math.floor(along))
  const [a, b] = [points[at], points[at + 1]]
  if (!a || !b) return null
  const part = along - at
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length = Math.hypot(dx, dy) || 1
  return [a[0] + dx * part - (dy / length) * dot.aside, a[1] + dy * part + (dx / length) * dot.aside]
}
