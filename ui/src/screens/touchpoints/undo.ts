import { Problem } from '../../api/client'
import { toasts } from '../../app/toasts.svelte'
import { w } from './words'

/** Runs something that was asked for; what the server has against it is shown. True if it went well. */
export async function told(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run()
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    toasts.show(error.message, { tone: 'bad' })
    return false
  }
}

/** Takes something back and says so; a toast shows by itself what stands against it. */
export async function undo(run: () => Promise<unknown>): Promise<void> {
  await run()
  toasts.show(w().undone)
}
