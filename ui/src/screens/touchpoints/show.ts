/** Values of the register in words. */
import { channelName } from '../../words/channels'
import { day, duration, list, money, number } from '../../words/format'
import { CHOICES, daysIn, isChoice, kindOf, linesOf, reviewOf, type Body, type ChoiceName, type FieldName, type Value } from './fields'
import { w } from './words'

export type Shown = { readonly title: (name: string) => string }

export function valueText(field: FieldName, value: Value, currency: Value, { title }: Shown): string {
  if (value === undefined || value === '') return ''
  if (isChoice(field)) return (w().choices[field] as Record<string, string>)[String(value)] ?? String(value)
  if (typeof value === 'number') return field === 'cost_per_year' ? money(value, String(currency ?? 'EUR')) : number(value, 1)
  const kind = kindOf(field)
  if (kind === 'lines') return list(linesOf(value))
  if (kind === 'day') return day(String(value))
  if (kind === 'ahead') return aheadText(String(value))
  if (kind === 'touchpoint') return title(String(value))
  return String(value)
}

/** How long before a day: `14 Tage vorher`. */
export function aheadText(span: string): string {
  const days = daysIn(span)
  return days === null ? span : w().ahead(duration(days * 86_400))
}

/** What a field with a few values offers, nothing first. */
export function options(field: ChoiceName): { value: string; label: string }[] {
  const named = CHOICES[field].map((value) => ({ value: value as string, label: (w().choices[field] as Record<string, string>)[value] ?? value }))
  return [{ value: '', label: w().none }, ...named]
}

const AHEAD = ['7d', '14d', '30d', '90d', '180d']

/** Spans that a reminder may be ahead of its day, with the one that is set. */
export function aheadOptions(now: string): { value: string; label: string }[] {
  const spans = now && !AHEAD.includes(now) ? [...AHEAD, now] : AHEAD
  return [{ value: '', label: w().onTheDay }, ...spans.map((value) => ({ value, label: aheadText(value) }))]
}

/** True if the day of review is over. */
export function overdue(body: Body): boolean {
  return reviewOf(body, new Date()) === 'overdue'
}

export type PesoKind = (typeof CHOICES.peso)[number]

export function pesoOf(body: Body): PesoKind | null {
  return CHOICES.peso.find((one) => one === body.peso) ?? null
}

/** The channel in words, with the sender's own word where it has none. */
export const channelText = (body: Body) => (typeof body.channel === 'string' ? channelName(body.channel) : '')
