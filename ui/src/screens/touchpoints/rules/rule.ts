/** Mapping rules: which events happen at a touchpoint. */

export type PropertyPattern = string | number | boolean

export type Rule = {
  readonly touchpoint: string
  readonly source?: string
  readonly name?: string
  readonly channel?: string
  readonly kind?: string
  readonly url?: string
  readonly properties?: Readonly<Record<string, PropertyPattern>>
}

export const PATTERNS = ['source', 'name', 'channel', 'url'] as const
export type PatternName = (typeof PATTERNS)[number]

export const KINDS = ['interaction', 'exposure', 'feedback', 'conversation', 'promise', 'outcome', 'device_signal', 'action'] as const

/** How a pattern is read; told apart by its looks. */
export function formOf(pattern: string): 'exactly' | 'wild' | 'regex' {
  if (pattern.length >= 2 && pattern.startsWith('/') && pattern.endsWith('/')) return 'regex'
  return pattern.includes('*') ? 'wild' : 'exactly'
}

/** A text as a pattern that takes only this text. */
export function exactly(text: string): string {
  if (formOf(text) === 'exactly') return text
  return `/^${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$/`
}

/** What somebody wrote as the value of a property: a number, a truth value, or a pattern. */
export function propertyPattern(written: string): PropertyPattern {
  const text = written.trim()
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** A rule as it is filled in: every field a text, properties as rows. */
export type Draft = {
  source: string
  name: string
  channel: string
  kind: string
  url: string
  properties: { path: string; value: string }[]
}

export function draftOf(rule: Omit<Rule, 'touchpoint'>): Draft {
  const { source = '', name = '', channel = '', kind = '', url = '', properties = {} } = rule
  return { source, name, channel, kind, url, properties: Object.entries(properties).map(([path, value]) => ({ path, value: String(value) })) }
}

export function ruleOf(draft: Draft, touchpoint: string): Rule {
  const texts = (['source', 'name', 'channel', 'kind', 'url'] as const).filter((one) => draft[one].trim() !== '')
  const properties = draft.properties.filter((one) => one.path.trim() !== '' && one.value.trim() !== '')
  return {
    touchpoint,
    ...Object.fromEntries(texts.map((one) => [one, draft[one].trim()])),
    ...(properties.length ? { properties: Object.fromEntries(properties.map((one) => [one.path.trim(), propertyPattern(one.value)])) } : {}),
  }
}

/** True if nothing is asked of an event. */
export function isEmpty(rule: Rule): boolean {
  return Object.keys(rule).every((key) => key === 'touchpoint')
}

function canonical(rule: Rule): string {
  const properties = Object.entries(rule.properties ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([rule.touchpoint, rule.source, rule.name, rule.channel, rule.kind, rule.url, properties])
}

/** Where a rule stands among others, or -1. */
export function indexOf(rules: readonly Rule[], rule: Rule): number {
  const wanted = canonical(rule)
  return rules.findIndex((one) => canonical(one) === wanted)
}

export type Place = 'start' | 'end' | 'same'

/** The rules with one more, or with one in the place of another; and where it stands then. */
export function placed(rules: readonly Rule[], rule: Rule, place: Place, instead?: Rule): { rules: readonly Rule[]; at: number } {
  const old = instead ? indexOf(rules, instead) : -1
  const others = old < 0 ? rules : rules.filter((_, index) => index !== old)
  const at = place === 'start' ? 0 : place === 'same' && old >= 0 ? old : others.length
  return { rules: [...others.slice(0, at), rule, ...others.slice(at)], at }
}
