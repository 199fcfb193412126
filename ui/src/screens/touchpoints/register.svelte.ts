/**
 * The register while people work in it: each change is a version of its document, written at once. Who else changed the
 * same document in between loses nothing: other fields are joined, the same field is asked about.
 */
import { api, content, Problem, type Schemas } from '../../api/client'
import { forget } from '../../api/loading.svelte'
import { plansOf, takeBack, writePlan } from '../../api/plans'
import { announcer } from '../../app/announce.svelte'
import { toasts } from '../../app/toasts.svelte'
import { list } from '../../words/format'
import { difference, each, takingBack, type Outcome, type Outcomes } from './bulk/bulk'
import { changed, merged, patched, type Body, type FieldName, type Patch, type Value } from './fields'
import { undo } from './undo'
import { w } from './words'

type Document = Schemas['Document']

const EVERY_MS = 10_000
/** Documents that are written at the same time. */
const AT_ONCE = 4

/** A field to which two people gave different values. */
export type Clash = {
  readonly name: string
  readonly field: FieldName
  readonly mine: Value
  readonly theirs: Value
  readonly by: string
  readonly at: string
}

/** What somebody else changed while the page was open. */
export type News = { readonly by: string; readonly at: string; readonly fields: readonly FieldName[]; readonly version: number }

export function bodyOf(document: Document): Body {
  return (document.body ?? {}) as Body
}

export class Register {
  clash = $state.raw<Clash | null>(null)
  /** By name. */
  news = $state.raw<ReadonlyMap<string, News>>(new Map())
  saving = $state.raw<ReadonlySet<string>>(new Set())
  /** Grows with whatever is written here or seen to be written elsewhere. */
  revision = $state(0)
  readonly #loaded = plansOf('touchpoint')
  /** Versions newer than what was loaded; null where the document is removed. */
  #newer = $state.raw<ReadonlyMap<string, Document | null>>(new Map())
  /** What is on its way to the server. */
  #pending = $state.raw<ReadonlyMap<string, Body>>(new Map())
  /** Writes of a document go one after another. */
  #queues = new Map<string, Promise<unknown>>()

  readonly documents: readonly Document[] = $derived.by(() => {
    const all = new Map((this.#loaded.content ?? []).map((one) => [one.name, one]))
    for (const [name, document] of this.#newer) {
      const loaded = all.get(name)
      if (!document) all.delete(name)
      else if (!loaded || loaded.version < document.version) all.set(name, document)
    }
    return [...all.values()].map((one) => {
      const pending = this.#pending.get(one.name)
      return pending ? { ...one, body: pending } : one
    })
  })

  readonly #titles = $derived(new Map(this.documents.map((one) => [one.name, String(bodyOf(one).title ?? one.name)])))

  constructor() {
    $effect(() => {
      const timer = setInterval(() => void this.look(), EVERY_MS)
      const onlook = () => void this.look()
      document.addEventListener('visibilitychange', onlook)
      return () => {
        clearInterval(timer)
        document.removeEventListener('visibilitychange', onlook)
      }
    })
  }

  get loaded(): boolean {
    return this.#loaded.content !== undefined
  }

  get problem(): Problem | undefined {
    return this.#loaded.problem
  }

  /** Loads everything anew: after many documents were written elsewhere, as by an import. */
  again() {
    // What was removed may be there again.
    this.#newer = new Map([...this.#newer].filter(([, document]) => document !== null))
    this.revision += 1
    this.#loaded.again()
  }

  of(name: string): Document | undefined {
    return this.documents.find((one) => one.name === name)
  }

  /** What a touchpoint is called; its name where it is not registered. */
  title = (name: string): string => this.#titles.get(name) ?? name

  /** What the register holds in a field, each once: to choose from. */
  values(field: FieldName): string[] {
    const all = this.documents.map((one) => bodyOf(one)[field])
    return [...new Set(all)].filter((one): one is string => typeof one === 'string' && one !== '').toSorted()
  }

  /** Gives a field another value. Resolves to what the server has against it, or undefined. */
  save(name: string, field: FieldName, value: Value): Promise<string | undefined> {
    return this.saveAll(name, { [field]: value }, field)
  }

  /** Gives some fields other values; `field` is the one that it is about. Resolves as `save` does. */
  async saveAll(name: string, patch: Patch, field: FieldName): Promise<string | undefined> {
    const outcome = await this.patch(name, patch)
    switch (outcome.kind) {
      case 'same':
        return undefined
      case 'gone':
        return w().gone
      case 'refused':
        return outcome.reason
      case 'clash': {
        const { theirs, by, at } = outcome
        this.clash = { name, field: outcome.field, mine: patch[outcome.field], theirs, by, at }
        return undefined
      }
      case 'done': {
        const said = w().saved(this.title(name), w().field[field])
        announcer.say(said)
        toasts.show(said, { undo: () => this.#back(name, outcome) })
        if (outcome.joined.length) toasts.show(w().joined(outcome.by, list(outcome.joined.map((one) => w().field[one]))))
        return undefined
      }
    }
  }

  /** The same change of many. */
  patchAll(names: readonly string[], patch: Patch): Promise<Outcomes> {
    return each(names, AT_ONCE, (name) => this.patch(name, patch))
  }

  /** Takes back what was done to many, where nobody has changed it since. */
  async backAll(outcomes: Outcomes): Promise<Outcomes> {
    const done = new Map([...outcomes].flatMap(([name, one]) => (one.kind === 'done' ? [[name, one]] : [])))
    return each([...done.keys()], AT_ONCE, async (name): Promise<Outcome> => {
      const [now, change] = [this.of(name), done.get(name)]
      if (!now || !change) return { kind: 'gone' }
      const { patch, kept } = takingBack(bodyOf(now), change)
      const [field] = kept
      if (field) {
        const { author: by, at } = now
        return { kind: 'clash', field, patch: change.before, theirs: bodyOf(now)[field], by, at }
      }
      return this.patch(name, patch)
    })
  }

  async #back(name: string, done: Outcome & { kind: 'done' }) {
    const [outcome] = (await this.backAll(new Map([[name, done]]))).values()
    const refused = outcome?.kind === 'refused' ? outcome.reason : outcome?.kind === 'gone' ? w().gone : undefined
    if (outcome?.kind === 'clash') toasts.show(w().notBack(outcome.by, w().field[outcome.field]), { tone: 'bad' })
    else toasts.show(refused ?? w().undone, { tone: refused ? 'bad' : 'plain' })
  }

  /** Whoever was asked about a clash has chosen. */
  async choose(mine: boolean) {
    const clash = this.clash
    this.clash = null
    if (!clash || !mine) return
    await this.save(clash.name, clash.field, clash.mine)
  }

  /** Registers a touchpoint. */
  async create(name: string, body: Body): Promise<Document> {
    const written = await writePlan('touchpoint', name, body, 0)
    this.#note(written)
    return written
  }

  /** Takes a touchpoint out of the register. */
  async remove(name: string) {
    const document = this.of(name)
    if (!document) return
    const query = { expected_version: document.version }
    await api.DELETE('/v1/plans/{kind}/{name}', { params: { path: { kind: 'touchpoint', name }, query } })
    this.#gone(name)
    forget('plans touchpoint')
    toasts.show(w().removed(String(bodyOf(document).title ?? name)), {
      // What is removed counts as version 0 until it is there again.
      undo: () => undo(() => this.restore(name, 0, document.version)),
    })
  }

  /** Makes an old version current again. */
  async restore(name: string, current: number, version: number): Promise<Document> {
    const path = { kind: 'touchpoint' as const, name }
    const body = { version, expected_version: current }
    const written = await content(api.POST('/v1/plans/{kind}/{name}/restore', { params: { path }, body }))
    forget('plans touchpoint')
    this.#note(written)
    return written
  }

  /** Takes back a registration just made. */
  async takeBack(document: Document) {
    await takeBack(document)
    this.#gone(document.name)
  }

  /** Removes what was just made elsewhere, as by an import; true if that went well. */
  async discard(name: string): Promise<boolean> {
    const document = this.of(name)
    if (!document) return true
    const query = { expected_version: document.version }
    try {
      await api.DELETE('/v1/plans/{kind}/{name}', { params: { path: { kind: 'touchpoint', name }, query } })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return false
    }
    this.#gone(name)
    forget('plans touchpoint')
    return true
  }

  /** Looks whether others changed something. */
  async look() {
    if (document.hidden || !this.loaded || this.#pending.size) return
    try {
      const known = new Map(this.documents.map((one) => [one.name, one]))
      const now = await content(api.GET('/v1/plans', { params: { query: { kind: 'touchpoint', limit: 1000 } } }))
      if (this.#pending.size || now.next) return
      for (const document of now.documents) {
        const before = known.get(document.name)
        if (!before || before.version < document.version) this.#theirs(before, document)
      }
      const names = new Set(now.documents.map((one) => one.name))
      for (const name of known.keys()) if (!names.has(name)) this.#gone(name)
    } catch (error) {
      // The next look may succeed; nothing on the page depends on this one.
      if (!(error instanceof Problem)) throw error
    }
  }

  /** Changes some fields of a touchpoint; what is shown changes at once. */
  async patch(name: string, patch: Patch): Promise<Outcome> {
    const document = this.of(name)
    if (!document) return { kind: 'gone' }
    const before = bodyOf(document)
    const after = patched(before, patch)
    if (changed(before, after).length === 0) return { kind: 'same' }
    this.#pending = new Map(this.#pending).set(name, after)
    this.saving = new Set(this.saving).add(name)
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(() => this.#send(name, patch))
    const tail = turn.catch(() => undefined)
    this.#queues.set(name, tail)
    try {
      return await turn
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { kind: 'refused', reason: error.message || w().notSaved }
    } finally {
      // What was changed meanwhile is still on its way.
      if (this.#queues.get(name) === tail) {
        const pending = new Map(this.#pending)
        pending.delete(name)
        this.#pending = pending
        const saving = new Set(this.saving)
        saving.delete(name)
        this.saving = saving
      }
    }
  }

  async #send(name: string, patch: Patch): Promise<Outcome> {
    const fields = Object.keys(patch) as FieldName[]
    let base = this.#stored(name)
    let [by, joined]: [string, readonly FieldName[]] = ['', []]
    for (;;) {
      if (!base) return { kind: 'gone' }
      const mine = patched(bodyOf(base), patch)
      if (changed(bodyOf(base), mine).length === 0) return { kind: 'same' }
      try {
        this.#note(await writePlan('touchpoint', name, mine, base.version))
        return { kind: 'done', ...difference(bodyOf(base), mine), joined, by }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.code !== 'version_conflict') {
          const about = fields.map((field) => error.reason(field)).find((one) => one !== undefined)
          return { kind: 'refused', reason: about ?? (error.detail || error.title || w().notSaved) }
        }
        const theirs = await this.#current(name)
        if (!theirs) {
          this.#gone(name)
          return { kind: 'gone' }
        }
        const both = merged(bodyOf(base), mine, bodyOf(theirs))
        this.#theirs(base, theirs)
        const field = both.clashes.find((one) => fields.includes(one)) ?? both.clashes[0]
        if (field) return { kind: 'clash', field, patch, theirs: bodyOf(theirs)[field], by: theirs.author, at: theirs.at }
        ;[by, joined] = [theirs.author, both.taken]
        base = theirs
      }
    }
  }

  async #current(name: string): Promise<Document | null> {
    try {
      return await content(api.GET('/v1/plans/{kind}/{name}', { params: { path: { kind: 'touchpoint' as const, name } } }))
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return null
      throw error
    }
  }

  /** The newest version that is known to be stored. */
  #stored(name: string): Document | undefined {
    const newer = this.#newer.get(name)
    if (newer === null) return undefined
    const loaded = this.#loaded.content?.find((one) => one.name === name)
    return newer && (!loaded || newer.version > loaded.version) ? newer : loaded
  }

  #note(document: Document) {
    this.#newer = new Map(this.#newer).set(document.name, document)
    this.revision += 1
  }

  #gone(name: string) {
    this.#newer = new Map(this.#newer).set(name, null)
    this.revision += 1
  }

  #theirs(before: Document | undefined, document: Document) {
    this.#note(document)
    const fields = before ? changed(bodyOf(before), bodyOf(document)) : []
    const { author: by, at, version } = document
    this.news = new Map(this.news).set(document.name, { by, at, fields, version })
  }
}
