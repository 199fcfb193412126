/**
 * The register while people work in it: each change of a field is a version of its document, written at once. Who else
 * changed the same document in between loses nothing: other fields are joined, the same field is asked about.
 */
import { api, content, Problem, type Schemas } from '../../api/client'
import { forget } from '../../api/loading.svelte'
import { plansOf, takeBack, writePlan } from '../../api/plans'
import { announcer } from '../../app/announce.svelte'
import { toasts } from '../../app/toasts.svelte'
import { list } from '../../words/format'
import { changed, merged, withField, type Body, type FieldName } from './fields'
import { undo } from './undo'
import { w } from './words'

type Document = Schemas['Document']

const EVERY_MS = 10_000

/** A field to which two people gave different values. */
export type Clash = {
  readonly name: string
  readonly field: FieldName
  readonly mine: string | number | undefined
  readonly theirs: string | number | undefined
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

  again() {
    this.#loaded.again()
  }

  of(name: string): Document | undefined {
    return this.documents.find((one) => one.name === name)
  }

  /** Gives a field another value. Resolves to what the server has against it, or undefined. */
  async save(name: string, field: FieldName, value: string | number | undefined): Promise<string | undefined> {
    const document = this.of(name)
    if (!document) return undefined
    const before = bodyOf(document)
    if (before[field] === value) return undefined
    const after = withField(before, field, value)
    const reason = await this.#write(name, after, (base) => withField(base, field, value), field)
    if (reason === undefined && !this.clash) {
      const title = String(after.title ?? name)
      announcer.say(w().saved(title, w().field[field]))
      toasts.show(w().saved(title, w().field[field]), { undo: async () => void (await this.#back(name, field, before[field])) })
    }
    return reason
  }

  async #back(name: string, field: FieldName, value: string | number | undefined) {
    const document = this.of(name)
    if (!document) return
    const reason = await this.#write(name, withField(bodyOf(document), field, value), (base) => withField(base, field, value), field)
    toasts.show(reason ?? w().undone, { tone: reason ? 'bad' : 'plain' })
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
    this.#newer = new Map(this.#newer).set(name, null)
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
    this.#newer = new Map(this.#newer).set(document.name, null)
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
      for (const name of known.keys()) if (!names.has(name)) this.#newer = new Map(this.#newer).set(name, null)
    } catch (error) {
      // The next look may succeed; nothing on the page depends on this one.
      if (!(error instanceof Problem)) throw error
    }
  }

  async #write(
    name: string,
    optimistic: Body,
    change: (base: Body) => Body,
    field: FieldName,
  ): Promise<string | undefined> {
    this.#pending = new Map(this.#pending).set(name, optimistic)
    this.saving = new Set(this.saving).add(name)
    const turn = (this.#queues.get(name) ?? Promise.resolve()).then(() => this.#send(name, change, field))
    const tail = turn.catch(() => undefined)
    this.#queues.set(name, tail)
    try {
      return await turn
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

  async #send(name: string, change: (base: Body) => Body, field: FieldName): Promise<string | undefined> {
    let base = this.#stored(name)
    for (;;) {
      if (!base) return w().gone
      const mine = change(bodyOf(base))
      try {
        this.#note(await writePlan('touchpoint', name, mine, base.version))
        return undefined
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.code !== 'version_conflict') return error.reason(field) ?? error.detail ?? error.title
        const path = { kind: 'touchpoint' as const, name }
        const theirs: Document = await content(api.GET('/v1/plans/{kind}/{name}', { params: { path } }))
        const both = merged(bodyOf(base), mine, bodyOf(theirs))
        const { author: by, at } = theirs
        this.#theirs(base, theirs)
        if (both.clashes.includes(field)) {
          this.clash = { name, field, mine: mine[field], theirs: bodyOf(theirs)[field], by, at }
          return undefined
        }
        toasts.show(w().joined(by, list(both.taken.map((one) => w().field[one]))))
        base = theirs
      }
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
  }

  #theirs(before: Document | undefined, document: Document) {
    this.#note(document)
    const fields = before ? changed(bodyOf(before), bodyOf(document)) : []
    const { author: by, at, version } = document
    this.news = new Map(this.news).set(document.name, { by, at, fields, version })
  }
}
