/** The typed client of Geleit's own API. Types come from docs/openapi.json, generated before each build. */
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

/** An error as RFC 9457 tells it, or a request that did not arrive (`status` 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly code: string,
    readonly requestId: string,
    readonly params: readonly { readonly name: string; readonly reason: string }[],
  ) {
    super(detail || title)
  }

  /** What is said about one field or parameter. */
  reason(name: string): string | undefined {
    return this.params.find((one) => one.name === name)?.reason
  }
}

/** The problem that a failed response holds, also where it is no problem document. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: Partial<Schemas['Problem']> = await response
    .clone()
    .json()
    .catch(() => ({}))
  return new Problem(
    response.status,
    body.title ?? response.statusText,
    body.detail ?? '',
    body.code ?? '',
    body.request_id ?? '',
    body.invalid_params ?? [],
  )
}

const LOG_IN = '/login'
const SAFE = ['GET', 'HEAD', 'OPTIONS']
let csrf = ''

/** The token that goes with every unsafe call; the session brings it. */
export function useCsrf(token: string) {
  csrf = token
}

/** `fetch` with the session's rules: the token against forged calls, the way to the log-in, problems as errors. */
export async function call(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, { credentials: 'same-origin', ...init })
  if (!SAFE.includes(request.method) && csrf) request.headers.set('x-csrf-token', csrf)
  let response: Response
  try {
    response = await fetch(request)
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new Problem(0, '', '', 'network', '', [])
  }
  if (response.status === 401 && window.location.pathname !== LOG_IN) {
    const here = window.location.pathname + window.location.search
    window.location.assign(`${LOG_IN}?next=${encodeURIComponent(here)}`)
    // The page is about to be left: nothing after this is to run.
    return new Promise<never>(() => {})
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

/** Calls by path: `await api.GET('/v1/plans', { params: { query: { kind: 'segment' } } })`. A failure is thrown. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: (request) => call(request) })

/** The content of an answer; failures are thrown before. */
export async function content<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}
