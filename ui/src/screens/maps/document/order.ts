/** Orders of lists: what was moved from one to another, and what two people made of the same one. */

/** The longest part of `order` that stands as in `before`, of those that are in both and not known to have `moved`. */
export function unmoved(before: readonly string[], order: readonly string[], moved: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const place = new Map(before.filter((id) => !moved.has(id)).map((id, at) => [id, at]))
  const common = order.filter((id) => place.has(id))
  // The last element of the best increasing run of each length, and for each element the one before it in its run.
  const ends: string[] = []
  const previous = new Map<string, string | undefined>()
  const at = (id: string | undefined) => (id === undefined ? -1 : (place.get(id) ?? -1))
  for (const id of common) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (at(ends[middle]) < at(id)) low = middle + 1
      else high = middle
    }
    previous.set(id, ends[low - 1])
    ends[low] = id
  }
  const kept = new Set<string>()
  for (let id = ends.at(-1); id !== undefined; id = previous.get(id)) kept.add(id)
  return kept
}

export type MergedOrder = {
  readonly order: readonly string[]
  /** Those that both put to different places. They stand where `mine` has them. */
  readonly disputed: readonly string[]
}

/** A run of elements behind each one that stayed, from start to end. */
function runs(order: readonly string[], stable: ReadonlySet<string>, floating: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  let anchor = ''
  for (const id of order) {
    if (stable.has(id)) anchor = id
    else if (floating.has(id)) found.set(anchor, [...(found.get(anchor) ?? []), id])
  }
  return found
}

/** Two runs behind the same element: what both hold joins them, the rest goes by name, so that either side comes to the same. */
function joined(mine: readonly string[], theirs: readonly string[]): { order: string[]; disputed: string[] } {
  const inMine = new Set(mine)
  const kept = unmoved(mine, theirs)
  const disputed = theirs.filter((id) => inMine.has(id) && !kept.has(id))
  const order: string[] = []
  const put = (a: readonly string[], b: readonly string[]) => order.push(...((a[0] ?? '') <= (b[0] ?? '') ? [...a, ...b] : [...b, ...a]))
  let [from, fromTheirs] = [0, 0]
  for (const id of kept.size ? mine.filter((one) => kept.has(one)) : []) {
    const [to, toTheirs] = [mine.indexOf(id), theirs.indexOf(id)]
    put(mine.slice(from, to), theirs.slice(fromTheirs, toTheirs).filter((one) => !inMine.has(one)))
    order.push(id)
    ;[from, fromTheirs] = [to + 1, toTheirs + 1]
  }
  put(mine.slice(from), theirs.slice(fromTheirs).filter((one) => !inMine.has(one)))
  return { order, disputed }
}

/** Which elements each side is known to have moved, by more than their order. */
export type Moved = { readonly mine: ReadonlySet<string>; readonly theirs: ReadonlySet<string> }

/**
 * One order out of two that came from the same. An element is in it if both kept it, or one of them added it; one that only
 * one side moved or added stands behind the nearest element before it that stayed.
 */
export function mergedOrder(base: readonly string[], mine: readonly string[], theirs: readonly string[], moved?: Moved): MergedOrder {
  const [inBase, inMine, inTheirs] = [new Set(base), new Set(mine), new Set(theirs)]
  // A list of names in which one stands twice says no more than one without.
  ;[base, mine, theirs] = [[...inBase], [...inMine], [...inTheirs]]
  const belongs = (id: string) => (inBase.has(id) ? inMine.has(id) && inTheirs.has(id) : true)
  const before = base.filter(belongs)
  const [ofMine, ofTheirs] = [mine.filter(belongs), theirs.filter(belongs)]
  const [stayedMine, stayedTheirs] = [unmoved(before, ofMine, moved?.mine), unmoved(before, ofTheirs, moved?.theirs)]
  const stable = before.filter((id) => stayedMine.has(id) && stayedTheirs.has(id))
  const stays = new Set(stable)
  const floatingMine = new Set(ofMine.filter((id) => !stayedMine.has(id)))
  const floatingTheirs = new Set(ofTheirs.filter((id) => !stayedTheirs.has(id)))
  const runsMine = runs(ofMine, stays, floatingMine)
  const runsTheirs = runs(ofTheirs, stays, floatingTheirs)

  const anchorOf = (found: ReadonlyMap<string, readonly string[]>) =>
    new Map([...found].flatMap(([anchor, ids]) => ids.map((id) => [id, anchor] as const)))
  const anchorsMine = anchorOf(runsMine)
  const elsewhere = new Set(
    [...anchorOf(runsTheirs)].filter(([id, anchor]) => floatingMine.has(id) && anchorsMine.get(id) !== anchor).map(([id]) => id),
  )
  const order: string[] = []
  const disputed = new Set(elsewhere)
  for (const anchor of ['', ...stable]) {
    if (anchor) order.push(anchor)
    const both = joined(runsMine.get(anchor) ?? [], (runsTheirs.get(anchor) ?? []).filter((id) => !elsewhere.has(id)))
    order.push(...both.order)
    for (const id of both.disputed) disputed.add(id)
  }
  return { order, disputed: [...disputed] }
}
