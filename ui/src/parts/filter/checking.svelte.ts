/** Lets the server read a filter before it is used: the cheapest question, of which only the mistakes count. */
import { queryOf } from '../../api/ask.svelte'
import { call, Problem } from '../../api/client'
import type { About } from '../../app/filter.svelte'

class Checking {
  busy = $state(false)
  #problem = $state.raw<Problem | null>(null)

  /** What is wrong with a parameter, in the server's words. */
  reason(name: string): string | undefined {
    if (!this.#problem) return undefined
    return this.#problem.reason(name) ?? (this.#problem.params.length ? undefined : this.#problem.message)
  }

  /** How many characters stand before the mistake in a parameter, if the server says so. */
  place(name: string): number | null {
    const found = /at character (\d+)/.exec(this.#problem?.reason(name) ?? '')
    return found ? Number(found[1]) : null
  }

  clear() {
    this.#problem = null
  }

  async fits(about: About): Promise<boolean> {
    this.busy = true
    try {
      await call(`/v1/mining/variants?${queryOf({ question: 'variants', settings: { top: 1 }, about })}`)
      this.#problem = null
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#problem = error
      return false
    } finally {
      this.busy = false
    }
  }
}

export function checking(): Checking {
  return new Checking()
}
