/** Rows and nodes that stand for no touchpoint. */
export type Special = 'other' | 'end' | 'start'

/** A touchpoint of such a name keeps it; what is meant here then stands in one more pair of parentheses. */
const SPECIAL: Record<string, Special> = { '(other)': 'other', path_end: 'end', path_start: 'start' }

/** Which names of an answer stand for no touchpoint. */
export function specialsOf(names: Iterable<string>): ReadonlyMap<string, Special> {
  const all = new Set(names)
  const found = new Map<string, Special>()
  for (const [name, special] of Object.entries(SPECIAL)) {
    const wrapped = `(${name})`
    if (all.has(wrapped)) found.set(wrapped, special)
    else if (all.has(name)) found.set(name, special)
  }
  return found
}
