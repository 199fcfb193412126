/** The server as a sheet needs it. */
import { api, call, content, Problem, type Schemas } from '../../../api/client'
import { forget } from '../../../api/loading.svelte'
import type { Server } from './sheet.svelte'

const KIND = 'map' as const
/** Browsers send no more than this once a page is left. */
const LEAVING_MOST = 60_000

export function serverOf(name: string): Server {
  const path = { kind: KIND, name }
  return {
    async read() {
      try {
        return await content(api.GET('/v1/plans/{kind}/{name}', { params: { path } }))
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return null
        throw error
      }
    },
    async write(body, expected, note, leaving) {
      const text = JSON.stringify({ body, expected_version: expected, note: note || undefined })
      const response = await call(`/v1/plans/${KIND}/${encodeURIComponent(name)}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: text,
        keepalive: leaving && text.length < LEAVING_MOST,
      })
      forget(`plans ${KIND}`)
      return (await response.json()) as Schemas['Document']
    },
    async authors(after) {
      const page = await content(api.GET('/v1/plans/{kind}/{name}/history', { params: { path, query: { limit: 50 } } }))
      return page.documents.filter((one) => one.version > after).map((one) => one.author)
    },
  }
}
