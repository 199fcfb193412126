/** Places found automatically for what is in sight. The worker and its library are loaded when first asked for. */
import type { Point } from './drawing'

export type Asked = {
  readonly id: number
  readonly width: number
  readonly height: number
  readonly steps: readonly string[]
  readonly paths: readonly { readonly from: string; readonly to: string; readonly weight: number }[]
}
export type Found = {
  readonly id: number
  readonly width: number
  readonly height: number
  readonly places: readonly (readonly [string, { readonly x: number; readonly y: number }])[]
  /** The points of each path, in the order asked. */
  readonly lines: readonly (readonly Point[])[]
}
type Question = Omit<Asked, 'id'>

export class Automatic {
  /** What was found last; it stays in sight until the next is there. */
  found = $state.raw<{ readonly asked: Question; readonly found: Found } | null>(null)
  failed = $state(false)
  #worker: Worker | null = null
  #latest = 0

  /** Asks while a component shows it; null asks nothing. */
  constructor(question: () => Question | null) {
    $effect(() => {
      const asked = question()
      if (!asked) return
      const id = ++this.#latest
      const worker = this.#start()
      worker.onmessage = ({ data }: MessageEvent<Found>) => {
        // Only the latest counts: what came in between is of an older slider.
        if (data.id === this.#latest && data.id === id) this.found = { asked, found: data }
      }
      worker.onerror = () => (this.failed = true)
      worker.postMessage({ id, ...asked } satisfies Asked)
    })
    $effect(() => () => this.#worker?.terminate())
  }

  #start(): Worker {
    this.#worker ??= new Worker(new URL('./automatic.worker.ts', import.meta.url), { type: 'module' })
    return this.#worker
  }
}
