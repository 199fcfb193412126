/**
 * Where one is on the grid, and what one is about to do there: the cell with the focus, the text being written, the place where
 * something new is about to be put.
 */
import { tick } from 'svelte'
import type { Gap, StageBand, StepColumn } from '../../document/columns'
import type { Desk } from '../desk.svelte'
import { withTextAt, type Lane } from '../lanes'
import type { Onwards } from '../TextEditor.svelte'
import { moved, nearest, STAGES, STEPS, type At, type Table } from './moving'

/** What is about to be added, and where. */
export type Adding = { readonly what: 'step'; readonly gap: Gap } | { readonly what: 'stage'; readonly before: string | null } | { readonly what: 'lane' }

export class Hand {
  at = $state.raw<At>({ row: STEPS, column: 0 })
  /** The cell whose text is being written, as in `data-at`. */
  writes = $state<string | null>(null)
  adding = $state.raw<Adding | null>(null)
  readonly #desk: Desk
  readonly #scroller: () => HTMLElement | undefined
  /** Whose mood a key sets. */
  readonly #voice: () => string
  readonly table: Table = $derived.by(() => ({ rows: [STAGES, STEPS, ...this.#desk.shownLanes.map((lane) => lane.id)], columns: this.#desk.columns }))
  /** The one cell that Tab comes to. */
  readonly active: At = $derived.by(() => nearest(this.table, this.table.rows.includes(this.at.row) ? this.at.row : STEPS, this.at.column))

  constructor(desk: Desk, scroller: () => HTMLElement | undefined, voice: () => string) {
    this.#desk = desk
    this.#scroller = scroller
    this.#voice = voice
  }

  isActive(row: string, column: number): boolean {
    return this.active.row === row && this.active.column === column
  }

  isWritten(row: string, column: number): boolean {
    return this.writes === `${row}|${column}`
  }

  async focus(to: At) {
    this.at = to
    await tick()
    this.#scroller()?.querySelector<HTMLElement>(`[data-at="${CSS.escape(to.row)}|${to.column}"]`)?.focus()
  }

  async focusStep(id: string) {
    await tick()
    const column = this.#desk.columns.of(id)
    if (column) await this.focus({ row: STEPS, column: column.at })
  }

  async focusStage(id: string) {
    await tick()
    const band = this.#desk.columns.bands.find((one) => one.stage?.id === id)
    if (band) await this.focus({ row: STAGES, column: band.at })
  }

  /** The step of a column, if it has one. */
  #stepAt(column: number): StepColumn | undefined {
    return this.#desk.columns.steps.find((one) => one.at === column)
  }

  #bandAt(column: number): StageBand | undefined {
    return this.#desk.columns.bands.findLast((band) => band.at <= column)
  }

  #laneOf(row: string): Lane | undefined {
    return this.#desk.shownLanes.find((lane) => lane.id === row)
  }

  write(cell: At) {
    this.at = cell
    this.writes = `${cell.row}|${cell.column}`
  }

  async written(cell: At, to: Onwards) {
    this.writes = null
    if (to === 'here') await this.focus(cell)
    else if (to === 'next' || to === 'previous') await this.focus(moved(this.table, cell, to === 'next' ? 'ArrowRight' : 'ArrowLeft', false) ?? cell)
  }

  gapAfter(column: number): Gap {
    const band = this.#bandAt(column)
    const place = band?.steps.findIndex((one) => one.at === column) ?? -1
    return { stage: band?.stage?.id ?? '', before: band?.steps[place + 1]?.step.id ?? null }
  }

  #edit(cell: At) {
    const lane = this.#laneOf(cell.row)
    const step = this.#stepAt(cell.column)
    if (cell.row === STEPS && !step) this.adding = { what: 'step', gap: this.gapAfter(cell.column) }
    else if (cell.row === STAGES || cell.row === STEPS || lane?.kind === 'text') {
      if (cell.column >= 0 || lane?.own) this.write(cell)
    } else if (step) this.#desk.open(step.step.id)
  }

  #clear(cell: At) {
    const lane = this.#laneOf(cell.row)
    const id = this.#stepAt(cell.column)?.step.id
    if (id === undefined) return
    if (cell.row === STEPS) {
      this.#desk.removeStep(id)
      void this.focus(nearest(this.table, STEPS, cell.column))
    } else if (lane?.kind === 'text') this.#desk.sheet.edit((plan) => withTextAt(plan, id, lane, ''))
    else if (lane?.id === 'emotion') this.#desk.setMood(id, this.#voice(), undefined)
  }

  #turn(cell: At, by: 1 | -1) {
    const step = this.#stepAt(cell.column)?.step
    if (!step) return
    const voice = this.#voice()
    // From where nothing is said the first press begins beside the middle.
    const now = step.emotion?.[voice] ?? step.emotion?.all ?? 0
    this.#desk.setMood(step.id, voice, Math.max(-2, Math.min(2, now + by)))
  }

  /** Alt and an arrow: what is moved keeps the focus. */
  #shift(cell: At, key: string): boolean {
    const side = { ArrowLeft: 'left', ArrowRight: 'right' }[key] as 'left' | 'right' | undefined
    const step = this.#stepAt(cell.column)?.step
    const stage = this.#bandAt(cell.column)?.stage
    const own = this.#laneOf(cell.row)?.own
    if (cell.row === STEPS && step && side) {
      this.#desk.nudgeStep(step.id, side)
      void this.focusStep(step.id)
    } else if (cell.row === STAGES && stage && side) {
      this.#desk.moveStage(stage.id, side === 'left' ? -1 : 1)
      void this.focusStage(stage.id)
    } else if (own && cell.column < 0 && (key === 'ArrowUp' || key === 'ArrowDown')) {
      this.#desk.moveLane(own.id, key === 'ArrowUp' ? -1 : 1)
      void this.focus(cell)
    } else return false
    return true
  }

  key = (event: KeyboardEvent) => {
    const cell = event.target as HTMLElement
    const [row, column] = cell.dataset.at?.split('|') ?? []
    if (row === undefined || event.defaultPrevented) return
    const from = { row, column: Number(column) }
    const done = () => {
      event.preventDefault()
      event.stopPropagation()
    }
    if (event.altKey) {
      if (this.#desk.may && this.#shift(from, event.key)) done()
      return
    }
    const to = moved(this.table, from, event.key, event.ctrlKey || event.metaKey)
    if (to) {
      done()
      void this.focus(to)
      return
    }
    if (event.ctrlKey || event.metaKey) return
    if (event.key === ' ') {
      const step = this.#stepAt(from.column)
      if (step) {
        done()
        this.#desk.open(step.step.id)
      }
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const menu = cell.querySelector<HTMLElement>('[data-more]')
      if (menu) {
        done()
        menu.click()
      }
    } else if (event.key === 'Enter' || event.key === 'F2') {
      done()
      if (this.#desk.may) this.#edit(from)
      else if (this.#stepAt(from.column)) this.#desk.open(this.#stepAt(from.column)?.step.id ?? '')
    } else if (!this.#desk.may) {
      return
    } else if (event.key === 'Delete') {
      done()
      this.#clear(from)
    } else if (event.key === 'Insert' && row === STEPS) {
      done()
      this.adding = { what: 'step', gap: this.gapAfter(from.column) }
    } else if (row === 'emotion' && (event.key === '+' || event.key === '-')) {
      done()
      this.#turn(from, event.key === '+' ? 1 : -1)
    }
  }

  /** Which cell a press or a Tab came to. */
  arrived = (event: FocusEvent) => {
    const [row, column] = (event.target as HTMLElement).dataset.at?.split('|') ?? []
    if (row === undefined) return
    this.at = { row, column: Number(column) }
    this.#desk.focused = this.#stepAt(Number(column))?.step.id ?? null
  }

  left = (event: FocusEvent) => {
    const next = event.relatedTarget
    if (!(next instanceof Node && this.#scroller()?.contains(next))) this.#desk.focused = null
  }

  async added(title: string) {
    const now = this.adding
    if (!title || !now) return
    if (now.what === 'step') await this.focusStep(this.#desk.addStep(title, now.gap))
    else if (now.what === 'stage') await this.focusStage(this.#desk.addStage(title, now.before))
    else await this.focus({ row: `lane:${this.#desk.addLane(title)}`, column: -1 })
  }

  addingEnds() {
    const now = this.adding
    this.adding = null
    if (now?.what === 'step' && document.activeElement === document.body) void this.focus(this.active)
  }
}
