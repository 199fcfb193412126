/** What the register says of a touchpoint, field by field: how each is written, shown and changed. */

export type Body = Readonly<Record<string, string | number | undefined>>

const FIELDS = [
  'title', 'description', 'channel', 'moment', 'peso', 'control', 'parent', 'owner', 'importance_to_customer',
  'importance_to_business', 'reach_per_year', 'cost_per_year', 'currency', 'review_on',
] as const

export type FieldName = (typeof FIELDS)[number]

export type Kind = 'text' | 'long' | 'number' | 'choice' | 'day' | 'touchpoint'

/** The values of fields that take one of a few. */
export const CHOICES = {
  moment: ['before', 'during', 'after'],
  peso: ['paid', 'earned', 'shared', 'owned'],
  control: ['full', 'influence', 'none'],
} as const satisfies Partial<Record<FieldName, readonly string[]>>

export type ChoiceName = keyof typeof CHOICES

const NUMBERS: readonly FieldName[] = ['importance_to_customer', 'importance_to_business', 'reach_per_year', 'cost_per_year']

export function isChoice(field: FieldName): field is ChoiceName {
  return field in CHOICES
}

export function kindOf(field: FieldName): Kind {
  if (isChoice(field)) return 'choice'
  if (NUMBERS.includes(field)) return 'number'
  if (field === 'review_on') return 'day'
  if (field === 'parent') return 'touchpoint'
  return field === 'description' ? 'long' : 'text'
}

/** A field as it stands in a control; decimals with a comma where the language has one. */
export function written(value: string | number | undefined, comma: boolean): string {
  if (value === undefined) return ''
  const text = String(value)
  return typeof value === 'number' && comma ? text.replace('.', ',') : text
}

/** What somebody wrote into a control: undefined if nothing, null if it is no number where one is needed. */
export function read(field: FieldName, text: string): string | number | undefined | null {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (kindOf(field) !== 'number') return trimmed
  const plain = trimmed.replace(/[\s\u00a0\u202f]/g, '')
  // 1.234.567 and 1.234,5 are German, 1,234.5 is English; a lone comma is a decimal point in both.
  const german = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(plain) || /^-?\d+,\d+$/.test(plain)
  const number = Number(german ? plain.replaceAll('.', '').replace(',', '.') : plain.replaceAll(',', ''))
  return Number.isFinite(number) && /^-?[\d.,]+$/.test(plain) ? number : null
}

/** The body with one field changed; what is empty is left out. */
export function withField(body: Body, field: FieldName, value: string | number | undefined): Body {
  const next = { ...body, [field]: value }
  // A cost means nothing without its currency.
  if (field === 'cost_per_year') next.currency = value === undefined ? undefined : (body.currency ?? 'EUR')
  return Object.fromEntries(Object.entries(next).filter(([, one]) => one !== undefined && one !== ''))
}

/** Fields in which two versions differ, in the order of the register. */
export function changed(before: Body, after: Body): readonly FieldName[] {
  return FIELDS.filter((field) => before[field] !== after[field])
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
  const body: Record<string, string | number | undefined> = { ...theirs }
  const clashes: FieldName[] = []
  const taken: FieldName[] = []
  for (const field of FIELDS) {
    const byMe = mine[field] !== base[field]
    const byThem = theirs[field] !== base[field]
    if (byMe && byThem && mine[field] !== theirs[field]) clashes.push(field)
    else if (byMe) body[field] = mine[field]
    else if (byThem) taken.push(field)
  }
  return { body: Object.fromEntries(Object.entries(body).filter(([, one]) => one !== undefined)), clashes, taken }
}
