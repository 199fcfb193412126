/** The desk on which one map lies: what all parts of the editor share, and what can be done there. */
import { getContext, setContext } from 'svelte'
import type { MapPlan, Step } from '../../../api/maps'
import { announcer } from '../../../app/announce.svelte'
import { choice, parameters, several, text, whole } from '../../../app/parameters.svelte'
import { toasts } from '../../../app/toasts.svelte'
import * as change from '../document/changes'
import type { Command } from '../document/commands'
import { columnsOf, gapBeside, type Columns, type Gap } from '../document/columns'
import { differences } from '../document/differences'
import { edgesInForce } from '../document/network'
import { routed, type Routing } from '../edges/routing'
import type { Comments } from './comments.svelte'
import { lanesOf, type Lane } from './lanes'
import type { Registers } from './registers.svelte'
import { saying } from './saying'
import type { Sheet } from './sheet.svelte'
import { w } from './words'

export const PANELS = ['none', 'map', 'history', 'comments', 'conflicts'] as const
export type Panel = (typeof PANELS)[number]
export const PARTS = ['step', 'ways', 'comments'] as const
export type Part = (typeof PARTS)[number]

/** What of the view stands in the URL. */
function urlView() {
  return parameters({
    /** Whose drawer is open. */
    step: text(),
    part: choice(PARTS, 'step'),
    panel: choice(PANELS, 'none'),
    /** Place of the comments that are shown; all if empty. */
    place: text(),
    /** An old version, to be read only. */
    version: whole(0, { least: 0 }),
    /** Lanes that are not shown. */
    hide: several(),
    /** Whose emotions are drawn; all if empty. */
    voices: several(),
    mode: choice(['edit', 'present'], 'edit'),
    slide: whole(0, { least: 0 }),
  })
}

/** What is shown in place of the map as it is: an old version. */
export type Old = { readonly version: number; readonly plan: MapPlan; readonly at: string; readonly author: string }

export class Desk {
  readonly view = urlView()
  old = $state.raw<Old | null>(null)
  /** The step or way on which attention is. */
  focused = $state.raw<string | null>(null)
  readonly name: string
  readonly sheet: Sheet
  readonly registers: Registers
  readonly comments: Comments
  readonly #mayWrite: boolean

  readonly plan: MapPlan = $derived.by(() => this.old?.plan ?? this.sheet.plan)
  readonly columns: Columns = $derived(columnsOf(this.plan))
  readonly routing: Routing = $derived(routed(this.columns, edgesInForce(this.plan)))
  readonly lanes: readonly Lane[] = $derived(lanesOf(this.plan))
  readonly shownLanes: readonly Lane[] = $derived(this.lanes.filter((lane) => !this.view.now.hide.includes(lane.id)))
  readonly faulty: ReadonlySet<string> = $derived.by(() => new Set(this.sheet.checks.flatMap(({ path }) => (path[0] === 'step' && path[1] ? [path[1]] : []))))

  constructor(of: { name: string; sheet: Sheet; registers: Registers; comments: Comments; mayWrite: boolean }) {
    this.name = of.name
    this.sheet = of.sheet
    this.registers = of.registers
    this.comments = of.comments
    this.#mayWrite = of.mayWrite
  }

  /** Whether this map may be worked on, as it is shown. */
  get may(): boolean {
    return this.#mayWrite && this.old === null
  }

  /** Whether this person may write plans at all: comments, also on an old version. */
  get writes(): boolean {
    return this.#mayWrite
  }

  step(id: string): Step | undefined {
    return this.columns.of(id)?.step
  }

  shows(lane: string): boolean {
    return !this.view.now.hide.includes(lane)
  }

  show(lane: string, shown: boolean) {
    const others = this.view.now.hide.filter((one) => one !== lane)
    this.view.set({ hide: shown ? others : [...others, lane] }, { replace: true })
  }

  open(step: string, part: Part = 'step') {
    this.view.set({ step, part, panel: 'none', place: '' }, { replace: this.view.now.step !== '' || this.view.now.panel !== 'none' })
  }

  openPanel(panel: Panel, place = '') {
    this.view.set({ panel, place, step: '', part: 'step' }, { replace: this.view.now.step !== '' || this.view.now.panel !== 'none' })
  }

  close() {
    this.view.set({ step: '', part: 'step', panel: 'none', place: '' })
  }

  undo() {
    const command = this.may ? this.sheet.undo() : null
    if (command) announcer.say(w().undone(this.#said(command)))
  }

  redo() {
    const command = this.may ? this.sheet.redo() : null
    if (command) announcer.say(w().redone(this.#said(command)))
  }

  #said(command: Command): string {
    const [first] = differences(command.before, command.after)
    return first ? saying(first, this.registers, command.after) : ''
  }

  /** What taking back would take back, in words. */
  readonly undoes = $derived.by(() => (this.sheet.last ? this.#said(this.sheet.last) : ''))
  readonly redoes = $derived.by(() => (this.sheet.next ? this.#said(this.sheet.next) : ''))

  /** Does something that a message can take back. */
  #told(said: string, run: (plan: MapPlan) => MapPlan) {
    this.sheet.edit(run)
    const command = this.sheet.last
    announcer.say(said)
    toasts.show(said, { undo: command && (() => this.sheet.takeBack(command)) })
  }

  addStep(title: string, gap: Gap): string {
    const made = change.addStep(this.sheet.plan, title, gap)
    this.sheet.edit(() => made.plan)
    announcer.say(w().stepAdded(title))
    return made.id
  }

  addStage(title: string, before: string | null = null): string {
    const made = change.addStage(this.sheet.plan, title, before)
    this.sheet.edit(() => made.plan)
    announcer.say(w().stageAdded(title))
    return made.id
  }

  addLane(title: string): string {
    const made = change.addLane(this.sheet.plan, title)
    this.sheet.edit(() => made.plan)
    return made.id
  }

  removeStep(id: string) {
    const title = this.step(id)?.title ?? id
    if (this.view.now.step === id) this.close()
    this.#told(w().stepRemoved(title), (plan) => change.removeStep(plan, id))
  }

  duplicateStep(id: string): string {
    const made = change.duplicateStep(this.sheet.plan, id, w().copyOf)
    this.sheet.edit(() => made.plan)
    announcer.say(w().stepAdded(made.plan.step?.find((step) => step.id === made.id)?.title ?? ''))
    return made.id
  }

  moveStep(id: string, gap: Gap) {
    this.sheet.edit((plan) => change.moveStep(plan, id, gap))
    const band = this.columns.bands.find((one) => one.steps.some((column) => column.step.id === id))
    const place = (band?.steps.findIndex((column) => column.step.id === id) ?? 0) + 1
    announcer.say(w().stepMoved(this.step(id)?.title ?? id, band?.stage?.title ?? w().noStage, place, band?.steps.length ?? 1))
  }

  /** One place to the side; false where there is none. */
  nudgeStep(id: string, side: 'left' | 'right'): boolean {
    const gap = gapBeside(this.columns, id, side)
    if (gap) this.moveStep(id, gap)
    return gap !== null
  }

  moveStage(id: string, by: number) {
    this.sheet.edit((plan) => change.moveStage(plan, id, by))
    const at = this.columns.bands.findIndex((band) => band.stage?.id === id)
    announcer.say(w().stageMoved(this.columns.bands[at]?.stage?.title ?? id, at + 1, this.columns.bands.length))
  }

  duplicateStage(id: string) {
    this.sheet.edit((plan) => change.duplicateStage(plan, id, w().copyOf).plan)
  }

  removeStage(id: string) {
    const band = this.columns.bands.find((one) => one.stage?.id === id)
    this.#told(w().stageRemoved(band?.stage?.title ?? id, band?.steps.length ?? 0), (plan) => change.removeStage(plan, id))
  }

  removeLane(id: string) {
    const title = this.plan.lane?.find((lane) => lane.id === id)?.title ?? id
    this.#told(w().laneRemoved(title), (plan) => change.removeLane(plan, id))
  }

  moveLane(id: string, by: number) {
    this.sheet.edit((plan) => change.moveLane(plan, id, by))
  }

  setMood(step: string, voice: string, mood: number | undefined) {
    this.sheet.edit((plan) => change.withMood(plan, step, voice, mood), `mood ${step} ${voice}`)
  }
}

const KEY = Symbol('desk')

export function layDesk(desk: Desk): Desk {
  return setContext(KEY, desk)
}

/** The desk that this part lies on. Call it while a component is set up. */
export function theDesk(): Desk {
  return getContext<Desk>(KEY)
}
