/** Taking theirs where both changed the same: the map with one conflict decided the other way. */
import type { MapPlan, Step } from '../../../api/maps'
import { elements, keyOf, LISTS, revived, withoutElement, type Conflict, type ListName } from './merge'

function isList(name: string | undefined): name is ListName {
  return LISTS.some((list) => list === name)
}

function changed(plan: MapPlan, list: ListName, id: string, change: (element: Record<string, unknown>) => Record<string, unknown>): MapPlan {
  return { ...plan, [list]: elements(plan, list).map((one) => (keyOf(list, one) === id ? change({ ...one }) : one)) }
}

/** Puts an element behind another one; behind the nearest before it that is there. */
function placed(plan: MapPlan, list: ListName, id: string, theirs: MapPlan): MapPlan {
  const order = elements(theirs, list).map((one) => keyOf(list, one))
  const element = elements(plan, list).find((one) => keyOf(list, one) === id)
  if (!element) return plan
  const rest = elements(plan, list).filter((one) => one !== element)
  const there = new Set(rest.map((one) => keyOf(list, one)))
  const before = order.slice(0, order.indexOf(id)).findLast((one) => there.has(one))
  const at = before === undefined ? 0 : rest.findIndex((one) => keyOf(list, one) === before) + 1
  return { ...plan, [list]: rest.toSpliced(at, 0, element) }
}

/** A touchpoint in one of the two lists of a step, and not in the other. */
function listed(step: Step, field: 'touchpoints' | 'failing', name: string): Step {
  const other = field === 'failing' ? 'touchpoints' : 'failing'
  return { ...step, [field]: [...(step[field] ?? []), name], [other]: step[other]?.filter((one) => one !== name) }
}

/** The map with what they made of it at this place. `theirs` is their whole map. */
export function taken(plan: MapPlan, { path, theirs: value }: Conflict, theirs: MapPlan): MapPlan {
  const [first, id = '', field, entry] = path
  if (first === 'place') {
    const [, list, moved = ''] = path
    return isList(list) ? placed(plan, list, moved, theirs) : plan
  }
  if (path.length === 1) return { ...plan, [String(first)]: value }
  if (first === 'personas' || (isList(first) && path.length === 2)) {
    return value === undefined ? withoutElement(plan, first, id) : revived(theirs, plan, first, id)
  }
  if (!isList(first) || field === undefined) return plan
  return changed(plan, first, id, (element) => {
    if (entry === undefined) return { ...element, [field]: value }
    if (field === 'failing' || field === 'touchpoints') return { ...listed(element as Step, field, entry) }
    return { ...element, [field]: { ...(element[field] as object | undefined), [entry]: value } }
  })
}
