/** The emotion curve: how personas are assumed to feel at each step, and what customers expect, over the columns of the map. */
import { area, curveMonotoneX, line } from 'd3-shape'
import type { MapPlan, Step } from '../../../api/maps'
import type { Columns } from '../document/columns'

export const LEVELS = [2, 1, 0, -1, -2] as const
const EDGE = 16

export type Point = {
  readonly step: string
  readonly x: number
  readonly y: number
  readonly value: number
  /** Nothing is said of this persona: it feels as all do. */
  readonly inherited: boolean
}

export type Line = {
  /** A persona, `all`, or `expected`. */
  readonly id: string
  readonly points: readonly Point[]
  /** Through neighbours; and across steps of which nothing is said. */
  readonly path: string
  readonly bridges: string
}

export type Curve = {
  readonly lines: readonly Line[]
  readonly expected: Line | null
  /** Below what is expected, and above what is felt: where both hold, experience falls short. Only where one line is drawn. */
  readonly short: { readonly below: string; readonly above: string } | null
}

/** Height of a mood in a lane so many pixels high. */
export function yOf(mood: number, height: number): number {
  return EDGE + ((2 - mood) / 4) * (height - 2 * EDGE)
}

/** The mood whose level is nearest to a height. */
export function moodAt(y: number, height: number): number {
  const exact = 2 - ((y - EDGE) / (height - 2 * EDGE)) * 4
  return Math.max(-2, Math.min(2, Math.round(exact))) + 0
}

/** Whose lines there are: personas of whom something is said, and all, if something is said of them. */
export function voices(plan: MapPlan): readonly string[] {
  const said = new Set((plan.step ?? []).flatMap((step) => Object.keys(step.emotion ?? {})))
  return [...(said.has('all') ? ['all'] : []), ...(plan.personas ?? []).filter((persona) => said.has(persona))]
}

function through(columns: Columns, height: number, moodOf: (step: Step) => { value: number; inherited: boolean } | null, id: string): Line & { runs: readonly (readonly Point[])[] } {
  const runs: Point[][] = []
  let before = -2
  for (const column of columns.steps) {
    const mood = moodOf(column.step)
    if (!mood) continue
    const point: Point = { step: column.step.id, x: column.middle, y: yOf(mood.value, height), ...mood }
    const place = columns.steps.indexOf(column)
    if (place === before + 1) runs.at(-1)?.push(point)
    else runs.push([point])
    before = place
  }
  const drawn = line<Point>((point) => point.x, (point) => point.y).curve(curveMonotoneX)
  const bridges = runs.slice(1).map((run, at) => {
    const [from, to] = [runs[at]?.at(-1), run[0]]
    return from && to ? `M${from.x} ${from.y}L${to.x} ${to.y}` : ''
  })
  return {
    id,
    points: runs.flat(),
    path: runs.filter((run) => run.length > 1).map((run) => drawn(run) ?? '').join(''),
    bridges: bridges.join(''),
    runs,
  }
}

/** The lines of the personas chosen; of all there are if none is. */
export function curveOf(plan: MapPlan, columns: Columns, height: number, chosen: readonly string[] = []): Curve {
  const known = voices(plan)
  const shown = chosen.length ? known.filter((voice) => chosen.includes(voice)) : known
  const lines = shown.map((voice) =>
    through(
      columns,
      height,
      ({ emotion }) => {
        const own = emotion?.[voice]
        const value = own ?? emotion?.all
        return value === undefined ? null : { value, inherited: own === undefined }
      },
      voice,
    ),
  )
  const expected = through(columns, height, (step) => (step.expected === undefined ? null : { value: step.expected, inherited: false }), 'expected')
  const only = lines.length === 1 ? lines[0] : undefined
  const to = (runs: readonly (readonly Point[])[], edge: number) => {
    const drawn = area<Point>((point) => point.x, edge, (point) => point.y).curve(curveMonotoneX)
    return runs.filter((run) => run.length > 1).map((run) => drawn([...run]) ?? '').join('')
  }
  const plain = ({ id, points, path, bridges }: Line): Line => ({ id, points, path, bridges })
  return {
    lines: lines.map(plain),
    expected: expected.points.length ? plain(expected) : null,
    short: only && expected.points.length > 1 && only.points.length > 1 ? { below: to(expected.runs, height), above: to(only.runs, 0) } : null,
  }
}
