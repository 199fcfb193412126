/** Versions by sitting: what one person wrote in one go, without giving it a name, is one entry of the history. */
import type { Schemas } from '../../../api/client'

type Document = Schemas['Document']

export type Group = { readonly versions: readonly Document[] }

const SITTING_MS = 30 * 60_000

/** The newest first, as they come. A version with a name, and one that removes the map, stand for themselves. */
export function grouped(versions: readonly Document[]): readonly Group[] {
  const groups: Document[][] = []
  for (const version of versions) {
    const last = groups.at(-1)
    const newer = last?.at(-1)
    const together =
      newer &&
      newer.author === version.author &&
      !newer.note &&
      !version.note &&
      newer.body !== null &&
      version.body !== null &&
      new Date(newer.at).getTime() - new Date(version.at).getTime() < SITTING_MS
    if (last && together) last.push(version)
    else groups.push([version])
  }
  return groups.map((all) => ({ versions: all }))
}
