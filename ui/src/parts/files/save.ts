import { call, Problem } from '../../api/client'
import { toasts } from '../../app/toasts.svelte'
import { words } from '../../words'
import { download } from '../exporting'

/** Fetches a file from the API, hands it to the browser under a name, and says so; also what went wrong. */
export async function saveFrom(address: string, name: string) {
  try {
    download(await (await call(address)).blob(), name)
    toasts.show(words().picture.exported(name))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    toasts.show(error.message, { tone: 'bad' })
  }
}
