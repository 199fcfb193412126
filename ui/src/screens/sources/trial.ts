/** One event, sent like a sender would, and followed until it is in the answers. */
import { problemOf, Problem, type Schemas } from '../../api/client'

export const TRIAL_NAME = 'Geleit Probe'

export type Trial =
  | { readonly state: 'stored'; readonly ms: number }
  | { readonly state: 'arrived'; readonly ms: number; readonly event: Schemas['LiveEvent'] }
  | { readonly state: 'duplicate' }
  | { readonly state: 'late' }
  | { readonly state: 'refused'; readonly problem: Problem }

const WAIT_MS = 10_000

/** A random id; `crypto.randomUUID` is not there over plain http. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function send(key: string, id: string): Promise<Schemas['Taken']> {
  const event = {
    message_id: id,
    name: TRIAL_NAME,
    channel: 'web',
    identifiers: [{ kind: 'anonymous_id', value: `probe-${id}` }],
    properties: { probe: true },
  }
  // The sender's key speaks here, not the session; `fetch` without cookies is what a sender's request looks like.
  const response = await fetch('/v1/events', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${key}:`)}` },
    body: JSON.stringify(event),
  }).catch(() => {
    throw new Problem(0, '', '', 'network', '', [])
  })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as Schemas['Taken']
}

/** Sends one event and tells each step; ends when it arrived, was refused, or did not show in time. */
export async function tryOne(source: string, key: string, tell: (trial: Trial) => void): Promise<void> {
  const id = randomId()
  // The stream is open before the event is sent, so that it cannot be missed.
  const stream = new EventSource(`/v1/events/live?source=${encodeURIComponent(source)}`)
  const seen = new Promise<Schemas['LiveEvent'] | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), WAIT_MS)
    stream.addEventListener('event', (message) => {
      const event = JSON.parse((message as MessageEvent<string>).data) as Schemas['LiveEvent']
      if (event.message_id !== id) return
      clearTimeout(timer)
      resolve(event)
    })
  })
  try {
    await new Promise<void>((resolve) => {
      stream.addEventListener('start', () => resolve(), { once: true })
      stream.addEventListener('error', () => resolve(), { once: true })
    })
    const begun = performance.now()
    const { accepted } = await send(key, id)
    if (!accepted) return tell({ state: 'duplicate' })
    tell({ state: 'stored', ms: performance.now() - begun })
    const event = await seen
    tell(event ? { state: 'arrived', ms: performance.now() - begun, event } : { state: 'late' })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    tell({ state: 'refused', problem: error })
  } finally {
    stream.close()
  }
}
