/** What the screen keeps in its URL. Findings of the digest lead here: `tab` and `target` are the server's, too. */
import { choice, parameters, text } from '../../app/parameters.svelte'
import { IMPORTANCES } from '../../api/evaluation.svelte'

export const TABS = ['matrix', 'repair', 'targets'] as const
export type Tab = (typeof TABS)[number]

const shape = {
  tab: choice(TABS, 'matrix'),
  importance: choice(IMPORTANCES, 'stated'),
  /** The touchpoint in the drawer. */
  open: text(),
  /** The target that a link is about. */
  target: text(),
}

export type EvaluationView = ReturnType<typeof evaluationView>

/** Call it while a component is set up. */
export function evaluationView() {
  return parameters(shape)
}
