/** What is chosen in a flow, and which journeys that are. */
import type { Schemas } from '../../../api/client'
import { specialsOf, type Special } from '../naming/specials'
import { wayThrough, type Place } from '../naming/ways'
import { idOf } from './flow'

type Figures = Pick<Schemas['SankeyFigures'], 'nodes' | 'links' | 'journeys' | 'steps'>
type Neighbour = { readonly name: string; readonly special?: Special; readonly journeys: number }

export type Chosen = {
  readonly step: number
  /** One touchpoint, or the two ends of a link. */
  readonly places: readonly Place[]
  readonly journeys: number
  readonly share: number | null
  readonly comes: readonly Neighbour[]
  readonly goes: readonly Neighbour[]
  /** The condition that journeys are there; null where none says it. */
  readonly condition: string | null
}

export function chosenOf(figures: Figures, id: string, anchor: string): Chosen | null {
  const specials = specialsOf(figures.nodes.map((node) => node.touchpoint))
  const place = (step: number, name: string): Place => ({
    name,
    special: specials.get(name),
    named: figures.nodes.filter((node) => node.step === step && !specials.has(node.touchpoint)).map((node) => node.touchpoint),
  })
  const neighbour = (name: string, journeys: number): Neighbour => ({ name, special: specials.get(name), journeys })
  const node = figures.nodes.find((one) => idOf(one.step, one.touchpoint) === id)
  if (node) {
    const { step, touchpoint, journeys, share } = node
    const places = [place(step, touchpoint)]
    return {
      step,
      places,
      journeys,
      share,
      comes: figures.links.filter((one) => one.step === step - 1 && one.to === touchpoint).map((one) => neighbour(one.from, one.journeys)),
      goes: figures.links.filter((one) => one.step === step && one.from === touchpoint).map((one) => neighbour(one.to, one.journeys)),
      condition: wayThrough(places, step, anchor),
    }
  }
  const link = figures.links.find((one) => `${one.step} ${one.from} ${one.to}` === id)
  if (!link) return null
  const places = [place(link.step, link.from), place(link.step + 1, link.to)]
  return {
    step: link.step,
    places,
    journeys: link.journeys,
    share: link.share,
    comes: [],
    goes: [],
    condition: wayThrough(places, link.step, anchor),
  }
}
