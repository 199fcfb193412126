/** The step matrix as the rows of a picture: the touchpoints with the most journeys, one row for all others, the ends. */
import type { Schemas } from '../../../api/client'
import type { Special } from '../naming/specials'

type Figures = Pick<Schemas['StepMatrixFigures'], 'journeys' | 'rows' | 'steps' | 'path_end' | 'path_start'>

export type MatrixRow = { readonly name: string; readonly special?: Special; readonly journeys: readonly number[] }

/** Which touchpoints have a row: those that most journeys are at in any one column. */
export function namedOf(sides: readonly Figures[], most: number): string[] {
  const highest = new Map<string, number>()
  for (const { rows } of sides) {
    for (const row of rows) {
      // By share, so that a large group does not decide for a small one.
      const peak = Math.max(0, ...row.share.map((share) => share ?? 0))
      highest.set(row.touchpoint, Math.max(highest.get(row.touchpoint) ?? 0, peak))
    }
  }
  return [...highest]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([name]) => name)
}

/** In each column the rows add up to all journeys. */
export function matrixRows({ rows, steps, path_end, path_start }: Figures, named: readonly string[]): MatrixRow[] {
  const byName = new Map(rows.map((row) => [row.touchpoint, row]))
  const nothing = steps.map(() => 0)
  const others = rows.filter((row) => !named.includes(row.touchpoint))
  const other = steps.map((_, column) => others.reduce((sum, row) => sum + (row.journeys[column] ?? 0), 0))
  return [
    ...(path_start ? [{ name: path_start.touchpoint, special: 'start' as const, journeys: path_start.journeys }] : []),
    ...named.map((name) => ({ name, journeys: byName.get(name)?.journeys ?? nothing })),
    ...(others.length ? [{ name: '(other)', special: 'other' as const, journeys: other }] : []),
    ...(path_end ? [{ name: path_end.touchpoint, special: 'end' as const, journeys: path_end.journeys }] : []),
  ]
}
