/**
 * What arrives while somebody looks. Pictures do not jump: new events are counted, and taken in when asked for.
 *
 * The server tells of arrivals by a stream of events. Roles that may not read it, and servers without it, are asked now and
 * then for the number of the last event.
 */
import { api, content } from '../api/client'
import { session } from './session.svelte'

const EVERY_MS = 15_000
const STREAM = '/v1/events/live?per_second=1'

class Live {
  /** Grows when new events are taken in; answers of an earlier turn are asked for again. */
  turn = $state(0)
  /** Events that arrived since what is shown. */
  fresh = $state(0)
  /** Number of the last event that was counted, where the server is asked for it. */
  #counted: number | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Takes the new events in: every answer is asked for again. */
  take() {
    this.fresh = 0
    this.turn += 1
  }

  start() {
    if (!session.may('mining')) return
    if (session.may('sources_read')) this.#listen()
    else this.#look()
  }

  #listen() {
    const stream = new EventSource(STREAM)
    stream.addEventListener('event', () => (this.fresh += 1))
    stream.addEventListener('skipped', ({ data }: MessageEvent<string>) => {
      const { n, unread } = JSON.parse(data) as { n: number; unread: number }
      this.fresh += n + unread
    })
    stream.addEventListener('error', () => {
      // A stream that broke off is taken up again by the browser, with Last-Event-ID; one that was refused is not.
      if (stream.readyState === EventSource.CLOSED) this.#look()
    })
  }

  #look = () => {
    clearTimeout(this.#timer)
    document.addEventListener('visibilitychange', this.#look)
    this.#timer = setTimeout(this.#look, EVERY_MS)
    if (!document.hidden) void this.#count()
  }

  async #count() {
    try {
      // The smallest window: the server then counts next to nothing, and the number is of all events.
      const { recipe } = await content(api.GET('/v1/mining/live', { params: { query: { window: '1s' } } }))
      const last = recipe.events_through ?? 0
      if (this.#counted !== null) this.fresh += Math.max(0, last - this.#counted)
      this.#counted = last
    } catch {
      // Nothing on the page depends on it; the next look may succeed.
    }
  }
}

export const live = new Live()
