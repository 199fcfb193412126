/** Decisions about who is who, with the way back for six seconds. */
import { rule, type Verdict } from '../../api/customers'
import type { Named } from '../../api/identifiers'
import { toasts } from '../../app/toasts.svelte'

type Decision = {
  readonly verdict: Verdict
  readonly a: Named
  readonly b: Named
  readonly note: string
  /** What is said when it is done; it is told who is who by then. */
  readonly done: (a: string, b: string) => string
  /** What is said when it was taken back. */
  readonly undone: string
  /** After each change. */
  readonly ondecided: (a: string, b: string) => void
}

/** Decides, and offers to take it back by the opposite decision about the same two. Problems are thrown. */
export async function decide({ verdict, a, b, note, done, undone, ondecided }: Decision) {
  const ruled = await rule(verdict, a, b, note)
  ondecided(ruled.a, ruled.b)
  toasts.show(done(ruled.a, ruled.b), {
    undo: async () => {
      const back = await rule(verdict === 'merge' ? 'unmerge' : 'merge', a, b, '')
      ondecided(back.a, back.b)
      toasts.show(undone)
    },
  })
}
