/** Which rows are chosen: one by one, from one to another, all that are shown. */

export type Selection = {
  readonly names: ReadonlySet<string>
  /** The row from which the next range begins. */
  readonly anchor: string | null
}

export const NOTHING: Selection = { names: new Set(), anchor: null }

/** A row chosen, or no longer; with `range` all from the anchor to it, in the order in which rows are shown. */
export function toggled({ names, anchor }: Selection, shown: readonly string[], name: string, range: boolean): Selection {
  const next = new Set(names)
  const [from, to] = [anchor === null ? -1 : shown.indexOf(anchor), shown.indexOf(name)]
  if (range && from >= 0 && to >= 0) {
    // A range does what its anchor did: it was chosen, or given up.
    const chosen = names.has(shown[from] ?? '')
    for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (chosen) next.add(one)
      else next.delete(one)
    }
    return { names: next, anchor }
  }
  if (!next.delete(name)) next.add(name)
  return { names: next, anchor: name }
}

/** All that are shown chosen; where they all are, none of them. */
export function allToggled({ names, anchor }: Selection, shown: readonly string[]): Selection {
  const all = shown.length > 0 && shown.every((name) => names.has(name))
  const next = new Set(names)
  for (const name of shown) {
    if (all) next.delete(name)
    else next.add(name)
  }
  return { names: next, anchor }
}

/** The chosen rows among those that are shown, in their order: what is out of sight is not touched. */
export function chosenOf({ names }: Selection, shown: readonly string[]): readonly string[] {
  return shown.filter((name) => names.has(name))
}
