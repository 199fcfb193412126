/** Values of the register in words. */
import { day, money, number } from '../../words/format'
import { CHOICES, isChoice, kindOf, type Body, type FieldName } from './fields'
import { w } from './words'

export type Shown = { readonly title: (name: string) => string }

export function valueText(field: FieldName, value: string | number | undefined, currency: string | number | undefined, { title }: Shown): string {
  if (value === undefined || value === '') return ''
  if (isChoice(field)) return (w().choices[field] as Record<string, string>)[String(value)] ?? String(value)
  if (field === 'cost_per_year' && typeof value === 'number') return money(value, String(currency ?? 'EUR'))
  if (kindOf(field) === 'number' && typeof value === 'number') return number(value, 1)
  if (field === 'review_on') return day(String(value))
  if (field === 'parent') return title(String(value))
  return String(value)
}

/** What a field with a few values offers, nothing first. */
export function options(field: 'moment' | 'peso' | 'control'): { value: string; label: string }[] {
  const named = CHOICES[field].map((value) => ({ value: value as string, label: (w().choices[field] as Record<string, string>)[value] ?? value }))
  return [{ value: '', label: w().none }, ...named]
}

/** True if the day of review has come. */
export function overdue(body: Body, today = new Date().toISOString().slice(0, 10)): boolean {
  return typeof body.review_on === 'string' && body.review_on < today
}

export type PesoKind = (typeof CHOICES.peso)[number]

export function pesoOf(body: Body): PesoKind | null {
  return CHOICES.peso.find((one) => one === body.peso) ?? null
}
