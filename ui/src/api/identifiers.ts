/** Identifiers and links as the API tells of them. */
import type { Schemas } from './client'

export type Known = Schemas['KnownIdentifier']
export type Link = Schemas['Link']
export type Named = { readonly kind: string; readonly value: string }

/** One text for an identifier, as the explanation asks for it and as maps keep it. */
export function keyOf({ kind, value }: Named): string {
  return `${kind}:${value}`
}

/** The number in an id such as `c17`, `e17`, `l17`: the order in which they came. */
export function numberOf(id: string): number {
  return Number(id.slice(1))
}
