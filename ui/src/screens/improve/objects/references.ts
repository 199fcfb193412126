/** Who refers to whom: solutions to opportunities, these to pain points, these to touchpoints, and steps of maps to each of them. */
import { namesIn, type Body, type Kind } from './fields'

/** An object as the lists and pictures need it. */
export type Item = {
  readonly kind: Kind
  readonly name: string
  readonly title: string
  readonly version: number
  readonly body: Body
}

/** Of a map, what refers to something. */
export type MapSketch = {
  readonly name: string
  readonly title: string
  readonly personas: readonly string[]
  readonly steps: readonly StepSketch[]
}

export type StepSketch = {
  readonly id: string
  readonly title: string
  readonly touchpoints: readonly string[]
  readonly pain_points: readonly string[]
  readonly opportunities: readonly string[]
}

export type World = Readonly<Record<Kind, readonly Item[]>> & { readonly maps: readonly MapSketch[] }

/** A map, or a step of one. */
export type MapPlace = { readonly map: string; readonly mapTitle: string; readonly step?: { readonly id: string; readonly title: string } }

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === 'string'))] : [])

/** What of a map's document refers to something. */
export function sketch(name: string, body: unknown): MapSketch {
  const { title, personas, step } = (body ?? {}) as { title?: string; personas?: unknown; step?: readonly Record<string, unknown>[] }
  const steps = (step ?? []).map((one) => ({
    id: String(one.id),
    title: String(one.title ?? one.id),
    touchpoints: [...texts(one.touchpoints), ...texts(one.failing)],
    pain_points: texts(one.pain_points),
    opportunities: texts(one.opportunities),
  }))
  return { name, title: title ?? name, personas: texts(personas), steps }
}

function places(world: World, holds: (step: StepSketch) => boolean): MapPlace[] {
  return world.maps.flatMap((map) => map.steps.filter(holds).map(({ id, title }) => ({ map: map.name, mapTitle: map.title, step: { id, title } })))
}

/** Steps and maps that name an object. */
export function mapPlaces(world: World, kind: Kind, name: string): readonly MapPlace[] {
  switch (kind) {
    case 'pain_point':
      return places(world, (step) => step.pain_points.includes(name))
    case 'opportunity':
      return places(world, (step) => step.opportunities.includes(name))
    case 'persona':
      return world.maps.filter((map) => map.personas.includes(name)).map((map) => ({ map: map.name, mapTitle: map.title }))
    case 'solution':
      return []
  }
}

/** Steps at the touchpoints of a pain point that do not name it: it hurts there all the same. */
export function silentPlaces(world: World, pain: Item): readonly MapPlace[] {
  const hurts = namesIn(pain.body, 'touchpoints')
  return places(world, (step) => !step.pain_points.includes(pain.name) && step.touchpoints.some((one) => hurts.includes(one)))
}

/** Opportunities that would ease a pain point. */
export function easing(world: World, pain: string): readonly Item[] {
  return world.opportunity.filter((one) => namesIn(one.body, 'pain_points').includes(pain))
}

/** Solutions that take an opportunity. */
export function taking(world: World, opportunity: string): readonly Item[] {
  return world.solution.filter((one) => namesIn(one.body, 'opportunities').includes(opportunity))
}

/** Other objects that name an object. */
export function namedByObjects(world: World, kind: Kind, name: string): readonly Item[] {
  switch (kind) {
    case 'pain_point':
      return easing(world, name)
    case 'opportunity':
      return taking(world, name)
    case 'solution':
    case 'persona':
      return []
  }
}

export type WayPain = { readonly name: string; readonly pain: Item | undefined; readonly touchpoints: readonly string[] }
export type WayBranch = { readonly name: string; readonly opportunity: Item | undefined; readonly pains: readonly WayPain[] }

const found = (items: readonly Item[], name: string) => items.find((one) => one.name === name)

/** Where opportunities lead: to pain points, and these to touchpoints. What has no document any more is there by its name. */
export function way(world: World, opportunities: readonly string[]): readonly WayBranch[] {
  return opportunities.map((name) => {
    const opportunity = found(world.opportunity, name)
    const pains = namesIn(opportunity?.body ?? {}, 'pain_points').map((pain): WayPain => {
      const item = found(world.pain_point, pain)
      return { name: pain, pain: item, touchpoints: namesIn(item?.body ?? {}, 'touchpoints') }
    })
    return { name, opportunity, pains }
  })
}
