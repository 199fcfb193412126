/** What the paths show: how many customers, how often, how long in between, or where journeys end. */
import { compact, duration, number, percent } from '../../../words/format'
import type { Network, Path, Step } from './network'

export const MEASURES = ['customers', 'occurrences', 'wait', 'end'] as const
export type Measure = (typeof MEASURES)[number]

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

/** The figure on a line. */
export function onPath(path: Path, measure: Measure): string {
  switch (measure) {
    case 'customers':
      return number(path.customers)
    case 'occurrences':
      return path.occurrences >= 100_000 ? compact(path.occurrences) : number(path.occurrences)
    case 'wait':
      return duration(path.wait.median_s)
    case 'end':
      return ''
  }
}

/** The share of the events at a step with which the journey ends. */
export function endShare(step: Step): number | null {
  return step.occurrences ? step.ends / step.occurrences : null
}

export const endText = (step: Step): string => {
  const share = endShare(step)
  return share === null ? '' : percent(share, 0)
}

/** Waits in classes that people think in: up to a minute, an hour, a day, a week, a month, longer. */
export const WAITS_S = [60, 3_600, 86_400, 7 * 86_400, 30 * 86_400] as const

export function waitClass(path: Path): number {
  const at = WAITS_S.findIndex((most) => path.wait.median_s <= most)
  return (at < 0 ? WAITS_S.length : at) + 1
}
