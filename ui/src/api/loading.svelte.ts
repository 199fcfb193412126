/**
 * One place for everything that is fetched for a view. A newer request cancels the older; what was shown stays until the
 * next is there; what was fetched in this turn of live.svelte.ts is not fetched twice.
 */
import { untrack } from 'svelte'
import { live } from '../app/live.svelte'
import { Problem } from './client'

const KEPT_MOST = 60
const kept = new Map<string, unknown>()

function keep(key: string, value: unknown) {
  kept.delete(key)
  kept.set(key, value)
  const oldest = kept.keys().next().value
  if (kept.size > KEPT_MOST && oldest !== undefined) kept.delete(oldest)
}

/** Forgets what was fetched: after something was written. */
export function forget(startsWith = '') {
  for (const key of [...kept.keys()]) if (key.startsWith(startsWith)) kept.delete(key)
}

export type Request<T> = {
  /** Tells requests apart; the same key means the same content. */
  readonly key: string
  readonly get: (signal: AbortSignal) => Promise<T>
}

export class Loading<T> {
  /** The latest content, which may belong to the request before while `busy`. */
  content = $state.raw<T | undefined>(undefined)
  problem = $state.raw<Problem | undefined>(undefined)
  busy = $state(false)
  #request: () => Request<T> | null
  #attempt = $state(0)

  constructor(request: () => Request<T> | null) {
    this.#request = request
    const key = $derived(request()?.key ?? null)
    $effect(() => {
      const turn = `${key} #${live.turn}`
      void this.#attempt
      if (key === null) {
        this.busy = false
        return
      }
      if (kept.has(turn)) {
        const value = kept.get(turn) as T
        keep(turn, value)
        this.#arrive(value)
        return
      }
      const cancel = new AbortController()
      void this.#fetch(turn, cancel.signal)
      return () => cancel.abort()
    })
  }

  /** Asks once more, also what is kept. */
  again() {
    forget(this.#request()?.key)
    this.#attempt += 1
  }

  async #fetch(turn: string, signal: AbortSignal) {
    // What the request reads must not ask anew: only its key does.
    const request = untrack(this.#request)
    if (!request) return
    this.busy = true
    try {
      const value = await request.get(signal)
      if (signal.aborted) return
      keep(turn, value)
      this.#arrive(value)
    } catch (error) {
      if (signal.aborted) return
      this.busy = false
      if (!(error instanceof Problem)) throw error
      this.problem = error
    }
  }

  #arrive(value: T) {
    this.content = value
    this.problem = undefined
    this.busy = false
  }
}

/**
 * Fetches what `request` describes and again whenever its key changes; null fetches nothing. Call it while a component is
 * set up:
 *
 *     const plans = loading(() => ({ key: 'plans', get: (signal) => content(api.GET('/v1/plans', { signal })) }))
 */
export function loading<T>(request: () => Request<T> | null): Loading<T> {
  return new Loading(request)
}
