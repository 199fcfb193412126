/** What menus hold, and the part that draws their lists: it is loaded once the page has nothing else to do. */
import type { IconName } from './icons'
import type MenuList from './MenuList.svelte'

export type Item =
  | {
      readonly label: string
      readonly icon?: IconName
      readonly onselect: () => void
      readonly danger?: boolean
      /** Set for one of several choices: whether it is the chosen one. */
      readonly checked?: boolean
      readonly note?: string
      readonly disabled?: boolean
    }
  | { readonly heading: string }
  | 'line'

class Menus {
  list = $state.raw<typeof MenuList | null>(null)

  async load() {
    this.list ??= (await import('./MenuList.svelte')).default
  }
}

export const menus = new Menus()

const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 300))
whenIdle(() => void menus.load())
