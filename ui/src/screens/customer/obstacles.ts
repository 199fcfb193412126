/** What speaks against taking two customers for one, by the rules that are known here; the server has the last word. */
import type { IdentityRules } from '../../api/identity'
import type { Known } from '../../api/identifiers'

export type Obstacles = {
  /** Limits that nobody's word overrides. */
  readonly refused: readonly { readonly kind: string; readonly values: number; readonly most: number }[]
  /** Kinds of which a person mostly has one, with different values on both sides. */
  readonly differ: readonly string[]
}

export function obstacles(a: readonly Known[], b: readonly Known[], rules: Pick<IdentityRules, 'limits' | 'identifying'>): Obstacles {
  const values = (side: readonly Known[], kind: string) =>
    new Set(side.filter((known) => known.kind === kind && !known.joins_nobody).map((known) => known.value))
  const refused = Object.entries(rules.limits).flatMap(([kind, most]) => {
    const [mine, theirs] = [values(a, kind), values(b, kind)]
    // A kind that one of the two sides lacks is no conflict.
    if (mine.size === 0 || theirs.size === 0) return []
    const together = new Set([...mine, ...theirs]).size
    return together > most ? [{ kind, values: together, most }] : []
  })
  const differ = rules.identifying.filter((kind) => {
    if (refused.some((one) => one.kind === kind)) return false
    const [mine, theirs] = [values(a, kind), values(b, kind)]
    return mine.size > 0 && theirs.size > 0 && ![...mine].some((value) => theirs.has(value))
  })
  return { refused, differ }
}
