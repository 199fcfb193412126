/** Plans: the documents that people write and version. */
import { api, content, type Schemas } from './client'
import { forget, loading, type Loading } from './loading.svelte'

export type Kind = Schemas['Document']['kind']

const PAGE = 200

/** All current documents of a kind, by name. */
export function plansOf(kind: Kind): Loading<readonly Schemas['Document'][]> {
  return loading(() => ({
    key: `plans ${kind}`,
    get: async (signal) => {
      const all: Schemas['Document'][] = []
      let cursor: string | undefined
      do {
        const page = await content(api.GET('/v1/plans', { params: { query: { kind, limit: PAGE, cursor } }, signal }))
        all.push(...page.documents)
        cursor = page.next ?? undefined
      } while (cursor)
      return all
    },
  }))
}

/** The title in a document's body, or its name. */
export function titleOf(document: Schemas['Document']): string {
  const body = document.body
  if (typeof body === 'object' && body !== null && 'title' in body && typeof body.title === 'string') return body.title
  return document.name
}

/** Writes a new version; with `expected` only if that version is still the current one. `note` says why. */
export async function writePlan(kind: Kind, name: string, body: unknown, expected?: number, note?: string): Promise<Schemas['Document']> {
  const path = { kind, name }
  const written = await content(
    api.PUT('/v1/plans/{kind}/{name}', { params: { path }, body: { body, expected_version: expected, note } }),
  )
  forget(`plans ${kind}`)
  return written
}

/** Writes a version that removes the document. */
export async function removePlan({ kind, name, version }: Schemas['Document']): Promise<Schemas['Document']> {
  const params = { path: { kind, name }, query: { expected_version: version } }
  const removed = await content(api.DELETE('/v1/plans/{kind}/{name}', { params }))
  forget(`plans ${kind}`)
  return removed
}

/** Makes the content of an old version current again, as a new version. */
export async function restorePlan({ kind, name }: Schemas['Document'], version: number, expected: number): Promise<Schemas['Document']> {
  const body = { version, expected_version: expected }
  const restored = await content(api.POST('/v1/plans/{kind}/{name}/restore', { params: { path: { kind, name } }, body }))
  forget(`plans ${kind}`)
  return restored
}

/** All versions of a document, the newest first. Call it while a component is set up. */
export function historyOf(kind: Kind, name: () => string): Loading<readonly Schemas['Document'][]> {
  return loading(() => ({
    key: `plans ${kind} ${name()}`,
    get: async (signal) => {
      const all: Schemas['Document'][] = []
      let cursor: string | undefined
      do {
        const params = { path: { kind, name: name() }, query: { limit: PAGE, cursor } }
        const page = await content(api.GET('/v1/plans/{kind}/{name}/history', { params, signal }))
        all.push(...page.documents)
        cursor = page.next ?? undefined
      } while (cursor)
      return all
    },
  }))
}

/** Takes back a version just written: what was current before is so again; where nothing was, the document is removed. */
export async function takeBack({ kind, name, version }: Schemas['Document'], before?: Schemas['Document']) {
  const path = { kind, name }
  if (before) {
    await api.POST('/v1/plans/{kind}/{name}/restore', {
      params: { path },
      body: { version: before.version, expected_version: version },
    })
  } else {
    await api.DELETE('/v1/plans/{kind}/{name}', { params: { path, query: { expected_version: version } } })
  }
  forget(`plans ${kind}`)
}
