import { words } from '../words'
import { toasts } from './toasts.svelte'
import { link } from './router.svelte'

/** Copies a text and says so. Plain http on a network is no secure context and has no clipboard: there the text is selected. */
export async function copy(text: string) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text)
    toasts.show(words().act.copied)
    return
  }
  window.prompt(words().act.copyBy, text)
}

export function copyLink() {
  void copy(link())
}
