/** What lives once and many maps refer to, field by field: how each is written and changed. */

export const KINDS = ['pain_point', 'opportunity', 'solution', 'persona'] as const
export type Kind = (typeof KINDS)[number]

export type Value = string | number | readonly string[]
export type Body = Readonly<Record<string, Value | undefined>>

export const PROGRESS = ['open', 'planned', 'started', 'done', 'declined'] as const
export type Progress = (typeof PROGRESS)[number]

export type FieldName =
  | 'title' | 'description' | 'touchpoints' | 'pain_points' | 'opportunities' | 'severity' | 'customer_value' | 'business_value'
  | 'effort' | 'importance' | 'satisfaction' | 'owner' | 'progress' | 'since' | 'goals' | 'quote' | 'where'

type Takes = 'text' | 'long' | 'lines' | 'score' | 'progress' | 'names' | 'day' | 'filter'

/** The fields of each kind, in the order of their form. */
export const FIELDS: Readonly<Record<Kind, readonly FieldName[]>> = {
  pain_point: ['title', 'description', 'touchpoints', 'severity', 'progress', 'owner'],
  opportunity: [
    'title', 'description', 'pain_points', 'customer_value', 'business_value', 'importance', 'satisfaction', 'effort', 'progress', 'owner',
  ],
  solution: ['title', 'description', 'opportunities', 'progress', 'since', 'owner'],
  persona: ['title', 'description', 'quote', 'goals', 'where'],
}

/** The ends of scales, which begin at 0. */
const MOST: Partial<Record<FieldName, number>> = {
  severity: 10,
  customer_value: 100,
  business_value: 100,
  effort: 5,
  importance: 10,
  satisfaction: 10,
}

/** The kind of document that a field names; `touchpoint` for the register. */
const NAMES: Partial<Record<FieldName, Kind | 'touchpoint'>> = {
  touchpoints: 'touchpoint',
  pain_points: 'pain_point',
  opportunities: 'opportunity',
}

const OTHERS: Partial<Record<FieldName, Takes>> = { description: 'long', goals: 'lines', progress: 'progress', since: 'day', where: 'filter' }

export function mostOf(field: FieldName): number {
  return MOST[field] ?? 0
}

export function namedBy(field: FieldName): Kind | 'touchpoint' | undefined {
  return NAMES[field]
}

export function takes(field: FieldName): Takes {
  if (field in MOST) return 'score'
  if (field in NAMES) return 'names'
  return OTHERS[field] ?? 'text'
}

export function isProgress(text: unknown): text is Progress {
  return PROGRESS.some((one) => one === text)
}

/** How far an object has come: nothing said is open. */
export function progressOf(body: Body): Progress {
  return isProgress(body.progress) ? body.progress : 'open'
}

/** True where nobody is to work on it any more. */
export function settled(progress: Progress): boolean {
  return progress === 'done' || progress === 'declined'
}

/** The names in a field, each once. */
export function namesIn(body: Body, field: FieldName): readonly string[] {
  const value = body[field]
  return typeof value === 'object' ? [...new Set(value)] : []
}

export function textIn(body: Body, field: FieldName): string {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}

export function scoreIn(body: Body, field: FieldName): number | undefined {
  const value = body[field]
  return typeof value === 'number' ? value : undefined
}

/** A score as it stands in a control, with a comma where the language has one. */
export function written(value: number | undefined, comma: boolean): string {
  if (value === undefined) return ''
  return comma ? String(value).replace('.', ',') : String(value)
}

/** What somebody wrote as a score: undefined if nothing; why it is none. */
export function readScore(text: string, most: number): { readonly value: number | undefined } | { readonly wrong: 'number' | 'range' } {
  const plain = text.trim().replace(',', '.')
  if (plain === '') return { value: undefined }
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(plain)) return { wrong: 'number' }
  const value = Number(plain)
  return value >= 0 && value <= most ? { value } : { wrong: 'range' }
}

/** What is not written down: nothing, and what holds where nothing is said. */
function isNothing(field: string, value: Value | undefined): boolean {
  if (value === undefined || value === '' || (field === 'progress' && value === 'open')) return true
  return Array.isArray(value) && value.length === 0
}

/** The body with one field changed. */
export function withField(body: Body, field: FieldName, value: Value | undefined): Body {
  return Object.fromEntries(Object.entries({ ...body, [field]: value }).filter(([name, one]) => !isNothing(name, one)))
}

/** True if both say the same; lists say the same only in the same order. */
export function same(field: FieldName, a: Value | undefined, b: Value | undefined): boolean {
  if (isNothing(field, a) || isNothing(field, b)) return isNothing(field, a) && isNothing(field, b)
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Fields in which two versions differ, in the order of the form. */
export function changed(kind: Kind, before: Body, after: Body): readonly FieldName[] {
  return FIELDS[kind].filter((field) => !same(field, before[field], after[field]))
}
