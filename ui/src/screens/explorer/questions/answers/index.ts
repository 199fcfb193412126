import type { FiguresOf } from '../../comparing/sides.svelte'
import type { Naming } from '../../naming/names.svelte'
import type { Here } from '../catalogue'
import type { Shown } from '../shown'
import { centrality, clusters } from './kinds'
import { dropoff, hops, loops, sessions } from './places'
import { conversion, pattern, transitions } from './ways'

/** The questions of this view that are asked about the filter's journeys. */
export type Asked = Exclude<Here, 'live' | 'running'>

const answers: { [N in Asked]: (figures: FiguresOf<N>, names: Naming) => Shown } = {
  transitions,
  conversion,
  pattern,
  loops,
  dropoff,
  hops,
  sessions,
  centrality,
  clusters,
}

export function shownOf<N extends Asked>(name: N, figures: FiguresOf<N>, names: Naming): Shown {
  return answers[name](figures, names)
}
