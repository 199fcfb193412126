/**
 * Where the user is. The path says which screen, the query the whole state of its view: what is not in the URL is not
 * kept by Back, not by a reload and not by a copied link.
 */
import { tick } from 'svelte'

class Place {
  path = $state(window.location.pathname)
  query = $state(window.location.search)
  /** Grows with each change of the path by the user; the page then moves the focus to its heading. */
  visits = $state(0)

  get href(): string {
    return this.path + this.query
  }
}

/** The place shown now. */
export const place = new Place()

function read() {
  const moved = place.path !== window.location.pathname
  place.path = window.location.pathname
  place.query = window.location.search
  if (moved) place.visits += 1
}

window.addEventListener('popstate', read)

/** Goes to an address of the app. `replace` leaves no step for Back: for changes while something is dragged. */
export function go(href: string, { replace = false } = {}) {
  const target = new URL(href, window.location.href)
  if (target.origin !== window.location.origin) return window.location.assign(href)
  const address = target.pathname + target.search + target.hash
  if (address === window.location.pathname + window.location.search + window.location.hash) return
  const moved = target.pathname !== window.location.pathname
  if (replace) window.history.replaceState(null, '', address)
  else window.history.pushState(null, '', address)
  read()
  if (moved) void tick().then(() => document.querySelector('main')?.scrollTo({ top: 0 }))
}

/** Lets plain links inside the app change the place without a reload. */
export function followLinks(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = (event.target as Element | null)?.closest('a')
  if (!link?.href || link.target || link.hasAttribute('download')) return
  const target = new URL(link.href)
  if (target.origin !== window.location.origin || target.pathname.startsWith('/v1/')) return
  if (link.getAttribute('href')?.startsWith('#')) return
  event.preventDefault()
  go(link.href)
}

/** The whole address of this view, as others can open it. */
export function link(): string {
  return window.location.origin + place.href
}
