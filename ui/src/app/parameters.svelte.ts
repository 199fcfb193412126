/**
 * The state of a view as typed parameters of the URL. A screen declares what it keeps:
 *
 *     const view = parameters({ tab: choice(['graph', 'funnel'], 'graph'), top: whole(20, { least: 1 }) })
 *     view.now.tab                                  // reactive
 *     view.set({ tab: 'funnel' })                   // a step for Back
 *     view.set({ top: 30 }, { replace: true })      // no step, for sliders
 *     view.href({ tab: 'graph' })                   // for links
 *
 * A value that cannot be read is the default; a default does not stand in the URL.
 */
import { go, place } from './router.svelte'

/** How one parameter is read and written; null is its absence. */
export type Parameter<T> = {
  readonly read: (text: string | null) => T
  readonly write: (value: T) => string | null
}

export function text(fallback = ''): Parameter<string> {
  return { read: (t) => t ?? fallback, write: (v) => (v === fallback ? null : v) }
}

export function choice<const C extends string>(choices: readonly C[], fallback: C): Parameter<C> {
  return {
    read: (t) => choices.find((one) => one === t) ?? fallback,
    write: (v) => (v === fallback ? null : v),
  }
}

export function whole(fallback: number, { least = -Infinity, most = Infinity } = {}): Parameter<number> {
  return {
    read: (t) => {
      if (t === null || !/^-?\d+$/.test(t)) return fallback
      return Math.min(most, Math.max(least, Number(t)))
    },
    write: (v) => (v === fallback ? null : String(Math.round(v))),
  }
}

export function flag(fallback = false): Parameter<boolean> {
  return {
    read: (t) => (t === null ? fallback : t === '1'),
    write: (v) => (v === fallback ? null : v ? '1' : '0'),
  }
}

/** Several texts, one parameter each time: `channel=web&channel=app` is written `channel=web,app`. */
export function several(): Parameter<readonly string[]> {
  return {
    read: (t) => (t ? t.split(',').map(decodeURIComponent) : []),
    write: (v) => (v.length ? v.map(encodeURIComponent).join(',') : null),
  }
}

/** A day such as `2026-03-12`, or null. */
export function day(): Parameter<string | null> {
  return {
    read: (t) => (t !== null && /^\d{4}-\d{2}-\d{2}$/.test(t) && !Number.isNaN(Date.parse(t)) ? t : null),
    write: (v) => v,
  }
}

type Shape = Record<string, Parameter<never>>
type ValueOf<P> = P extends Parameter<infer T> ? T : never
export type Values<S> = { readonly [K in keyof S]: ValueOf<S[K]> }

export type View<S> = {
  /** The values now. */
  readonly now: Values<S>
  /** The same place with these values changed. */
  href(changes: Partial<Values<S>>, path?: string): string
  set(changes: Partial<Values<S>>, options?: { replace?: boolean }): void
}

/** Reads parameters out of a query, such as `?tab=funnel`. */
export function readParameters<S extends object>(shape: S, query: string): Values<S> {
  const given = new URLSearchParams(query)
  const entries = Object.entries(shape as Shape).map(([name, one]) => [name, one.read(given.get(name))])
  return Object.fromEntries(entries) as Values<S>
}

/** The query with some parameters changed; the others stay as they are. */
export function writeParameters<S extends object>(shape: S, changes: Partial<Values<S>>, query: string): string {
  const given = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    const written = (shape as Record<string, Parameter<unknown>>)[name]?.write(value) ?? null
    if (written === null || written === '') given.delete(name)
    else given.set(name, written)
  }
  const text = given.toString()
  return text ? `?${text}` : ''
}

export function parameters<S extends object>(shape: S): View<S> {
  const values = $derived(readParameters(shape, place.query))
  return {
    get now() {
      return values
    },
    href: (changes, path = place.path) => path + writeParameters(shape, changes, place.query),
    set: (changes, options) => go(place.path + writeParameters(shape, changes, place.query), options),
  }
}
