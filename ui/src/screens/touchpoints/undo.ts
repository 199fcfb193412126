import { Problem } from '../../api/client'
import { toasts } from '../../app/toasts.svelte'
import { w } from './words'

/** Shows what a call came to: words if it went well, the server's if it did not. True if it did. */
export async function told(run: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await run()
    if (done) toasts.show(done)
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    toasts.show(error.detail || error.title, { tone: 'bad' })
    return false
  }
}

/** Takes something back and says so. */
export function undo(run: () => Promise<unknown>): Promise<boolean> {
  return told(run, w().undone)
}
