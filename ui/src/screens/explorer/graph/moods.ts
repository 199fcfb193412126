/** How customers felt, where somebody told: by step, and by the path on which they came. */
import type { Schemas } from '../../../api/client'
import { number, signed } from '../../../words/format'
import { TOO_FEW } from './measures'
import { pathKey } from './network'
import { w } from './words'

export type Felt = Omit<Schemas['MoodAt'], 'touchpoint'>

export type Moods = {
  readonly step: (name: string) => Felt | undefined
  readonly path: (path: { readonly from: string; readonly to: string }) => Felt | undefined
}

/** Undefined where nobody told a mood. */
export function moodsOf(answer: Schemas['MoodsFigures'] | undefined): Moods | undefined {
  if (!answer?.moods) return undefined
  const steps = new Map<string, Felt>(answer.touchpoints.map((one) => [one.touchpoint, one]))
  const paths = new Map<string, Felt>(answer.edges.map((one) => [pathKey(one), one]))
  return { step: (name) => steps.get(name), path: (path) => paths.get(pathKey(path)) }
}

/** The mean with its sign, and on how many it rests; that nobody told one, or that too few did. */
export function moodText(felt: Felt | undefined): string {
  if (!felt) return w().noMood
  return felt.n < TOO_FEW ? `${signed(felt.mean)}, ${w().tooFew}` : `${signed(felt.mean)} (n = ${number(felt.n)})`
}
