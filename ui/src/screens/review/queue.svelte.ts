/**
 * The pairs that wait, and what was decided about them. A decision is sent when it can no longer be undone: until then
 * nothing is written, for what was said once about two people stays said.
 */
import { api, content, Problem, type Schemas } from '../../api/client'
import { rule } from '../../api/customers'
import { loading, type Loading } from '../../api/loading.svelte'
import { toasts } from '../../app/toasts.svelte'
import { w } from './words'

export type Pair = Schemas['ReviewPair']
export type Which = 'all' | 'doubt' | 'sure'
export type Verdict = 'same' | 'different'

const PAGE = 100
/** As long as messages stay. */
const UNDO_MS = 6_000

type Pending = { readonly pair: Pair; readonly verdict: Verdict; readonly note: string; readonly timer: ReturnType<typeof setTimeout> }

export function keyOfPair({ a, b }: Pair): string {
  return `${a.customer} ${b.customer}`
}

export class Queue {
  readonly asked: Loading<Schemas['ReviewPage']>
  decided = $state(0)
  #after = $state(0)
  #gone = $state.raw<ReadonlySet<string>>(new Set())
  #later = $state.raw<ReadonlySet<string>>(new Set())
  #pending = new Map<string, Pending>()

  constructor(which: () => Which) {
    this.asked = loading(() => ({
      key: `customer review ${which()} ${this.#after}`,
      get: (signal) => {
        const doubt = { all: undefined, doubt: 'yes' as const, sure: 'no' as const }[which()]
        const cursor = this.#after ? String(this.#after) : undefined
        return content(api.GET('/v1/customers/review', { params: { query: { doubt, limit: PAGE, cursor } }, signal }))
      },
    }))
    $effect(() => {
      const leave = () => this.#sendAll()
      window.addEventListener('pagehide', leave)
      return () => {
        window.removeEventListener('pagehide', leave)
        leave()
      }
    })
  }

  /** What waits here; those for later are left out. */
  readonly pairs = $derived.by((): readonly Pair[] =>
    (this.asked.content?.pairs ?? []).filter((pair) => !this.#gone.has(keyOfPair(pair)) && !this.#later.has(keyOfPair(pair))),
  )

  get later(): number {
    return this.#later.size
  }

  /** How many wait in all, as far as is known. */
  get open(): number {
    const page = this.asked.content
    if (!page) return 0
    const goneHere = page.pairs.filter((pair) => this.#gone.has(keyOfPair(pair))).length
    return Math.max(0, page.waiting - goneHere)
  }

  decide(pair: Pair, verdict: Verdict, note: string) {
    const key = keyOfPair(pair)
    const timer = setTimeout(() => void this.#send(key), UNDO_MS)
    this.#pending.set(key, { pair, verdict, note, timer })
    this.#gone = new Set([...this.#gone, key])
    this.decided += 1
    toasts.show(w().done[verdict](pair.a.customer, pair.b.customer), { undo: () => this.undo(key) })
    this.#refill()
  }

  /** Takes back a decision, the last one if none is named, as long as it is not sent. */
  undo(key = [...this.#pending.keys()].at(-1)) {
    const pending = key === undefined ? undefined : this.#pending.get(key)
    if (key === undefined || !pending) {
      if (key !== undefined) toasts.show(w().tooLate)
      return
    }
    clearTimeout(pending.timer)
    this.#pending.delete(key)
    this.#back(key)
  }

  putOff(pair: Pair) {
    this.#later = new Set([...this.#later, keyOfPair(pair)])
    this.#refill()
  }

  takeUp() {
    this.#later = new Set()
    this.#after = 0
  }

  #back(key: string) {
    this.#gone = new Set([...this.#gone].filter((one) => one !== key))
    this.decided -= 1
  }

  /** The next page once this one is through: it begins after those that still wait. */
  #refill() {
    const page = this.asked.content
    if (this.pairs.length > 0 || !page || page.next === null) return
    const waitingHere = page.pairs.filter((pair) => this.#later.has(keyOfPair(pair)) || this.#pending.has(keyOfPair(pair))).length
    this.#after += waitingHere
    if (waitingHere === 0) this.asked.again()
  }

  async #send(key: string, keepalive = false) {
    const pending = this.#pending.get(key)
    if (!pending) return
    clearTimeout(pending.timer)
    this.#pending.delete(key)
    const { pair, verdict, note } = pending
    try {
      await rule(verdict === 'same' ? 'merge' : 'unmerge', pair.a.identifier, pair.b.identifier, note, { keepalive })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#back(key)
      toasts.show(w().refused(`${pair.a.customer}, ${pair.b.customer}`, error.message), { tone: 'bad' })
    }
  }

  #sendAll() {
    for (const key of [...this.#pending.keys()]) void this.#send(key, true)
  }
}
