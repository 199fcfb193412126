/**
 * Pain points, opportunities, solutions and personas while people work on them: each change of a field is a version of its
 * document, written at once. Who else changed the same document in between loses nothing: other fields are joined, the same
 * field is left as it is and told.
 */
import { SvelteMap } from 'svelte/reactivity'
import { api, content, Problem, type Schemas } from '../../../api/client'
import type { Loading } from '../../../api/loading.svelte'
import { plansOf, removePlan, restorePlan, takeBack, titleOf, writePlan } from '../../../api/plans'
import { announcer } from '../../../app/announce.svelte'
import { session } from '../../../app/session.svelte'
import { toasts } from '../../../app/toasts.svelte'
import { inOrder, list } from '../../../words/format'
import { w } from '../words'
import { changed, KINDS, same, textIn, withField, type Body, type FieldName, type Kind, type Value } from './fields'
import { mapPlaces, namedByObjects, sketch, type Item, type World } from './references'
import { valueText } from './show'

type Document = Schemas['Document']
type PesoKind = 'paid' | 'earned' | 'shared' | 'owned'

const NAMED_MOST = 3
const keyOf = (kind: Kind, name: string) => `${kind}/${name}`
const bodyOf = (document: Document) => (document.body ?? {}) as Body

export class Objects {
  readonly may = session.may('plans_write')
  /** Grows with each change: what the server works out is asked for again. */
  revision = $state(0)
  readonly #loaded = Object.fromEntries(KINDS.map((kind) => [kind, plansOf(kind)])) as Record<Kind, Loading<readonly Document[]>>
  readonly #maps = plansOf('map')
  readonly #touchpoints = plansOf('touchpoint')
  /** Versions newer than what was loaded; without a document where it is removed. */
  #newer = new SvelteMap<string, { readonly version: number; readonly document?: Document }>()
  /** What is on its way to the server. */
  #pending = new SvelteMap<string, Body>()
  /** Writes of a document go one after another. */
  #queues = new Map<string, Promise<unknown>>()

  readonly #documents: Readonly<Record<Kind, readonly Document[]>> = $derived(
    Object.fromEntries(KINDS.map((kind) => [kind, this.#current(kind)])) as Record<Kind, readonly Document[]>,
  )

  readonly world: World = $derived.by(() => {
    const items = (kind: Kind) =>
      this.#documents[kind]
        .map((document): Item => {
          const body = this.#pending.get(keyOf(kind, document.name)) ?? bodyOf(document)
          return { kind, name: document.name, title: textIn(body, 'title') || document.name, version: document.version, body }
        })
        .toSorted((a, b) => inOrder(a.title, b.title))
    return {
      pain_point: items('pain_point'),
      opportunity: items('opportunity'),
      solution: items('solution'),
      persona: items('persona'),
      maps: (this.#maps.content ?? []).map((document) => sketch(document.name, document.body)),
    }
  })

  readonly #register = $derived(
    new Map((this.#touchpoints.content ?? []).map((one) => [one.name, { title: titleOf(one), ...(one.body as { peso?: PesoKind } | null) }])),
  )

  constructor() {
    $effect(() => {
      const look = () => document.visibilityState === 'visible' && this.again()
      document.addEventListener('visibilitychange', look)
      return () => document.removeEventListener('visibilitychange', look)
    })
  }

  get loaded(): boolean {
    return [...Object.values(this.#loaded), this.#maps, this.#touchpoints].every((one) => one.content !== undefined)
  }

  get problem(): Problem | undefined {
    return [...Object.values(this.#loaded), this.#maps, this.#touchpoints].find((one) => one.problem)?.problem
  }

  again() {
    for (const one of [...Object.values(this.#loaded), this.#maps, this.#touchpoints]) one.again()
    this.revision += 1
  }

  item(kind: Kind, name: string): Item | undefined {
    return this.world[kind].find((one) => one.name === name)
  }

  /** What people call something; its name where it is gone. */
  title(kind: Kind | 'touchpoint', name: string): string {
    return kind === 'touchpoint' ? (this.#register.get(name)?.title ?? name) : (this.item(kind, name)?.title ?? name)
  }

  peso(touchpoint: string): PesoKind | null {
    return this.#register.get(touchpoint)?.peso ?? null
  }

  /** False where nothing has that name any more. */
  exists(kind: Kind | 'touchpoint', name: string): boolean {
    return kind === 'touchpoint' ? this.#register.has(name) : this.item(kind, name) !== undefined
  }

  /** What a field that names others can be given. */
  choices(kind: Kind | 'touchpoint'): { value: string; label: string }[] {
    const all = kind === 'touchpoint' ? [...this.#register].map(([value, { title }]) => ({ value, label: title })) : this.world[kind].map((one) => ({ value: one.name, label: one.title }))
    return all.toSorted((a, b) => inOrder(a.label, b.label))
  }

  /** Whoever answers for something already. */
  get owners(): readonly string[] {
    const all = KINDS.flatMap((kind) => this.world[kind].map((one) => textIn(one.body, 'owner')))
    return [...new Set(all.filter(Boolean))].toSorted(inOrder)
  }

  /** Gives a field another value. Resolves to what stands against it, or undefined. */
  async save(kind: Kind, name: string, field: FieldName, value: Value | undefined): Promise<string | undefined> {
    const before = this.item(kind, name)
    if (!before || same(field, before.body[field], value)) return undefined
    const reason = await this.#write(kind, name, field, value)
    if (reason === undefined) {
      const said = w().saved(before.title, w().field[field])
      announcer.say(said)
      toasts.show(said, {
        undo: async () => {
          const against = await this.#write(kind, name, field, before.body[field])
          toasts.show(against ?? w().undone, { tone: against ? 'bad' : 'plain' })
        },
      })
    }
    return reason
  }

  /** Writes down something new. A name that is taken is refused by the server. */
  async create(kind: Kind, name: string, body: Body): Promise<Item> {
    const written = await writePlan(kind, name, body, 0)
    this.#note(written)
    const title = textIn(body, 'title')
    toasts.show(w().created(title), {
      undo: async () => {
        await takeBack(written)
        this.#gone(kind, name, written.version + 1)
        toasts.show(w().undone)
      },
    })
    return { kind, name, title, version: written.version, body }
  }

  /** Removes something; whatever still names it is told. */
  async remove(kind: Kind, name: string) {
    const document = this.#stored(kind, name)
    const item = this.item(kind, name)
    if (!document || !item) return
    const naming = [
      ...namedByObjects(this.world, kind, name).map((one) => one.title),
      ...mapPlaces(this.world, kind, name).map((place) => (place.step ? w().stepOf(place.step.title, place.mapTitle) : place.mapTitle)),
    ]
    try {
      const removed = await removePlan(document)
      this.#gone(kind, name, removed.version)
      const more = naming.length - NAMED_MOST
      const shown = more > 0 ? [...naming.slice(0, NAMED_MOST), w().others(more)] : naming
      const said = naming.length ? w().removedNamed(item.title, list(shown)) : w().removed(item.title)
      announcer.say(said)
      toasts.show(said, {
        undo: async () => {
          // What is removed has no current version.
          this.#note(await restorePlan(removed, document.version, 0))
          toasts.show(w().isBack(item.title))
        },
      })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.show(error.message, { tone: 'bad' })
      this.again()
    }
  }

  /** Makes an old version current again. */
  async restore(kind: Kind, name: string, version: number): Promise<void> {
    const current = this.#stored(kind, name)
    if (!current) return
    try {
      const made = await restorePlan(current, version, current.version)
      this.#note(made)
      toasts.show(w().versions.restored(version), {
        undo: async () => {
          this.#note(await restorePlan(made, current.version, made.version))
          toasts.show(w().undone)
        },
      })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.show(error.message, { tone: 'bad' })
      this.again()
    }
  }

  /** What the server has now; undefined if somebody has removed it. */
  async #theirs(kind: Kind, name: string): Promise<Document | undefined> {
    try {
      return await content(api.GET('/v1/plans/{kind}/{name}', { params: { path: { kind, name } } }))
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return undefined
      throw error
    }
  }

  #current(kind: Kind): readonly Document[] {
    const all = new Map((this.#loaded[kind].content ?? []).map((one) => [one.name, one]))
    for (const [key, { version, document }] of this.#newer) {
      const name = key.slice(kind.length + 1)
      if (!key.startsWith(`${kind}/`) || (all.get(name)?.version ?? 0) >= version) continue
      if (document) all.set(name, document)
      else all.delete(name)
    }
    return [...all.values()]
  }

  #stored(kind: Kind, name: string): Document | undefined {
    return this.#documents[kind].find((one) => one.name === name)
  }

  #note(document: Document) {
    this.#newer.set(keyOf(document.kind as Kind, document.name), { version: document.version, document })
    this.revision += 1
  }

  #gone(kind: Kind, name: string, version: number) {
    this.#newer.set(keyOf(kind, name), { version })
    this.revision += 1
  }

  async #write(kind: Kind, name: string, field: FieldName, value: Value | undefined): Promise<string | undefined> {
    const key = keyOf(kind, name)
    const shown = this.#pending.get(key) ?? bodyOf(this.#stored(kind, name) ?? ({} as Document))
    this.#pending.set(key, withField(shown, field, value))
    const turn = (this.#queues.get(key) ?? Promise.resolve()).then(() => this.#send(kind, name, field, value))
    const tail = turn.catch(() => undefined)
    this.#queues.set(key, tail)
    try {
      return await turn
    } finally {
      // What was changed meanwhile is still on its way.
      if (this.#queues.get(key) === tail) this.#pending.delete(key)
    }
  }

  async #send(kind: Kind, name: string, field: FieldName, value: Value | undefined): Promise<string | undefined> {
    let base = this.#stored(kind, name)
    const joined: string[] = []
    for (;;) {
      if (!base) return w().gone
      try {
        this.#note(await writePlan(kind, name, withField(bodyOf(base), field, value), base.version))
        joined.forEach((said) => toasts.show(said))
        return undefined
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.code !== 'version_conflict') return error.reason(field) ?? (error.detail || error.title)
        const theirs = await this.#theirs(kind, name)
        if (!theirs) {
          this.again()
          return w().gone
        }
        this.#note(theirs)
        const fields = changed(kind, bodyOf(base), bodyOf(theirs))
        if (fields.includes(field) && !same(field, bodyOf(theirs)[field], value)) {
          return w().clash(theirs.author, valueText(field, bodyOf(theirs)[field], this) || w().nothing)
        }
        joined.push(w().joined(theirs.author, list(fields.map((one) => w().field[one]))))
        base = theirs
      }
    }
  }
}
