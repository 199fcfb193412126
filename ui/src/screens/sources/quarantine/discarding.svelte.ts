/**
 * Items on their way out. The server cannot take a discard back, so it is told only once the toast with its undo is gone,
 * or the page is left.
 */
import { api, Problem } from '../../../api/client'
import { toasts } from '../../../app/toasts.svelte'
import { number } from '../../../words/format'
import { w } from '../words'

export class Discarding {
  /** Items that are not shown any more. */
  going = $state.raw<ReadonlySet<number>>(new Set())
  readonly #undo = new Map<number, () => void>()
  readonly #done: () => void

  constructor(done: () => void) {
    this.#done = done
    $effect(() => {
      const offered = toasts.list.map((one) => one.undo)
      for (const [id, undo] of [...this.#undo]) if (!offered.includes(undo)) void this.#commit(id)
    })
    $effect(() => {
      const leave = () => this.#commitAll()
      window.addEventListener('pagehide', leave)
      return () => {
        window.removeEventListener('pagehide', leave)
        leave()
      }
    })
  }

  discard(id: number) {
    const undo = () => {
      this.#undo.delete(id)
      this.#show(id)
      toasts.show(w().discardKept)
    }
    this.going = new Set(this.going).add(id)
    toasts.show(w().discarded(number(id)), { undo })
    this.#undo.set(id, undo)
  }

  #commitAll() {
    for (const id of [...this.#undo.keys()]) void this.#commit(id)
  }

  #show(id: number) {
    const going = new Set(this.going)
    going.delete(id)
    this.going = going
  }

  async #commit(id: number) {
    if (!this.#undo.delete(id)) return
    try {
      // Goes through even if the page is left meanwhile.
      await api.POST('/v1/quarantine/{id}/discard', { params: { path: { id } }, keepalive: true })
      this.#done()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#show(id)
      toasts.show(error.detail || error.title, { tone: 'bad' })
    }
  }
}
