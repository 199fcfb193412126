/** Whom a figure is about, as a condition of the filter language: near to what the comparison counts, found by touchpoints. */
import { quoted } from '../../../app/filter.svelte'
import { START, type MapPlan, type Step } from '../../../api/maps'
import type { Deviation } from '../../../api/conformance.svelte'

const event = (names: readonly string[]) => (names.length === 1 ? quoted(names[0] ?? '') : `(${names.map(quoted).join(' or ')})`)
const did = (names: readonly string[]) => (names.length === 1 ? `did ${quoted(names[0] ?? '')}` : `(${names.map((name) => `did ${quoted(name)}`).join(' or ')})`)

/** Journeys that did a step, at whichever place; null where it has no touchpoint. */
export function whoDid(step: Step | undefined): string | null {
  const names = step?.touchpoints ?? []
  return names.length ? did(names) : null
}

/** Journeys with a deviation; null where no filter says it. */
export function whoDeviates({ kind, step: id, touchpoint }: Pick<Deviation, 'kind' | 'step' | 'touchpoint'>, plan: MapPlan): string | null {
  const steps = plan.step ?? []
  const at = steps.findIndex((step) => step.id === id)
  const step = steps[at]
  const own = step?.touchpoints ?? []
  switch (kind) {
    case 'missing': {
      const later = [...new Set(steps.slice(at + 1).flatMap((one) => one.touchpoints ?? []))].filter((name) => !own.includes(name))
      return step && own.length && later.length ? `${did(later)} and not ${did(own)}` : null
    }
    case 'failing': {
      const names = step?.failing ?? []
      return names.length ? did(names) : null
    }
    case 'late': {
      const ways = (plan.edge ?? []).flatMap(({ from, to, within }) => {
        const before = from === START ? [] : (steps.find((one) => one.id === from)?.touchpoints ?? [])
        if (to !== id || !within || !own.length || !before.length) return []
        return [`(did ${event(before)} before ${event(own)} and not did ${event(own)} after ${event(before)} within ${within})`]
      })
      return ways.length ? ways.join(' or ') : null
    }
    case 'out_of_order':
      return null
    case 'unplanned': {
      if (!touchpoint) return null
      if (id === null || id === undefined) return `did ${quoted(touchpoint)}`
      return own.length ? `path ${event(own)} -> ... -> ${quoted(touchpoint)}` : null
    }
  }
}
