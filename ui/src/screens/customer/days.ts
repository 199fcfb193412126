/** A customer's events as they are shown: the newest first, by day, with the time between. */

export type Happened = { readonly id: string; readonly at: string }

export type Row<E> = {
  readonly event: E
  /** Seconds since the event before, in time; null for the first one that is known. */
  readonly wait: number | null
}

export type Day<E> = { readonly key: string; readonly at: string; readonly rows: readonly Row<E>[] }

const arrival = (event: Happened) => Number(event.id.slice(1))

/** In the order in which they happened; at the same moment as they arrived. */
export function inTime<E extends Happened>(events: readonly E[]): E[] {
  return events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || arrival(a) - arrival(b))
}

/** Days of the reader's zone, the newest first, and in each the newest event first. */
export function byDay<E extends Happened>(inOrder: readonly E[]): Day<E>[] {
  const days: { key: string; at: string; rows: Row<E>[] }[] = []
  for (let index = inOrder.length - 1; index >= 0; index -= 1) {
    const event = inOrder[index] as E
    const before = inOrder[index - 1]
    const date = new Date(event.at)
    const key = `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
    const row = { event, wait: before ? (Date.parse(event.at) - Date.parse(before.at)) / 1000 : null }
    const day = days.at(-1)
    if (day?.key === key) day.rows.push(row)
    else days.push({ key, at: event.at, rows: [row] })
  }
  return days
}

/** How many there are of each, the most frequent first. */
export function countedBy<E>(events: readonly E[], name: (event: E) => string): { readonly name: string; readonly n: number }[] {
  const counts = new Map<string, number>()
  for (const event of events) counts.set(name(event), (counts.get(name(event)) ?? 0) + 1)
  return [...counts].map(([name, n]) => ({ name, n })).sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1))
}
