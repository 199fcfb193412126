/** A step while it is dragged to another place. The pointer says where; Escape leaves it where it was. */
import { gapAt, type Columns, type Gap } from '../document/columns'

const BEGINS_PX = 6
/** Near an edge the grid moves on by itself. */
const EDGE_PX = 56
const SPEED_PX = 14

type Begun = { readonly step: string; readonly x: number; readonly y: number; readonly pointer: number; readonly target: HTMLElement }

export class Dragging {
  /** The step on its way, and the gap that it would go into. */
  now = $state.raw<{ readonly step: string; readonly x: number; readonly y: number; readonly gap: Gap | null } | null>(null)
  #begun: Begun | null = null
  #frame = 0
  /** A click that ends a drag opens nothing. */
  #dragged = false
  readonly #columns: () => Columns
  readonly #scroller: () => HTMLElement | undefined
  /** Where the first column begins inside the scroller. */
  readonly #left: () => number
  readonly #drop: (step: string, gap: Gap) => void

  constructor(of: { columns: () => Columns; scroller: () => HTMLElement | undefined; left: () => number; drop: (step: string, gap: Gap) => void }) {
    this.#columns = of.columns
    this.#scroller = of.scroller
    this.#left = of.left
    this.#drop = of.drop
  }

  /** True once after a drag: the click that belongs to it is not one. */
  wasDragged(): boolean {
    const was = this.#dragged
    this.#dragged = false
    return was
  }

  down = (event: PointerEvent, step: string) => {
    // Fingers scroll the map; for them there is the menu.
    if (event.button !== 0 || event.pointerType === 'touch') return
    this.#dragged = false
    this.#begun = { step, x: event.clientX, y: event.clientY, pointer: event.pointerId, target: event.currentTarget as HTMLElement }
    window.addEventListener('pointermove', this.#move)
    window.addEventListener('pointerup', this.#up)
    window.addEventListener('pointercancel', this.cancel)
    window.addEventListener('keydown', this.#key, true)
  }

  #move = (event: PointerEvent) => {
    const begun = this.#begun
    if (!begun || event.pointerId !== begun.pointer) return
    if (!this.now) {
      if (Math.hypot(event.clientX - begun.x, event.clientY - begun.y) < BEGINS_PX) return
      window.getSelection()?.removeAllRanges()
      document.documentElement.classList.add('dragging')
      this.#frame = requestAnimationFrame(this.#scroll)
    }
    event.preventDefault()
    this.now = { step: begun.step, x: event.clientX, y: event.clientY, gap: this.#gapUnder(event.clientX) }
  }

  #gapUnder(clientX: number): Gap | null {
    const scroller = this.#scroller()
    if (!scroller) return null
    return gapAt(this.#columns(), clientX - scroller.getBoundingClientRect().left + scroller.scrollLeft - this.#left())
  }

  #scroll = () => {
    const scroller = this.#scroller()
    if (!this.now || !scroller) return
    const box = scroller.getBoundingClientRect()
    const [left, right] = [this.now.x - box.left - this.#left(), box.right - this.now.x]
    const by = left < EDGE_PX ? -SPEED_PX : right < EDGE_PX ? SPEED_PX : 0
    if (by) {
      scroller.scrollLeft += by
      this.now = { ...this.now, gap: this.#gapUnder(this.now.x) }
    }
    this.#frame = requestAnimationFrame(this.#scroll)
  }

  #up = () => {
    const dropped = this.now
    this.cancel()
    if (!dropped) return
    this.#dragged = true
    if (dropped.gap) this.#drop(dropped.step, dropped.gap)
  }

  #key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !this.now) return
    event.preventDefault()
    event.stopPropagation()
    this.#dragged = true
    this.cancel()
  }

  cancel = () => {
    this.#begun = null
    this.now = null
    cancelAnimationFrame(this.#frame)
    document.documentElement.classList.remove('dragging')
    window.removeEventListener('pointermove', this.#move)
    window.removeEventListener('pointerup', this.#up)
    window.removeEventListener('pointercancel', this.cancel)
    window.removeEventListener('keydown', this.#key, true)
  }
}
