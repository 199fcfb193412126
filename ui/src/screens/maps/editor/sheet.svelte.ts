/**
 * A map while people work on it. What is done is saved by itself, as a new version on top of the one that was read; what
 * others wrote in between is merged in. Nothing that was done here is lost: it is kept in the browser until the server has it.
 */
import { Problem, type Schemas } from '../../../api/client'
import { mapOf, type MapPlan } from '../../../api/maps'
import { checked, type Check } from '../document/checks'
import { NO_COMMANDS, redone, remembered, shared, undone, type Command, type Turned } from '../document/commands'
import { differences, type Difference } from '../document/differences'
import { keyOf, LISTS, merged, type Conflict } from '../document/merge'
import { compact, same } from '../document/plain'
import { taken } from '../document/taking'
import { drop, keep, thisWindow, type Draft } from './drafts'

type Document = Schemas['Document']

/** What a sheet needs of the server. */
export type Server = {
  /** The current version; null if the map is removed. */
  readonly read: () => Promise<Document | null>
  readonly write: (body: MapPlan, expected: number, note: string, leaving: boolean) => Promise<Document>
  /** Who wrote the versions after this one. */
  readonly authors: (after: number) => Promise<readonly string[]>
}

export type Saving =
  | { readonly kind: 'saved' | 'waiting' | 'saving' | 'gone' }
  /** The server would not take it, for these reasons. */
  | { readonly kind: 'invalid'; readonly checks: readonly Check[] }
  /** The server did not take it. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** It did not arrive; it is tried again. */
  | { readonly kind: 'offline'; readonly problem: Problem }

/** A conflict, with where theirs comes from. */
export type Disputed = Conflict & { readonly by: string; readonly at: string; readonly version: number; readonly whole: MapPlan }

/** What others changed while the map was open. */
export type News = { readonly by: readonly string[]; readonly at: string; readonly version: number; readonly differences: readonly Difference[] }

type Stored = { readonly version: number; readonly body: MapPlan; readonly at: string; readonly author: string; readonly note: string }

const QUIET_MS = 1_200
/** Whoever types on without a pause is saved after so long. */
const LONGEST_MS = 8_000
const LOOK_MS = 4_000
const DRAFT_MS = 300
const AGAIN_MS = 4_000
const TRIES = 5

export class Sheet {
  plan = $state.raw<MapPlan>({ title: '' })
  /** The newest version that is known and merged in. */
  stored = $state.raw<Stored>({ version: 0, body: { title: '' }, at: '', author: '', note: '' })
  saving = $state.raw<Saving>({ kind: 'saved' })
  disputed = $state.raw<readonly Disputed[]>([])
  news = $state.raw<News | null>(null)
  #commands = $state.raw(NO_COMMANDS)
  /** All that the server would have against the map as it is now. */
  readonly checks: readonly Check[] = $derived(checked(compact(this.plan)))

  readonly #name: string
  readonly #person: string
  readonly #server: Server
  readonly #mergedNote: (version: number) => string
  readonly #window = thisWindow()
  #mergedWith = 0
  #note = ''
  #sent: MapPlan | null = null
  #writing = false
  /** Since when there is something to save. */
  #since: number | null = null
  #running: Promise<void> | null = null
  #timers: { save?: ReturnType<typeof setTimeout>; draft?: ReturnType<typeof setTimeout>; look?: ReturnType<typeof setInterval> } = {}

  constructor(document: Document, { person, server, mergedNote }: { person: string; server: Server; mergedNote: (version: number) => string }) {
    this.#name = document.name
    this.#person = person
    this.#server = server
    this.#mergedNote = mergedNote
    this.#store(document)
    this.plan = this.stored.body
  }

  /** True while the server has less than what is seen. */
  get dirty(): boolean {
    return !same(compact(this.plan), this.stored.body)
  }

  get last(): Command | undefined {
    return this.#commands.done.at(-1)
  }

  get next(): Command | undefined {
    return this.#commands.undone.at(-1)
  }

  /** Looks for what others write, until `end`. */
  begin() {
    this.#timers.look = setInterval(() => void this.look(), LOOK_MS)
  }

  /** Stops; what is not saved is on its way. */
  end() {
    clearInterval(this.#timers.look)
    this.leave()
  }

  /** The window may be closed at any moment now. */
  leave() {
    if (!this.dirty) return
    this.#keepDraft()
    void this.save('', true)
  }

  // Changes

  /** Changes the map. What has the same key within a few seconds is taken back together. */
  edit(change: (plan: MapPlan) => MapPlan, key: string | null = null) {
    const after = change(this.plan)
    if (same(after, this.plan)) return
    this.#commands = remembered(this.#commands, this.plan, after, key, Date.now())
    this.plan = after
    this.#later()
  }

  /** A field as somebody wrote it who saw `seen` when they began: what others wrote meanwhile is told, not lost. */
  write(change: (plan: MapPlan) => MapPlan, path: readonly string[], seen: string) {
    const before = at(this.plan, path)
    this.edit(change)
    const now = at(this.plan, path)
    if ((before ?? '') === seen || (now ?? '') === (before ?? '')) return
    const { author: by, at: when, version, body: whole } = this.stored
    this.#dispute([{ path, mine: now, theirs: before, by, at: when, version, whole }])
  }

  undo(): Command | null {
    return this.#turn(undone(this.#commands, this.plan))
  }

  redo(): Command | null {
    return this.#turn(redone(this.#commands, this.plan))
  }

  /** Takes back one command, whatever was done since. */
  takeBack(command: Command) {
    this.edit((plan) => merged(command.after, plan, command.before).plan)
  }

  #turn(turned: Turned | null): Command | null {
    if (!turned) return null
    this.#commands = turned.commands
    this.plan = turned.plan
    this.#later()
    return turned.command
  }

  /** Decides a conflict the other way. */
  take(one: Disputed) {
    this.edit((plan) => taken(plan, one, one.whole))
    this.settle(one)
  }

  /** Leaves a conflict as it is. */
  settle(one: Disputed) {
    this.disputed = this.disputed.filter((other) => other !== one)
  }

  /** Takes up what was left unsaved. */
  takeUp(draft: Draft) {
    const both = merged(draft.base, draft.plan, this.plan)
    const { author: by, at: when, version, body: whole } = this.stored
    this.edit(() => both.plan)
    this.#dispute(both.conflicts.map((one) => ({ ...one, by, at: when, version, whole })))
    drop(this.#person, this.#name, draft.window)
    this.#keepDraft()
  }

  /** Nobody wants what was left. */
  discard(draft: Draft) {
    drop(this.#person, this.#name, draft.window)
  }

  /** True if the map as it is now says all that the draft says. */
  holds(draft: Draft): boolean {
    return same(merged(draft.base, draft.plan, this.plan).plan, compact(this.plan))
  }

  // Saving

  #later() {
    if (!this.#writing) this.saving = this.checks.length ? { kind: 'invalid', checks: this.checks } : { kind: 'waiting' }
    this.#timers.draft ??= setTimeout(() => this.#keepDraft(), DRAFT_MS)
    clearTimeout(this.#timers.save)
    this.#since ??= Date.now()
    const left = this.#since + LONGEST_MS - Date.now()
    this.#timers.save = setTimeout(() => void this.save(), Math.max(0, Math.min(QUIET_MS, left)))
  }

  #keepDraft() {
    clearTimeout(this.#timers.draft)
    this.#timers.draft = undefined
    if (!this.dirty) return
    const { version, body: base } = this.stored
    keep(this.#person, this.#name, { window: this.#window, at: Date.now(), version, base, plan: compact(this.plan) })
  }

  /** Saves now. With a note a version is written even if nothing is new: it has that name. */
  async save(note = '', leaving = false): Promise<void> {
    clearTimeout(this.#timers.save)
    if (note) this.#note = note
    while (this.#running) await this.#running
    this.#running = this.#save(leaving)
    try {
      await this.#running
    } finally {
      this.#running = null
    }
  }

  async #save(leaving: boolean) {
    for (let turn = 0; turn < TRIES; turn += 1) {
      const sent = compact(this.plan)
      const [stored, note] = [this.stored, this.#note]
      if (same(sent, stored.body) && !note) return this.#done()
      const checks = checked(sent)
      if (checks.length) {
        this.saving = { kind: 'invalid', checks }
        return
      }
      this.saving = { kind: 'saving' }
      this.#sent = sent
      this.#since = null
      this.#writing = true
      try {
        const written = await this.#server.write(sent, stored.version, note || (this.#mergedWith ? this.#mergedNote(this.#mergedWith) : ''), leaving)
        this.#writing = false
        this.#mergedWith = 0
        if (this.#note === note) this.#note = ''
        this.#store(written)
        if (!this.dirty && !this.#note) return this.#done()
        if (!this.#note) return this.#later()
      } catch (error) {
        this.#writing = false
        if (!(error instanceof Problem)) throw error
        if (error.code !== 'version_conflict') return this.#failed(error)
        if (!(await this.#catchUp())) return
      }
    }
    // Others write faster than this window: it waits for its turn.
    this.#later()
  }

  #done() {
    this.saving = { kind: 'saved' }
    clearTimeout(this.#timers.draft)
    this.#timers.draft = undefined
    drop(this.#person, this.#name, this.#window)
  }

  #failed(problem: Problem) {
    this.#keepDraft()
    const passing = problem.status === 0 || problem.status === 429 || problem.status >= 500
    this.saving = { kind: passing ? 'offline' : 'refused', problem }
    if (!passing) return
    clearTimeout(this.#timers.save)
    this.#timers.save = setTimeout(() => void this.save(), AGAIN_MS)
  }

  /** Reads what is current after a refusal; false if there is nothing to write on. */
  async #catchUp(): Promise<boolean> {
    try {
      const theirs = await this.#server.read()
      if (theirs) await this.#absorb(theirs)
      else this.#lost()
      return theirs !== null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#failed(error)
      return false
    }
  }

  #lost() {
    this.#keepDraft()
    this.saving = { kind: 'gone' }
  }

  /** Makes a map anew that somebody removed. */
  async makeAnew() {
    this.stored = { ...this.stored, version: 0, body: { title: '' } }
    await this.save()
  }

  // Others

  /** Looks whether others wrote a newer version. */
  async look(): Promise<void> {
    // What is not saved yet is still worked on: other windows are told.
    if (this.dirty) this.#keepDraft()
    if (document.hidden || this.#running || this.saving.kind === 'gone') return
    try {
      const { version } = this.stored
      const now = await this.#server.read()
      if (this.#running || this.stored.version !== version) return
      if (!now) this.#lost()
      else if (now.version > version) await this.#absorb(now)
      if (this.saving.kind === 'offline') void this.save()
    } catch (error) {
      // The next look may succeed; nothing on the page depends on this one.
      if (!(error instanceof Problem)) throw error
    }
  }

  async #absorb(theirs: Document) {
    const body = compact(mapOf(theirs) ?? { title: '' })
    const [base, mine] = [this.stored.body, compact(this.plan)]
    const both = merged(base, mine, body)
    const jumped = theirs.version > this.stored.version + 1
    const before = this.stored.version
    this.#commands = shared(this.#commands, base, mine, body)
    this.#store(theirs)
    this.plan = both.plan
    const { author, at: when, version } = theirs
    this.#dispute(both.conflicts.map((one) => ({ ...one, by: author, at: when, version, whole: body })))
    const found = differences(base, body)
    if (found.length) {
      const { by = [], differences: earlier = [] } = this.news ?? {}
      this.news = { by: [...new Set([...by, author])], at: when, version, differences: [...earlier, ...found] }
    }
    if (!same(both.plan, body)) {
      if (!same(mine, base)) this.#mergedWith = version
      this.#later()
    } else if (!this.#running) this.#done()
    if (jumped) await this.#nameAuthors(before)
  }

  async #nameAuthors(after: number) {
    try {
      const all = await this.#server.authors(after)
      if (this.news) this.news = { ...this.news, by: [...new Set([...this.news.by, ...all])] }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }

  #dispute(more: readonly Disputed[]) {
    const key = ({ path }: Conflict) => JSON.stringify(path)
    const fresh = new Set(more.map(key))
    this.disputed = [...this.disputed.filter((one) => !fresh.has(key(one))), ...more]
  }

  #store(document: Document) {
    const { version, at: when, author, note } = document
    this.stored = { version, at: when, author, note, body: compact(mapOf(document) ?? { title: '' }) }
  }

  /** What the server had against a field, in its words. */
  refusal(path: readonly string[]): string | undefined {
    if (this.saving.kind !== 'refused') return undefined
    return this.saving.problem.params.find((one) => pathOf(this.#sent ?? this.plan, one.name).join('/') === path.join('/'))?.reason
  }
}

/** A place as the server names it, such as `step[3].title`, as the path that leads to it. */
export function pathOf(plan: MapPlan, name: string): readonly string[] {
  const [, list, at, rest = ''] = /^(\w+)\[(\d+)\](?:\.(.+))?$/.exec(name) ?? []
  const known = LISTS.find((one) => one === list)
  const element = known && (plan[known] as readonly unknown[] | undefined)?.[Number(at)]
  if (!known || !element) return name.split('.')
  return [known, keyOf(known, element), ...(rest ? rest.split('.') : [])]
}

/** The text at a path of a map, of several texts each in a line; undefined if there is none. */
export function at(plan: MapPlan, path: readonly string[]): string | undefined {
  const [first = '', id, field, entry] = path
  if (path.length === 1) return text((plan as Record<string, unknown>)[first])
  const list = LISTS.find((one) => one === first)
  const element = list && (plan[list] as readonly unknown[] | undefined)?.find((one) => keyOf(list, one) === id)
  const value = (element as Record<string, unknown> | undefined)?.[field ?? '']
  return text(entry === undefined ? value : (value as Record<string, unknown> | undefined)?.[entry])
}

function text(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join('\n') : typeof value === 'string' ? value : undefined
}
