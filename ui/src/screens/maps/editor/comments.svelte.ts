/** Comments about a map: threads by their place, looked for now and then, settled by removing them. */
import { api, content, Problem, type Schemas } from '../../../api/client'
import type { Comment } from '../../../api/maps'
import { removePlan, restorePlan, writePlan } from '../../../api/plans'
import { toasts } from '../../../app/toasts.svelte'
import { w } from './words'

type Document = Schemas['Document']

export type Remark = {
  readonly name: string
  readonly place: string
  readonly text: string
  readonly author: string
  readonly at: string
  readonly document: Document
}

export type Thread = Remark & { readonly replies: readonly Remark[] }

const PAGE = 200
const LOOK_MS = 15_000
const KIND = 'comment' as const

function bodyOf(document: Document): Comment | null {
  const body = document.body as Comment | null
  return body && typeof body.text === 'string' ? body : null
}

/** Threads in the order of their first remark. A reply whose thread is settled is part of none. */
export function threadsOf(documents: readonly Document[], first: ReadonlyMap<string, Pick<Document, 'author' | 'at'>>): readonly Thread[] {
  const remarks = documents.flatMap((document): (Remark & { replyTo: string })[] => {
    const body = bodyOf(document)
    // Who made it is said by its first version: a later one may be of whoever took back that it was settled.
    const { author, at } = first.get(document.name) ?? document
    return body ? [{ name: document.name, place: body.place ?? '', text: body.text, author, at, document, replyTo: body.reply_to ?? '' }] : []
  })
  const byTime = remarks.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.name < b.name ? -1 : 1))
  return byTime.filter((one) => !one.replyTo).map(({ replyTo: _, ...one }) => ({ ...one, replies: byTime.filter((other) => other.replyTo === one.name) }))
}

export class Comments {
  #documents = $state.raw<readonly Document[]>([])
  #first = $state.raw<ReadonlyMap<string, Pick<Document, 'author' | 'at'>>>(new Map())
  readonly threads: readonly Thread[] = $derived(threadsOf(this.#documents, this.#first))
  readonly #about: string
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(map: string) {
    this.#about = `map/${map}`
  }

  begin() {
    void this.look()
    this.#timer = setInterval(() => !document.hidden && void this.look(), LOOK_MS)
  }

  end() {
    clearInterval(this.#timer)
  }

  /** Remarks at a place, replies with them; at the map itself where the place is empty. */
  count(place: string): number {
    return this.at(place).reduce((sum, thread) => sum + 1 + thread.replies.length, 0)
  }

  at(place: string): readonly Thread[] {
    return this.threads.filter((thread) => thread.place === place)
  }

  async look() {
    try {
      const all: Document[] = []
      let cursor: string | undefined
      do {
        const page = await content(api.GET('/v1/plans', { params: { query: { kind: KIND, limit: PAGE, cursor } } }))
        all.push(...page.documents.filter((one) => bodyOf(one)?.about === this.#about))
        cursor = page.next ?? undefined
      } while (cursor)
      const unknown = all.filter((one) => one.version > 1 && !this.#first.has(one.name))
      const firsts = await Promise.all(
        unknown.map((one) => content(api.GET('/v1/plans/{kind}/{name}/versions/{version}', { params: { path: { kind: KIND, name: one.name, version: 1 } } }))),
      )
      if (firsts.length) this.#first = new Map([...this.#first, ...firsts.map((one) => [one.name, one] as const)])
      this.#documents = all
    } catch (error) {
      // The next look may succeed.
      if (!(error instanceof Problem)) throw error
    }
  }

  /** Says something at a place, or in reply to a thread. True if the server took it. */
  async say(place: string, text: string, replyTo = ''): Promise<boolean> {
    const name = `c-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join('')}`.slice(0, 40)
    const body: Comment = { about: this.#about, text: text.trim(), ...(place ? { place } : {}), ...(replyTo ? { reply_to: replyTo } : {}) }
    return this.#told(async () => {
      const written = await writePlan(KIND, name, body, 0)
      this.#documents = [...this.#documents, written]
    })
  }

  /** Settles a thread: it is removed, with its replies. */
  async settle(thread: Thread) {
    const all = [thread, ...thread.replies]
    await this.#told(async () => {
      const removed: { readonly now: Document; readonly version: number }[] = []
      for (const { document } of all) removed.push({ now: await removePlan(document), version: document.version })
      const names = new Set(all.map((one) => one.name))
      this.#documents = this.#documents.filter((one) => !names.has(one.name))
      toasts.show(w().comments.settled, {
        undo: async () => {
          // What is removed has no current version.
          for (const { now, version } of removed) await restorePlan(now, version, 0)
          await this.look()
        },
      })
    })
  }

  async #told(run: () => Promise<void>): Promise<boolean> {
    try {
      await run()
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.show(error.message, { tone: 'bad' })
      void this.look()
      return false
    }
  }
}
