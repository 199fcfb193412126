/**
 * How the links of a customer hold its identifiers together. The server keeps the oldest links that do; younger ones stand
 * behind them. docs/identity.md, "Parting again", has the rule that `parted` follows.
 */
import { keyOf, numberOf, type Known, type Link, type Named } from '../../api/identifiers'

/** Sets of keys that grow together. */
class Sets {
  #above = new Map<string, string>()

  root(key: string): string {
    let at = key
    for (let next = this.#above.get(at); next !== undefined; next = this.#above.get(at)) at = next
    return at
  }

  /** False if they were one set before. */
  join(a: string, b: string): boolean {
    const [x, y] = [this.root(a), this.root(b)]
    if (x === y) return false
    this.#above.set(y, x)
    return true
  }
}

const active = (links: readonly Link[]) => links.filter((link) => link.state === 'active')

/** The oldest links that hold together what all of them do. */
export function holding(links: readonly Link[]): Link[] {
  const sets = new Sets()
  return active(links)
    .toSorted((a, b) => numberOf(a.id) - numberOf(b.id))
    .filter((link) => sets.join(keyOf(link.a), keyOf(link.b)))
}

/** The way from one identifier to another over the holding links; null if there is none. */
export function way(links: readonly Link[], from: Named, to: Named): Link[] | null {
  const goal = keyOf(to)
  const held = holding(links)
  const seen = new Map<string, Link[]>([[keyOf(from), []]])
  const waiting = [keyOf(from)]
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    const before = seen.get(at) ?? []
    if (at === goal) return before
    for (const link of held) {
      const [a, b] = [keyOf(link.a), keyOf(link.b)]
      const next = a === at ? b : b === at ? a : null
      if (next === null || seen.has(next)) continue
      seen.set(next, [...before, link])
      waiting.push(next)
    }
  }
  return null
}

export type Parting = {
  /** The links that would be closed. */
  readonly closed: readonly Link[]
  /** What would stay with the first identifier, and what with the second. */
  readonly a: readonly Known[]
  readonly b: readonly Known[]
  /** Identifiers that would be with neither. */
  readonly rest: readonly Known[]
}

/** What parting two identifiers would leave: the youngest link on the way between them goes, until there is no way. */
export function parted(links: readonly Link[], identifiers: readonly Known[], a: Named, b: Named): Parting {
  const closed: Link[] = []
  let left = active(links)
  for (let between = way(left, a, b); between?.length; between = way(left, a, b)) {
    const youngest = between.reduce((one, other) => (numberOf(other.id) > numberOf(one.id) ? other : one))
    closed.push(youngest)
    left = left.filter((link) => link.id !== youngest.id)
  }
  const sets = new Sets()
  for (const link of left) sets.join(keyOf(link.a), keyOf(link.b))
  const [sideA, sideB] = [sets.root(keyOf(a)), sets.root(keyOf(b))]
  const sideOf = (known: Known) => sets.root(keyOf(known))
  return {
    closed,
    a: identifiers.filter((known) => sideOf(known) === sideA),
    b: identifiers.filter((known) => sideOf(known) === sideB),
    rest: identifiers.filter((known) => ![sideA, sideB].includes(sideOf(known))),
  }
}

export type Branch = {
  readonly known: Known
  /** The link to what stands above; none for a root. */
  readonly link: Link | null
  readonly depth: number
  /** True where a line goes on to a later branch of the same depth, by depth. */
  readonly lines: readonly boolean[]
  readonly last: boolean
}

/** The holding links as a tree from the strongest identifier, in the order in which it is written. */
export function branches(links: readonly Link[], identifiers: readonly Known[], priority: readonly string[]): Branch[] {
  const held = holding(links)
  const written = new Set<string>()
  const all: Branch[] = []

  function write(known: Known, link: Link | null, depth: number, lines: readonly boolean[], last: boolean) {
    written.add(keyOf(known))
    all.push({ known, link, depth, lines, last })
    const below = held.flatMap((one) => {
      const other = keyOf(one.a) === keyOf(known) ? one.b : keyOf(one.b) === keyOf(known) ? one.a : null
      return other && !written.has(keyOf(other)) ? [{ link: one, known: other }] : []
    })
    // All of them first, so that none of them is written below another.
    for (const one of below) written.add(keyOf(one.known))
    for (const [index, one] of below.entries()) {
      const isLast = index === below.length - 1
      write(one.known, one.link, depth + 1, depth === 0 ? [] : [...lines, !last], isLast)
    }
  }

  for (const known of byStrength(identifiers, priority)) if (!written.has(keyOf(known))) write(known, null, 0, [], true)
  return all
}

/** The strongest first, among equals the oldest; those that join nobody last. */
export function byStrength(identifiers: readonly Known[], priority: readonly string[]): Known[] {
  const strength = (known: Known) => {
    const at = priority.indexOf(known.kind)
    return (known.joins_nobody ? 1000 : 0) + (at < 0 ? priority.length : at)
  }
  return identifiers.toSorted((a, b) => strength(a) - strength(b))
}

/** How a value looks to the eye of a comparison: events tell it as it came, customers know it normalised. */
function levelled(value: string): string {
  return value.toLowerCase().replace(/[^\p{L}\p{N}@.]/gu, '')
}

/** The identifier of a customer that an event's identifier is. */
export function knownAs(named: Named, identifiers: readonly Known[]): Known | undefined {
  const ofKind = identifiers.filter((known) => known.kind === named.kind)
  const exactly = ofKind.find((known) => known.value === named.value)
  if (exactly) return exactly
  const wanted = levelled(named.value)
  const alike = ofKind.find((known) => levelled(known.value) === wanted)
  if (alike || named.kind !== 'phone') return alike
  // `0151 07345086` is `+4915107345086`: all but the sign of the country.
  const national = wanted.replace(/^(00)?0?/, '')
  return ofKind.find((known) => national.length > 5 && levelled(known.value).endsWith(national))
}
