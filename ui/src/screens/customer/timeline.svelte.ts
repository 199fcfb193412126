/**
 * A customer's events. The API tells them from the oldest on, a page at a time; all of them are read, so that what is said of
 * them is said of all, up to a limit that people do not reach and tablets on counters do.
 */
import { api, content, Problem, type Schemas } from '../../api/client'
import { inTime } from './days'

export type TimelineEvent = Schemas['TimelineEvent']

const PAGE = 1_000
const PAGES_MOST = 5

export class Timeline {
  /** In time. */
  events = $state.raw<readonly TimelineEvent[]>([])
  /** Arrived since, not yet shown. */
  fresh = $state.raw<readonly TimelineEvent[]>([])
  /** True once everything that there was is here. */
  complete = $state(false)
  busy = $state(true)
  problem = $state.raw<Problem | undefined>(undefined)

  /** What happened to the person: decisions about who is who are something else. */
  readonly contacts = $derived(this.events.filter((event) => event.kind !== 'link'))

  #id: string
  /** Where the last page that was read begins. */
  #from: string | undefined
  #next: string | undefined
  #cancel = new AbortController()

  constructor(id: string) {
    this.#id = id
    $effect(() => () => this.#cancel.abort())
    void this.more()
  }

  /** Reads on, some pages at a time. */
  async more() {
    this.busy = true
    this.problem = undefined
    const read: TimelineEvent[] = [...this.events]
    try {
      for (let page = 0; page < PAGES_MOST; page += 1) {
        const { events, next } = await this.#page(this.#next)
        read.push(...events)
        if (!next) {
          this.complete = true
          break
        }
        this.#from = this.#next = next
      }
      this.events = inTime(read)
    } catch (error) {
      if (this.#cancel.signal.aborted) return
      if (!(error instanceof Problem)) throw error
      this.problem = error
    }
    this.busy = false
  }

  /** Everything anew: after it was decided who is who. */
  async again() {
    this.events = []
    this.fresh = []
    this.complete = false
    this.#from = this.#next = undefined
    await this.more()
  }

  /** Looks for what has arrived since, without showing it. */
  async look() {
    if (!this.complete || this.busy) return
    try {
      const known = new Set([...this.events, ...this.fresh].map((event) => event.id))
      const found: TimelineEvent[] = []
      let from = this.#from
      for (;;) {
        const { events, next } = await this.#page(from)
        found.push(...events.filter((event) => !known.has(event.id)))
        if (!next) break
        from = this.#from = next
      }
      if (found.length) this.fresh = [...this.fresh, ...found]
    } catch {
      // Nothing shown depends on it; the next look may succeed.
    }
  }

  /** Shows what has arrived. */
  take() {
    this.events = inTime([...this.events, ...this.fresh])
    this.fresh = []
  }

  #page(cursor: string | undefined): Promise<Schemas['Timeline']> {
    const params = { path: { id: this.#id }, query: { limit: PAGE, cursor } }
    return content(api.GET('/v1/customers/{id}/timeline', { params, signal: this.#cancel.signal }))
  }
}
