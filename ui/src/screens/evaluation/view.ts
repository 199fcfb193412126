/** What the screen keeps in its URL. Findings of the digest lead here: `tab` and `target` are the server's, too. */
import { choice, parameters, text, whole } from '../../app/parameters.svelte'
import { IMPORTANCES, ORIGINS } from '../../api/evaluation.svelte'

export const TABS = ['matrix', 'repair', 'targets'] as const
export type Tab = (typeof TABS)[number]

/** What may be set, and what holds if nothing is: as the server has it. */
export const LEAST = { fallback: 20, least: 4, most: 1_000_000 }
export const FEW = { fallback: 10, least: 1, most: 1_000_000 }

const shape = {
  tab: choice(TABS, 'matrix'),
  importance: choice(IMPORTANCES, 'stated'),
  origin: choice(ORIGINS, 'reported'),
  least: whole(LEAST.fallback, LEAST),
  few: whole(FEW.fallback, FEW),
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
