/** What the screen keeps in its URL. */
import { choice, flag, parameters, text, whole } from '../../app/parameters.svelte'
import type { Schemas } from '../../api/client'
import type { Kind } from './objects/fields'

export type Axis = Schemas['AxisCut']['axis']

/** What a matrix can have on its axes, in the order in which they are offered. */
export const AXES = [
  'value', 'customer_value', 'business_value', 'effort', 'value_per_effort', 'importance', 'satisfaction', 'ulwick', 'weighted_gap', 'severity',
] as const satisfies readonly Axis[]

export const RANKINGS = ['value_per_effort', 'ulwick', 'weighted_gap'] as const
export type Ranking = (typeof RANKINGS)[number]

export const TABS = ['pains', 'opportunities', 'solutions', 'personas'] as const
export type Tab = (typeof TABS)[number]

const TAB_OF: Readonly<Record<Kind, Tab>> = { pain_point: 'pains', opportunity: 'opportunities', solution: 'solutions', persona: 'personas' }
const KIND_OF: Readonly<Record<Tab, Kind>> = { pains: 'pain_point', opportunities: 'opportunity', solutions: 'solution', personas: 'persona' }

/** `effect` is about solutions only. */
export const PARTS = ['details', 'effect', 'references', 'versions'] as const
export type Part = (typeof PARTS)[number]

/** How an effect is measured, and what holds if nothing is said: as the server has it. */
export const DAYS = { fallback: 90, least: 1, most: 3650 }
export const LEAST = { fallback: 10, least: 2, most: 1_000_000 }

const shape = {
  show: choice(TABS, 'pains'),
  /** The name of the object in the drawer. */
  open: text(),
  part: choice(PARTS, 'details'),
  /** Of an effect: how many days before and after, and how few leave a difference undefined. */
  days: whole(DAYS.fallback, DAYS),
  least: whole(LEAST.fallback, LEAST),
  q: text(),
  /** Also what is done or declined. */
  all: flag(),
  by: text(),
  order: choice(['down', 'up'], 'down'),
  as: choice(['matrix', 'ranking'], 'matrix'),
  x: choice(AXES, 'effort'),
  y: choice(AXES, 'value'),
  /** Cuts of one's own; at the means if empty. */
  'cut-x': text(),
  'cut-y': text(),
  /** Per cent that worth to customers has in the value. */
  weight: whole(50, { least: 0, most: 100 }),
  rank: choice(RANKINGS, 'value_per_effort'),
}

export type ImproveView = ReturnType<typeof improveView>

/** Call it while a component is set up. */
export function improveView() {
  return parameters(shape)
}

export const PATH = '/journeys/improve'

/** Where an object is shown. */
export function pageOf(kind: Kind, name: string): string {
  return `${PATH}?${new URLSearchParams({ show: TAB_OF[kind], open: name })}`
}

export function kindOf(tab: Tab): Kind {
  return KIND_OF[tab]
}
