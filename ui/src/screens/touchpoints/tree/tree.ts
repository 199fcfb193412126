/** Wholes and parts of the register as a tree: how it is built, walked through by keys, and changed. */
import { inOrder } from '../../../words/format'

export type Item = { readonly name: string; readonly title: string; readonly parent?: string }

export type Branch = {
  readonly name: string
  readonly title: string
  readonly parts: readonly Branch[]
  /** Why it stands at the top although it names what it is a part of: that is not registered, or a part of itself. */
  readonly stray?: { readonly parent: string; readonly why: 'unknown' | 'circle' }
}

/** Every item once, wholes above their parts, each level in the order of titles. */
export function branches(items: readonly Item[]): readonly Branch[] {
  const known = new Map(items.map((item) => [item.name, item]))
  const parts = new Map<string, Item[]>()
  const tops: Item[] = []
  for (const item of items) {
    if (item.parent && known.has(item.parent) && !isInCircle(known, item)) parts.set(item.parent, [...(parts.get(item.parent) ?? []), item])
    else tops.push(item)
  }
  const ordered = (some: readonly Item[]) => some.toSorted((a, b) => inOrder(a.title, b.title) || (a.name < b.name ? -1 : 1))
  const branch = (item: Item, isTop: boolean): Branch => ({
    name: item.name,
    title: item.title,
    parts: ordered(parts.get(item.name) ?? []).map((part) => branch(part, false)),
    ...(isTop && item.parent ? { stray: { parent: item.parent, why: known.has(item.parent) ? 'circle' : 'unknown' } as const } : {}),
  })
  return ordered(tops).map((item) => branch(item, true))
}

/** True if the way up from an item comes back to it: two who write at the same time can make that. */
function isInCircle(known: ReadonlyMap<string, Item>, item: Item): boolean {
  const seen = new Set<string>()
  for (let at = item.parent; at !== undefined && !seen.has(at); at = known.get(at)?.parent) {
    if (at === item.name) return true
    seen.add(at)
  }
  return false
}

/** Of what an item may become a part: everything but itself and its parts, whatever lies between. */
export function possibleParents<I extends Item>(items: readonly I[], name: string): readonly I[] {
  const known = new Map(items.map((item) => [item.name, item]))
  const isBelow = (item: Item) => {
    const seen = new Set<string>()
    for (let at: string | undefined = item.name; at !== undefined && !seen.has(at); at = known.get(at)?.parent) {
      if (at === name) return true
      seen.add(at)
    }
    return false
  }
  return items.filter((item) => !isBelow(item)).toSorted((a, b) => inOrder(a.title, b.title))
}

/** A line of the tree as it is seen. */
export type Line = {
  readonly branch: Branch
  /** From 1. */
  readonly level: number
  /** Null for what has no parts. */
  readonly open: boolean | null
  /** The line of the whole it stands below. */
  readonly above: string | null
  /** Its place among those that stand beside it, from 1, and how many these are. */
  readonly place: number
  readonly of: number
}

/** The lines that are seen while some branches are closed. */
export function lines(tree: readonly Branch[], closed: ReadonlySet<string>, level = 1, above: string | null = null): readonly Line[] {
  return tree.flatMap((branch, index): readonly Line[] => {
    const open = branch.parts.length ? !closed.has(branch.name) : null
    const line = { branch, level, open, above, place: index + 1, of: tree.length }
    return open ? [line, ...lines(branch.parts, closed, level + 1, branch.name)] : [line]
  })
}

/** The branches that hold what is wanted, with the wholes above it. */
export function pruned(tree: readonly Branch[], isWanted: (name: string) => boolean): readonly Branch[] {
  return tree.flatMap((branch): readonly Branch[] => {
    const parts = pruned(branch.parts, isWanted)
    return parts.length || isWanted(branch.name) ? [{ ...branch, parts }] : []
  })
}

/** All names of a tree that have parts. */
export function wholes(tree: readonly Branch[]): readonly string[] {
  return tree.flatMap((branch) => (branch.parts.length ? [branch.name, ...wholes(branch.parts)] : []))
}

/** What a key does at a line: go to another one, open or close some. */
export type Step = { readonly to: string } | { readonly open: readonly string[] } | { readonly close: string }

export function step(seen: readonly Line[], at: string, key: string): Step | null {
  const index = seen.findIndex((line) => line.branch.name === at)
  const line = seen[index]
  if (!line) return null
  const to = (other: Line | undefined): Step | null => (other && other !== line ? { to: other.branch.name } : null)
  switch (key) {
    case 'ArrowDown':
      return to(seen[index + 1])
    case 'ArrowUp':
      return to(seen[index - 1])
    case 'Home':
      return to(seen[0])
    case 'End':
      return to(seen.at(-1))
    case 'ArrowRight':
      if (line.open === null) return null
      return line.open ? to(seen[index + 1]) : { open: [at] }
    case 'ArrowLeft':
      if (line.open) return { close: at }
      return line.above === null ? null : { to: line.above }
    case '*': {
      const beside = seen.filter((other) => other.above === line.above && other.open === false)
      return beside.length ? { open: beside.map((other) => other.branch.name) } : null
    }
    default:
      return null
  }
}

/** The next line, from the one after `at` and on around, whose title begins with what was typed. */
export function typed(seen: readonly Line[], at: string, text: string): string | null {
  const wanted = text.toLocaleLowerCase()
  const index = seen.findIndex((line) => line.branch.name === at)
  // Whoever types on may stay where they are; whoever types one letter goes on from there.
  const from = text.length > 1 ? index : index + 1
  const around = [...seen.slice(Math.max(0, from)), ...seen.slice(0, Math.max(0, from))]
  return around.find((line) => line.branch.title.toLocaleLowerCase().startsWith(wanted))?.branch.name ?? null
}
