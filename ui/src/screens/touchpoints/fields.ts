/** What the register says of a touchpoint, field by field: how each is written, shown and changed. */

export type Value = string | number | readonly string[] | undefined

export type Body = Readonly<Record<string, Value>>

export const FIELDS = [
  'title', 'description', 'channel', 'moment', 'peso', 'control', 'parent', 'owner', 'deputy', 'importance_to_customer',
  'importance_to_business', 'reach_per_year', 'cost_per_year', 'currency', 'evidence', 'promises', 'questions', 'review_on',
  'remind_before',
] as const

export type FieldName = (typeof FIELDS)[number]

/** New values of some fields; what is undefined is emptied. */
export type Patch = Partial<Record<FieldName, Value>>

export type Kind = 'text' | 'long' | 'lines' | 'number' | 'choice' | 'day' | 'ahead' | 'touchpoint'

/** The values of fields that take one of a few. */
export const CHOICES = {
  moment: ['before', 'during', 'after'],
  peso: ['paid', 'owned', 'earned', 'shared'],
  control: ['full', 'influence', 'none'],
  evidence: ['assumed', 'partly', 'measured'],
} as const satisfies Partial<Record<FieldName, readonly string[]>>

export type ChoiceName = keyof typeof CHOICES

const KINDS: Partial<Record<FieldName, Kind>> = {
  description: 'long',
  parent: 'touchpoint',
  importance_to_customer: 'number',
  importance_to_business: 'number',
  reach_per_year: 'number',
  cost_per_year: 'number',
  promises: 'lines',
  questions: 'lines',
  review_on: 'day',
  remind_before: 'ahead',
}

export function isChoice(field: FieldName): field is ChoiceName {
  return field in CHOICES
}

export function kindOf(field: FieldName): Kind {
  return isChoice(field) ? 'choice' : (KINDS[field] ?? 'text')
}

export function linesOf(value: Value): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : []
}

/** A field as it stands in a control; decimals with a comma where the language has one, lists line by line. */
export function written(value: Value, comma: boolean): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return comma ? String(value).replace('.', ',') : String(value)
  return typeof value === 'string' ? value : value.join('\n')
}

/** What somebody wrote into a control: undefined if nothing, null if it is no number where one is needed. */
export function read(field: FieldName, text: string): Value | null {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const kind = kindOf(field)
  if (kind === 'lines') return trimmed.split('\n').map((line) => line.trim()).filter(Boolean)
  if (field === 'currency') return trimmed.toUpperCase()
  if (kind !== 'number') return trimmed
  const plain = trimmed.replace(/[\s\u00a0\u202f]/g, '')
  // 1.234.567 and 1.234,5 are German, 1,234.5 is English; a lone comma is a decimal point in both.
  const german = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(plain) || /^-?\d+,\d+$/.test(plain)
  const number = Number(german ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', ''))
  return Number.isFinite(number) && /^-?[\d.,]+$/.test(plain) ? number : null
}

/** True if two values of a field say the same; what is empty says nothing. */
export function same(one: Value, other: Value): boolean {
  if (Array.isArray(one) || Array.isArray(other)) {
    const [a, b] = [linesOf(one), linesOf(other)]
    return a.length === b.length && a.every((line, index) => line === b[index])
  }
  return (one === '' ? undefined : one) === (other === '' ? undefined : other)
}

function isEmpty(value: Value): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** The body with some fields changed; what is empty is left out. */
export function patched(body: Body, patch: Patch): Body {
  const next: Record<string, Value> = { ...body, ...patch }
  // A cost means nothing without its currency, a reminder nothing without its day.
  if ('cost_per_year' in patch && !('currency' in patch)) {
    next.currency = isEmpty(patch.cost_per_year) ? undefined : (body.currency ?? 'EUR')
  }
  if ('review_on' in patch && isEmpty(patch.review_on)) next.remind_before = undefined
  return Object.fromEntries(Object.entries(next).filter(([, one]) => !isEmpty(one)))
}

/** The body with one field changed. */
export function withField(body: Body, field: FieldName, value: Value): Body {
  return patched(body, { [field]: value })
}

/** Fields in which two versions differ, in the order of the register. */
export function changed(before: Body, after: Body): readonly FieldName[] {
  return FIELDS.filter((field) => !same(before[field], after[field]))
}

export type Merged = {
  readonly body: Body
  /** Fields that both changed, each to something else: somebody has to choose. `body` holds theirs. */
  readonly clashes: readonly FieldName[]
  /** Fields that only they changed. */
  readonly taken: readonly FieldName[]
}

/** What two people made of the same version, field by field. */
export function merged(base: Body, mine: Body, theirs: Body): Merged {
  const body: Record<string, Value> = { ...theirs }
  const clashes: FieldName[] = []
  const taken: FieldName[] = []
  for (const field of FIELDS) {
    const byMe = !same(mine[field], base[field])
    const byThem = !same(theirs[field], base[field])
    if (byMe && byThem && !same(mine[field], theirs[field])) clashes.push(field)
    else if (byMe) body[field] = mine[field]
    else if (byThem) taken.push(field)
  }
  return { body: Object.fromEntries(Object.entries(body).filter(([, one]) => !isEmpty(one))), clashes, taken }
}

const DAYS: Readonly<Record<string, number>> = {
  s: 1 / 86_400, second: 1 / 86_400, seconds: 1 / 86_400, m: 1 / 1_440, min: 1 / 1_440, minute: 1 / 1_440, minutes: 1 / 1_440,
  h: 1 / 24, hour: 1 / 24, hours: 1 / 24, d: 1, day: 1, days: 1, w: 7, week: 7, weeks: 7,
}

/** Days in a span such as `14d` or `2w`, as the server reads it; null if it is none. */
export function daysIn(span: string): number | null {
  const parts = /^\s*([\d.]+)\s*([a-z]+)\s*$/.exec(span)
  const unit = DAYS[parts?.[2] ?? '']
  const amount = Number(parts?.[1])
  return unit === undefined || !Number.isFinite(amount) ? null : amount * unit
}

export type ReviewState = 'none' | 'later' | 'due' | 'overdue'

/** How it stands with the next look at a touchpoint at a moment; days are days in UTC, as the server counts them. */
export function reviewOf(body: Body, now: Date): ReviewState {
  if (typeof body.review_on !== 'string') return 'none'
  if (body.review_on < now.toISOString().slice(0, 10)) return 'overdue'
  const ahead = typeof body.remind_before === 'string' ? (daysIn(body.remind_before) ?? 0) : 0
  return Date.parse(body.review_on) - now.getTime() <= ahead * 86_400_000 ? 'due' : 'later'
}
