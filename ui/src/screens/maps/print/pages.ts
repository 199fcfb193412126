/** A map on sheets of paper: columns and lanes are shared out so that no card is cut, stages kept together where they can be. */
import type { Columns } from '../document/columns'
import type { LaneOnPaper, Part } from './drawing'

/** Columns of one sheet: from, and before which. */
export type Stretch = { readonly from: number; readonly to: number }

/** How many sheets beside each other, and which columns stand on each: about as many on each, cut between stages if near. */
export function stretches(columns: Columns, room: number): readonly Stretch[] {
  const { widths } = columns
  if (widths.length === 0) return [{ from: 0, to: 0 }]
  const sum = (from: number, to: number) => widths.slice(from, to).reduce((total, width) => total + width, 0)
  const sheets = Math.max(1, Math.ceil(sum(0, widths.length) / room))
  const starts = new Set(columns.bands.map((band) => band.at))
  const found: Stretch[] = []
  let from = 0
  while (from < widths.length) {
    let most = from + 1
    while (most < widths.length && sum(from, most + 1) <= room) most += 1
    const left = widths.length - from
    const wanted = Math.min(most, from + Math.ceil(left / Math.max(1, sheets - found.length)))
    // A cut between stages is better, up to a third of a sheet away.
    const near = Array.from({ length: most - from }, (_, at) => from + at + 1)
      .filter((to) => starts.has(to) && Math.abs(to - wanted) <= Math.ceil((most - from) / 3))
      .toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]
    const rest = sheets - found.length - 1
    const fits = near !== undefined && sum(near, widths.length) <= Math.max(1, rest) * room
    const to = left <= most - from ? widths.length : fits && near !== undefined ? near : wanted
    found.push({ from, to })
    from = to
  }
  return found
}

/** The parts of a map, each no higher than a sheet if its lanes allow: the first shows the ways, all show stages and steps. */
export function partsOf(columns: Columns, lanes: readonly LaneOnPaper[], room: { readonly width: number; readonly height: number }, height: (part: Part) => number): readonly Part[] {
  return stretches(columns, room.width).flatMap(({ from, to }) => {
    const parts: Part[] = []
    let left = lanes
    do {
      const ways = parts.length === 0
      let taken = left.length
      while (taken > 1 && height({ from, to, lanes: left.slice(0, taken), ways }) > room.height) taken -= 1
      parts.push({ from, to, lanes: left.slice(0, taken), ways })
      left = left.slice(taken)
    } while (left.length)
    return parts
  })
}
