/** Maps by where they are part of: a step may name another map that shows it in detail. */
import type { MapPlan } from '../../../api/maps'

export type Listed = { readonly name: string; readonly plan: MapPlan }
export type Node<T extends Listed> = {
  readonly map: T
  readonly depth: number
  /** Names of the other maps that it is part of, beside the one it stands under. */
  readonly also: readonly string[]
  /** Name of the map that it stands under. */
  readonly under: string | null
}

/**
 * Each map once, those that are part of another below it. One that is part of several stands below the first of them; where
 * maps contain each other in a ring, the first of the ring stands on top.
 */
export function hierarchy<T extends Listed>(maps: readonly T[]): readonly Node<T>[] {
  const byName = new Map(maps.map((map) => [map.name, map]))
  const parts = new Map(maps.map((map) => [map.name, [...new Set((map.plan.step ?? []).flatMap((step) => (step.map && step.map !== map.name && byName.has(step.map) ? [step.map] : [])))]]))
  const wholes = new Map<string, string[]>()
  for (const [name, inside] of parts) for (const part of inside) wholes.set(part, [...(wholes.get(part) ?? []), name])

  const found: Node<T>[] = []
  const placed = new Set<string>()
  const place = (map: T, depth: number, under: string | null) => {
    if (placed.has(map.name)) return
    placed.add(map.name)
    found.push({ map, depth, under, also: (wholes.get(map.name) ?? []).filter((name) => name !== under) })
    for (const part of parts.get(map.name) ?? []) {
      const inside = byName.get(part)
      if (inside) place(inside, depth + 1, map.name)
    }
  }
  for (const map of maps) if (!wholes.has(map.name)) place(map, 0, null)
  // What is left hangs in rings.
  for (const map of maps) place(map, 0, null)
  return found
}
