/** Changes, places and faults of a map in words. */
import { END, START, type MapPlan } from '../../../api/maps'
import { duration, list } from '../../../words/format'
import { durationSeconds, type Check } from '../document/checks'
import type { Difference } from '../document/differences'
import { edgeKey } from '../document/merge'
import type { Registers } from './registers.svelte'
import { w } from './words'

type Titles = Pick<Registers, 'title'>

/** A limit as people say it: `14 Tage`; what is no duration stays as it is. */
export function limit(within: string): string {
  const seconds = durationSeconds(within)
  return seconds === null ? within : duration(seconds)
}

/** What a step or an end is called. */
export function endTitle(plan: MapPlan, id: string): string {
  if (id === START) return w().ways.start
  if (id === END) return w().ways.end
  return plan.step?.find((step) => step.id === id)?.title ?? id
}

const fieldName = (field: string) => (w().fields as Record<string, string>)[field] ?? field

function entryName(difference: Difference, registers: Titles, plan: MapPlan): string {
  const { field, entry = '' } = difference
  if (field === 'cells') return plan.lane?.find((lane) => lane.id === entry)?.title ?? entry
  if (field === 'emotion') return entry === 'all' ? w().all : registers.title('persona', entry)
  return entry
}

/** One difference as a short sentence: `Titel von „Zahlt“ geändert`. */
export function saying(difference: Difference, registers: Titles, plan: MapPlan): string {
  const { kind, what, title, field, entry } = difference
  const says = w().says
  const thing = says.things[what]
  if (kind === 'added') return says.added(thing, title)
  if (kind === 'removed') return says.removed(thing, title)
  if (kind === 'moved') {
    const stage = field === 'stage' ? plan.stage?.find((one) => one.id === difference.to)?.title : undefined
    return stage === undefined ? says.moved(thing, title) : says.movedTo(thing, title, stage)
  }
  const name = entry === undefined ? fieldName(field ?? '') : `${fieldName(field ?? '')} (${entryName(difference, registers, plan)})`
  return what === 'map' ? says.changedOfMap(name) : says.changed(name, title)
}

/** Several of them; what is left out is counted. */
export function sayingAll(differences: readonly Difference[], registers: Titles, plan: MapPlan, most: number): string {
  const said = [...new Set(differences.map((one) => saying(one, registers, plan)))]
  const more = said.length - most
  return more > 0 ? `${said.slice(0, most).join('; ')}; ${w().says.more(more)}` : said.join('; ')
}

/** A value as it is shown beside another one. */
export function valueText(value: unknown, field: string | undefined, registers: Titles, plan: MapPlan): string {
  if (value === undefined || value === null || value === '') return w().nothing
  if (Array.isArray(value)) return list(value.map((one) => valueText(one, field, registers, plan)))
  if (typeof value === 'boolean') return value ? w().yes : w().no
  const text = String(value)
  switch (field) {
    case 'touchpoints':
    case 'failing':
      return registers.title('touchpoint', text)
    case 'personas':
      return registers.title('persona', text)
    case 'pain_points':
      return registers.title('pain_point', text)
    case 'opportunities':
      return registers.title('opportunity', text)
    case 'map':
      return registers.title('map', text)
    case 'stage':
      return plan.stage?.find((stage) => stage.id === text)?.title ?? text
    case 'within':
    case 'over_after':
      return limit(text)
    case 'state':
    case 'mode':
    case 'join':
    case 'moment':
    case 'evidence':
    case 'moment_of_truth':
      return (w().values as Record<string, string>)[text] ?? text
    default:
      return typeof value === 'object' ? String((value as { title?: unknown }).title ?? JSON.stringify(value)) : text
  }
}

/** Where in the map a path leads: `Schritt „Zahlt“, Titel`. */
export function placeText(path: readonly string[], registers: Titles, plan: MapPlan, other: MapPlan = plan): string {
  const says = w().says
  const [first = '', id = '', field, entry] = path
  if (first === 'place') return says.placeOf(placeText(path.slice(1), registers, plan, other))
  if (first === 'personas' && path.length === 2) return `${fieldName('personas')}: ${registers.title('persona', id)}`
  if (path.length === 1) return fieldName(first)
  const things = says.things as Record<string, string>
  const titleIn = (map: MapPlan) =>
    first === 'edge'
      ? map.edge?.filter((edge) => edgeKey(edge) === id).map((edge) => `${endTitle(map, edge.from)} → ${endTitle(map, edge.to)}`)[0]
      : (map[first as 'step'] ?? []).find((one) => one.id === id)?.title
  const thing = says.named(things[first] ?? first, titleIn(plan) ?? titleIn(other) ?? id)
  if (field === undefined) return thing
  const difference = { field, entry } as Difference
  return `${thing}, ${fieldName(field)}${entry === undefined || field === 'failing' || field === 'touchpoints' ? '' : ` (${entryName(difference, registers, plan)})`}`
}

/** What stands against a map, as a sentence. */
export function faultText({ fault, path, value = '' }: Check, registers: Titles, plan: MapPlan): string {
  const place = placeText(path, registers, plan)
  const shown = fault === 'failing_too' ? registers.title('touchpoint', value) : fault === 'persona_unknown' ? registers.title('persona', value) : value
  return w().faults[fault](place, shown)
}
