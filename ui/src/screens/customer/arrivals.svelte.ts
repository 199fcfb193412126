/** Tells when something of a customer has arrived: by the stream of events where the role may read it, else by asking. */
import { session } from '../../app/session.svelte'

const ASK_EVERY_MS = 20_000
/** Many at once are looked for once. */
const GATHER_MS = 600
const NOT_SHOWN_EVERY_MS = 10_000

/** Calls `look` when there may be something new. Call it while a component is set up. */
export function onArrival(customer: () => string | undefined, look: () => void) {
  $effect(() => {
    const id = customer()
    if (!id) return
    let gathering: ReturnType<typeof setTimeout> | undefined
    const soon = (after: number) => {
      gathering ??= setTimeout(() => {
        gathering = undefined
        look()
      }, after)
    }

    let asking: ReturnType<typeof setInterval> | undefined
    const ask = () => {
      asking ??= setInterval(() => document.hidden || look(), ASK_EVERY_MS)
    }

    let stream: EventSource | undefined
    if (session.may('sources_read')) {
      stream = new EventSource('/v1/events/live')
      stream.addEventListener('event', (frame) => {
        if ((JSON.parse(frame.data) as { customer: string | null }).customer === id) soon(GATHER_MS)
      })
      // Events that came too fast to be told one by one may be this customer's.
      stream.addEventListener('skipped', () => soon(NOT_SHOWN_EVERY_MS))
      stream.addEventListener('error', () => {
        // The browser connects again by itself, unless the server has refused.
        if (stream?.readyState === EventSource.CLOSED) ask()
      })
    } else {
      ask()
    }
    return () => {
      clearTimeout(gathering)
      clearInterval(asking)
      stream?.close()
    }
  })
}
