/** Short messages at the edge of the screen. What was done can be undone for six seconds: no "are you sure?" before. */
import { Problem } from '../api/client'

const SHOWN_MS = 6_000

export type Toast = {
  readonly id: number
  readonly text: string
  readonly undo?: () => void | Promise<void>
  readonly tone: 'plain' | 'bad'
}

class Toasts {
  list = $state.raw<readonly Toast[]>([])
  #next = 1
  #timers = new Map<number, ReturnType<typeof setTimeout>>()

  show(text: string, { undo, tone = 'plain' }: { undo?: Toast['undo']; tone?: Toast['tone'] } = {}) {
    const toast: Toast = { id: this.#next++, text, undo, tone }
    this.list = [...this.list.slice(-2), toast]
    this.resume(toast.id)
  }

  close(id: number) {
    this.hold(id)
    this.list = this.list.filter((one) => one.id !== id)
  }

  async undo(toast: Toast) {
    this.close(toast.id)
    try {
      await toast.undo?.()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.show(error.message, { tone: 'bad' })
    }
  }

  /** Who reads or reaches for a message is not hurried. */
  hold(id: number) {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
  }

  resume(id: number) {
    this.hold(id)
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), SHOWN_MS),
    )
  }
}

export const toasts = new Toasts()
