/**
 * What arrives while somebody looks. Pictures do not jump: new events are counted, and taken in when asked for.
 *
 * The server has no stream of changes; the number of its last event is asked for now and then, which costs it a window of one
 * second.
 */
import { api, content } from '../api/client'
import { session } from './session.svelte'

const EVERY_MS = 15_000

class Live {
  /** Grows when new events are taken in; answers of an earlier turn are asked for again. */
  turn = $state(0)
  #arrived = $state(0)
  #shown = $state(0)
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Events that arrived since what is shown. */
  get fresh(): number {
    return this.#arrived - this.#shown
  }

  take() {
    this.#shown = this.#arrived
    this.turn += 1
  }

  start() {
    if (!session.may('mining')) return
    void this.#look(true)
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.#look(false)
    })
  }

  async #look(first: boolean) {
    clearTimeout(this.#timer)
    if (!document.hidden) {
      try {
        const query = { window: '1s' }
        const { recipe } = await content(api.GET('/v1/mining/live', { params: { query } }))
        this.#arrived = recipe.events_through ?? 0
        if (first) this.#shown = this.#arrived
        first = false
      } catch {
        // Nothing on the page depends on it; the next look may succeed.
      }
    }
    this.#timer = setTimeout(() => void this.#look(first), EVERY_MS)
  }
}

export const live = new Live()
