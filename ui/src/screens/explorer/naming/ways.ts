/** Places in journeys as ways of the filter language, so that a click on a figure can choose its journeys. */
import { quoted } from '../../../app/filter.svelte'
import type { Special } from './specials'

/** What stands at a step: a touchpoint, the end, or any that has no node of its own at that step. */
export type Place = { readonly name: string; readonly special?: Special; readonly named?: readonly string[] }

function stepOf({ name, special, named = [] }: Place): string {
  if (special === 'end') return 'end'
  if (special !== 'other') return quoted(name)
  if (named.length === 0) return '*'
  return named.length === 1 ? `touchpoint != ${quoted(named[0] ?? '')}` : `touchpoint not in (${named.map(quoted).join(', ')})`
}

/**
 * The condition that a journey is at these places from a step on, counted from 1: from its start, or from an anchor, which is
 * step 1 itself. Null where no condition says it: that a journey is over so many steps after an anchor.
 */
export function wayThrough(places: readonly Place[], step: number, anchor = ''): string | null {
  if (places[0]?.special === 'end') return anchor ? null : `events < ${step}`
  const skipped = anchor ? step - 2 : step - 1
  const steps = places.map(stepOf)
  // With an anchor the first step is the anchor whatever is asked for there.
  if (anchor && step === 1) steps.shift()
  const before = [anchor ? quoted(anchor) : 'start', ...Array.from({ length: Math.max(0, skipped) }, () => '*')]
  const way = [...before, ...steps]
  return way.length === 1 && !anchor ? null : `path ${way.join(' -> ')}`
}

/** The condition that a journey is exactly this sequence. */
export function wayOf(touchpoints: readonly string[]): string {
  return `path ${['start', ...touchpoints.map(quoted), 'end'].join(' -> ')}`
}

/**
 * The condition that a journey is at a place so many steps from its start (1 is the first event), or before or after the
 * anchor (0 is the anchor itself). Null where no condition says it.
 */
export function wayAround(place: Place, step: number, anchor = ''): string | null {
  if (place.special === 'start' || (place.special === 'end' && anchor)) return null
  if (!anchor) return wayThrough([place], step)
  if (step >= 0) return wayThrough([place], step + 1, anchor)
  return `path ${[stepOf(place), ...Array.from({ length: -step - 1 }, () => '*'), quoted(anchor)].join(' -> ')}`
}
