/** What paths can show: how many customers, how often, how long in between, where journeys end, or how customers felt. */
import type { Network, Path, Step } from './network'

export const MEASURES = ['customers', 'occurrences', 'wait', 'end', 'mood'] as const
export type Measure = (typeof MEASURES)[number]

/** Below so many customers a figure is grey: too few to tell anything of. */
export const TOO_FEW = 10
const LINE_LEAST = 1.5
const LINE_MOST = 14

/** What a line is as wide as: occurrences if these are shown, customers else. */
const carried = (path: Path, measure: Measure) => (measure === 'occurrences' ? path.occurrences : path.customers)

/** Widths are held against the whole network, so that a line keeps its width while steps and paths come and go. */
export function widths(network: Network, measure: Measure): (path: Path) => number {
  const most = network.edges.reduce((max, edge) => Math.max(max, edge.from === edge.to ? 0 : carried(edge, measure)), 1)
  return (path) => Math.min(LINE_MOST, LINE_LEAST + ((LINE_MOST - LINE_LEAST) * carried(path, measure)) / most)
}

/** The share of the events at a step with which the journey ends; null where there are none. */
export function endShare(step: Step): number | null {
  return step.occurrences ? step.ends / step.occurrences : null
}

/** Waits in classes that people think in: up to a minute, an hour, a day, a week, a month, longer. */
const WAITS_S = [60, 3_600, 86_400, 7 * 86_400, 30 * 86_400]

/** The class of a path's median wait, from 1 to 6. */
export function waitClass(path: Path): number {
  const at = WAITS_S.findIndex((most) => path.wait.median_s <= most)
  return (at < 0 ? WAITS_S.length : at) + 1
}

/** Moods in classes of equal width from -2 to 2. */
const MOODS = [-1.2, -0.4, 0.4, 1.2]

/** The class of a mean mood, from 1 (very bad) to 5 (very good). */
export function moodClass(mean: number): number {
  const at = MOODS.findIndex((most) => mean < most)
  return (at < 0 ? MOODS.length : at) + 1
}
