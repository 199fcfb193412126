/** Keys that work everywhere: Ctrl+K, `?`, and `g` followed by the letter of a screen. */
import { filter } from './filter.svelte'
import { go } from './router.svelte'
import { navigation } from './routes'
import { session } from './session.svelte'

const SECOND_KEY_MS = 1_200

/** True where keys are text. */
function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

class Keys {
  palette = $state(false)
  help = $state(false)
  #first = 0

  press = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      this.palette = !this.palette
      return
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return
    if (this.palette || this.help || document.querySelector('[role=dialog], dialog:modal')) return
    if (event.key === '?') {
      this.help = true
    } else if (event.key === 'f') {
      const add = document.querySelector<HTMLElement>('[data-add]')
      if (!add) return
      event.preventDefault()
      add.click()
    } else if (event.key === 'g') {
      this.#first = Date.now()
    } else if (Date.now() - this.#first < SECOND_KEY_MS) {
      this.#first = 0
      const route = navigation.find((one) => one.nav.key === event.key && session.may(one.may))
      if (route) go(route.nav.filtered ? filter.on(route.path) : route.path)
    }
  }
}

export const keys = new Keys()
