/**
 * Events as they arrive, by server-sent events. The list is bounded; what is not shown is counted, so that shown, waiting,
 * skipped and dropped together are everything.
 */
import type { Schemas } from '../../../api/client'

export type LiveEvent = Schemas['LiveEvent']

export const KEPT_MOST = 200
const RATE_MS = 10_000

export type Quarantined = { readonly source: string; readonly n: number }

export class Stream {
  /** Newest first. */
  shown = $state.raw<readonly LiveEvent[]>([])
  /** What arrived while nothing may move: newest first. */
  waiting = $state.raw<readonly LiveEvent[]>([])
  /** Came faster than the server shows. */
  skipped = $state(0)
  /** Older ones that the bounded list let go. */
  dropped = $state(0)
  /** Came while the connection was lost, too far back to be shown. */
  missed = $state(0)
  quarantined = $state.raw<Quarantined | null>(null)
  state = $state<'connecting' | 'open' | 'lost'>('connecting')
  /** Events a second, the last ten seconds. */
  rate = $state(0)
  held = $state(false)
  readonly #arrivals: { at: number; n: number }[] = []

  constructor(source: () => string) {
    $effect(() => {
      const query = source() ? `?source=${encodeURIComponent(source())}` : ''
      const stream = new EventSource(`/v1/events/live${query}`)
      this.clear()
      this.state = 'connecting'
      stream.addEventListener('open', () => (this.state = 'open'))
      stream.addEventListener('error', () => (this.state = 'lost'))
      stream.addEventListener('start', (event) => (this.missed += read<Schemas['LiveStart']>(event).missed))
      stream.addEventListener('event', (event) => this.#take(read<LiveEvent>(event)))
      stream.addEventListener('skipped', (event) => {
        const { n, unread } = read<Schemas['LiveSkipped']>(event)
        this.skipped += n + unread
        this.#count(n + unread)
      })
      stream.addEventListener('quarantined', (event) => (this.quarantined = read<Schemas['LiveQuarantined']>(event)))
      const timer = setInterval(() => this.#count(0), 1_000)
      return () => {
        clearInterval(timer)
        stream.close()
      }
    })
  }

  /** Shows what waited. */
  release() {
    this.#show(this.waiting)
    this.waiting = []
  }

  clear() {
    this.shown = []
    this.waiting = []
    this.skipped = 0
    this.dropped = 0
    this.missed = 0
    this.quarantined = null
  }

  #take(event: LiveEvent) {
    this.#count(1)
    if (!this.held) {
      this.#show([event])
      return
    }
    this.dropped += Math.max(0, this.waiting.length + 1 - KEPT_MOST)
    this.waiting = [event, ...this.waiting].slice(0, KEPT_MOST)
  }

  #show(events: readonly LiveEvent[]) {
    this.dropped += Math.max(0, events.length + this.shown.length - KEPT_MOST)
    this.shown = [...events, ...this.shown].slice(0, KEPT_MOST)
  }

  #count(n: number) {
    const now = Date.now()
    if (n) this.#arrivals.push({ at: now, n })
    while (this.#arrivals[0] && this.#arrivals[0].at < now - RATE_MS) this.#arrivals.shift()
    this.rate = this.#arrivals.reduce((sum, one) => sum + one.n, 0) / (RATE_MS / 1_000)
  }
}

function read<T>(event: Event): T {
  return JSON.parse((event as MessageEvent<string>).data) as T
}
