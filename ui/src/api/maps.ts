/** Journey maps and what they refer to, as `/v1/plans` takes and gives them (docs/plans.md). What is not given is at its default. */
import type { Schemas } from './client'

/** The ends of a map, as edges name them. */
export const START = 'start'
export const END = 'end'

export type MomentOfPurchase = 'before' | 'during' | 'after'
/** How things are, or how they are to be. */
export type MapState = 'as_is' | 'to_be'
/** What may happen between one step and the next: anything that is on no step of the map, or nothing. */
export type Mode = 'eventually' | 'next'
/** On what it rests that something is said. */
export type Evidence = 'assumed' | 'partly' | 'measured'

/** A journey map. Without any edge, steps follow each other in their order. */
export type MapPlan = {
  readonly title: string
  readonly description?: string
  /** `as_is` if not given. */
  readonly state?: MapState
  readonly owner?: string
  /** Ids of the personas it is drawn for. */
  readonly personas?: readonly string[]
  /** How lived journeys are cut: a rule, or the name of one. */
  readonly journey?: string
  /** The first day on which journeys are to go this way: `YYYY-MM-DD`. */
  readonly valid_from?: string
  /** A journey is over once nothing happened for longer: `30d`. */
  readonly over_after?: string
  /** The properties of events that tell cases and products apart, for ways that join by them. */
  readonly case?: string
  readonly product?: string
  /** `eventually` if not given. */
  readonly mode?: Mode
  readonly stage?: readonly Stage[]
  readonly step?: readonly Step[]
  readonly edge?: readonly Edge[]
  readonly lane?: readonly Lane[]
}

export type Stage = {
  readonly id: string
  readonly title: string
  readonly moment?: MomentOfPurchase
}

export type Step = {
  readonly id: string
  readonly title: string
  /** Id of its stage. */
  readonly stage?: string
  /** Where it happens, any of them. */
  readonly touchpoints?: readonly string[]
  /** Where it was tried and failed. */
  readonly failing?: readonly string[]
  readonly optional?: boolean
  /** Steps with the same word here happen in any order. */
  readonly parallel?: string
  /** Name of another map that shows it in detail. */
  readonly map?: string
  readonly owner?: string
  readonly front_stage?: string
  readonly back_stage?: string
  readonly expectation?: string
  /** How customers expect to feel, -2 to 2. */
  readonly expected?: number
  /** How each persona is assumed to feel, -2 to 2; `all` for whoever is not named. */
  readonly emotion?: Readonly<Record<string, number>>
  readonly evidence?: Evidence
  /** `zero`, `first`, `second`, `ultimate`, or a kind of the company's own. */
  readonly moment_of_truth?: string
  readonly pain_points?: readonly string[]
  readonly opportunities?: readonly string[]
  readonly kpis?: readonly string[]
  /** What stands in the company's own lanes, by lane. */
  readonly cells?: Readonly<Record<string, string>>
}

export type Edge = {
  /** Id of a step, or `start`. */
  readonly from: string
  /** Id of a step, or `end`. */
  readonly to: string
  /** As the map says if not given. */
  readonly mode?: Mode
  /** Within which time: `2h`. */
  readonly within?: string
  /** What has to be the same at both ends; `customer` if not given. */
  readonly join?: 'customer' | 'case' | 'product'
  readonly title?: string
}

export type Lane = { readonly id: string; readonly title: string }

/** A remark about another document; it is settled by removing it. */
export type Comment = {
  /** `KIND/NAME`, such as `map/bike-purchase`. */
  readonly about: string
  /** `step/order`, `stage/use`; the whole of it if not given. */
  readonly place?: string
  readonly text: string
  /** Name of the comment that it answers. */
  readonly reply_to?: string
}

/** What the document of a map says; null if this version removes it. */
export function mapOf({ body, name }: Pick<Schemas['Document'], 'body' | 'name'>): MapPlan | null {
  if (typeof body !== 'object' || body === null) return null
  return { title: name, ...(body as Partial<MapPlan>) }
}
