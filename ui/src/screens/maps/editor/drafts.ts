/**
 * What is not yet at the server, kept in the browser: a crash, a dead network or a map that the server does not take yet lose
 * nothing. One draft for each map, person and window; a window says now and then that it is still there.
 */
import type { MapPlan } from '../../../api/maps'

export type Draft = {
  /** The window that wrote it. */
  readonly window: string
  /** When it was last written or its window was last there, in milliseconds. */
  readonly at: number
  /** The version that it came from, and its content. */
  readonly version: number
  readonly base: MapPlan
  readonly plan: MapPlan
}

const PREFIX = 'geleit.map.'
const WINDOW = 'geleit.window'
/** A window that said nothing for longer is closed or crashed. */
export const ALIVE_MS = 12_000

/** Tells this window from the person's others; a reload keeps it. */
export function thisWindow(): string {
  const known = sessionStorage.getItem(WINDOW)
  if (known) return known
  const made = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  sessionStorage.setItem(WINDOW, made)
  return made
}

const place = (person: string, name: string) => `${PREFIX}${encodeURIComponent(person)}.${name}.`

function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? 'null') as Draft | null
    return draft && typeof draft.at === 'number' && draft.plan && draft.base ? draft : null
  } catch {
    return null
  }
}

/** Drafts of a map that no open window is working on, the newest first; also this window's own, from before a reload. */
export function left(person: string, name: string, now = Date.now()): readonly Draft[] {
  const own = thisWindow()
  const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? '')
  return keys
    .filter((key) => key.startsWith(place(person, name)))
    .flatMap((key) => read(key) ?? [])
    // What this window left before a reload, or has set aside, is its own.
    .filter((draft) => draft.window.split('.')[0] === own || now - draft.at > ALIVE_MS)
    .toSorted((a, b) => b.at - a.at)
}

/**
 * Takes what was left out of the way of what this window keeps from now on, so that it stays until somebody has decided about it.
 */
export function setAside(person: string, name: string, drafts: readonly Draft[]): readonly Draft[] {
  const own = thisWindow()
  return drafts.map((draft) => {
    if (draft.window !== own) return draft
    const aside = { ...draft, window: `${own}.${draft.at}` }
    if (keep(person, name, aside)) drop(person, name, own)
    return aside
  })
}

/** Keeps a draft; false where the browser has no room for it. */
export function keep(person: string, name: string, draft: Draft): boolean {
  try {
    localStorage.setItem(place(person, name) + draft.window, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}

export function drop(person: string, name: string, window: string) {
  localStorage.removeItem(place(person, name) + window)
}
