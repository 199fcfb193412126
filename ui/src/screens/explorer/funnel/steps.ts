/** The steps of a funnel as they stand in the URL, and the journeys that stop at one of them. */
import { quoted } from '../../../app/filter.svelte'

/** A list with one of its things at another place. */
export function movedTo<T>(list: readonly T[], from: number, to: number): T[] {
  const thing = list[from]
  const rest = list.filter((_, index) => index !== from)
  return thing === undefined ? [...list] : [...rest.slice(0, to), thing, ...rest.slice(to)]
}

/** `7d` as seconds; null for anything that is no such duration. */
export function secondsOf(duration: string): number | null {
  const found = /^(\d+)\s*(s|m|h|d|w)$/.exec(duration.trim())
  if (!found) return null
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[found[2] ?? 's'] ?? 1
  const length = Number(found[1]) * seconds
  return length > 0 ? length : null
}

export type Funnel = {
  readonly steps: readonly string[]
  readonly optional: readonly string[]
  readonly exclude: readonly string[]
  readonly order: 'ordered' | 'strict' | 'any'
  readonly window: string
}

function way({ optional, exclude, order, window }: Funnel, steps: readonly string[]): string {
  const needed = steps.filter((step) => !optional.includes(step)).map(quoted)
  const between = order === 'strict' ? ' -> ' : ' -> ... -> '
  const without = exclude.length === 0 ? '' : ` without ${exclude.length === 1 ? quoted(exclude[0] ?? '') : `(${exclude.map(quoted).join(' or ')})`}`
  return `${needed.join(between)}${without} within ${window}`
}

/**
 * The way up to a step, and the condition that a journey has it but not the next step that has to be. Null where no way says
 * it: in any order, at a step that may be left out, and at the last one.
 */
export function stoppedAt(funnel: Funnel, index: number): { way: string; condition: string } | null {
  const { steps, optional, order } = funnel
  const here = steps[index]
  if (order === 'any' || here === undefined || optional.includes(here)) return null
  const next = steps.findIndex((step, at) => at > index && !optional.includes(step))
  if (next < 0) return null
  const sofar = way(funnel, steps.slice(0, index + 1))
  return { way: sofar, condition: `path ${sofar} and not path ${way(funnel, steps.slice(0, next + 1))}` }
}
