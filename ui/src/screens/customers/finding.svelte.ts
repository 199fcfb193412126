/** A search as it is typed: asked once the typing rests, and nothing of it in the address. */
import { find, type FoundPage } from '../../api/find'
import { loading, type Loading } from '../../api/loading.svelte'

const REST_MS = 180
const LEAST = 2

class Finding {
  typed = $state('')
  #settled = $state('')
  readonly asked: Loading<FoundPage>

  constructor() {
    $effect(() => {
      const text = this.typed.trim()
      const timer = setTimeout(() => (this.#settled = text), REST_MS)
      return () => clearTimeout(timer)
    })
    this.asked = loading(() =>
      this.#settled.length >= LEAST ? { key: `customer search ${this.#settled}`, get: (signal) => find(this.#settled, signal) } : null,
    )
  }

  /** True if there is enough to search for. */
  get wanted(): boolean {
    return this.typed.trim().length >= LEAST
  }

  /** What was found for what stands there now; undefined while it is on its way. */
  get page(): FoundPage | undefined {
    return this.wanted && this.#settled === this.typed.trim() && !this.asked.busy ? this.asked.content : undefined
  }
}

/** Call it while a component is set up. */
export function finding(): Finding {
  return new Finding()
}
