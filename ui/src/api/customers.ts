/** People: who is who, and what is decided about them. */
import { api, content, type Schemas } from './client'
import { keyOf, type Link, type Named } from './identifiers'
import { forget } from './loading.svelte'

export type Customer = Schemas['Customer']

export async function customerOf(id: string, signal?: AbortSignal): Promise<Customer> {
  return (await content(api.GET('/v1/customers/{id}', { params: { path: { id } }, signal }))).customer
}

export async function linksOf(id: string, signal?: AbortSignal): Promise<readonly Link[]> {
  return (await content(api.GET('/v1/customers/{id}/links', { params: { path: { id } }, signal }))).links
}

export async function explained(a: Named, b: Named, signal?: AbortSignal): Promise<Schemas['Explanation']> {
  return content(api.GET('/v1/customers/explain', { params: { query: { a: keyOf(a), b: keyOf(b) } }, signal }))
}

export type Verdict = 'merge' | 'unmerge'

/**
 * Says that two identifiers are one person, or two. What was fetched about people before is forgotten. With `keepalive` it is
 * sent though the page is being left.
 */
export async function rule(verdict: Verdict, a: Named, b: Named, note: string, { keepalive = false } = {}): Promise<Schemas['Ruled']> {
  const body = { a: { kind: a.kind, value: a.value }, b: { kind: b.kind, value: b.value }, note }
  const ruled = await content(
    verdict === 'merge' ? api.POST('/v1/customers/merge', { body, keepalive }) : api.POST('/v1/customers/unmerge', { body, keepalive }),
  )
  forget('customer ')
  return ruled
}
