/** The stretches of the time line. */
export type Length = 'day' | 'week' | 'month' | 'quarter' | 'year'
export type Stretches = {
  readonly length: Length
  /** Where each begins, as `2026-03-01`; the last entry is where the last one ends. */
  readonly edges: readonly string[]
}

const DAY_MS = 86_400_000
const MOST = 36

const iso = (moment: number) => new Date(moment).toISOString().slice(0, 10)

/** The first day of the stretch in which a moment lies. */
function begin(moment: number, length: Length): number {
  const at = new Date(moment)
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (length) {
    case 'day':
      return Date.UTC(year, month, date)
    case 'week':
      // Weeks begin on Monday.
      return Date.UTC(year, month, date - ((at.getUTCDay() + 6) % 7))
    case 'month':
      return Date.UTC(year, month, 1)
    case 'quarter':
      return Date.UTC(year, month - (month % 3), 1)
    case 'year':
      return Date.UTC(year, 0, 1)
  }
}

function next(edge: number, length: Length): number {
  const at = new Date(edge)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  switch (length) {
    case 'day':
      return edge + DAY_MS
    case 'week':
      return edge + 7 * DAY_MS
    case 'month':
      return Date.UTC(year, month + 1, 1)
    case 'quarter':
      return Date.UTC(year, month + 3, 1)
    case 'year':
      return Date.UTC(year + 1, 0, 1)
  }
}

/** Stretches from the first to the last moment: the shortest of which there are not too many to see. */
export function stretches(first: string, last: string): Stretches {
  const from = Date.parse(first)
  const to = Date.parse(last)
  const days = (to - from) / DAY_MS
  const length: Length =
    days < MOST ? 'day' : days / 7 < MOST ? 'week' : days / 30.4 < MOST ? 'month' : days / 91.3 < MOST ? 'quarter' : 'year'
  const edges = [begin(from, length)]
  while ((edges.at(-1) ?? 0) <= to) edges.push(next(edges.at(-1) ?? 0, length))
  return { length, edges: edges.map(iso) }
}
