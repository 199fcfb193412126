/** Numbers, shares, durations and dates in the chosen language. Every number on a screen goes through here. */
import { language } from './language.svelte'

const LOCALES = { de: 'de-DE', en: 'en-GB' } as const
const locale = () => LOCALES[language.code]

const kept = new Map<string, unknown>()

/** Intl objects are dear to make and cheap to use. */
function formatter<F>(name: string, make: (locale: string) => F): F {
  const key = `${language.code} ${name}`
  let found = kept.get(key) as F | undefined
  if (found === undefined) kept.set(key, (found = make(locale())))
  return found
}

/** `4.812`; `digits` is the most that stand behind the point. */
export function number(value: number, digits = 0): string {
  return formatter(`n${digits}`, (l) => new Intl.NumberFormat(l, { maximumFractionDigits: digits })).format(value)
}

/** What is estimated, with as many digits as the ends of its interval have: `0,50`. */
export function estimate(value: number, digits: number): string {
  return formatter(
    `e${digits}`,
    (l) => new Intl.NumberFormat(l, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  ).format(value)
}

/** `131 Tsd.`, for axes and tight places; the whole number has to stand elsewhere. */
export function compact(value: number): string {
  return formatter(
    'compact',
    (l) => new Intl.NumberFormat(l, { notation: 'compact', maximumFractionDigits: 1 }),
  ).format(value)
}

/** A share from 0 to 1 as `23,5 %`. */
export function percent(share: number, digits = 1): string {
  return formatter(
    `p${digits}`,
    (l) => new Intl.NumberFormat(l, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }),
  ).format(share)
}

/** A difference of shares in points: `+3,1`. */
export function signed(value: number, digits = 1): string {
  return formatter(
    `s${digits}`,
    (l) => new Intl.NumberFormat(l, { signDisplay: 'exceptZero', maximumFractionDigits: digits }),
  ).format(value)
}

/** Money in its currency, a code such as `EUR`. */
export function money(value: number, currency: string): string {
  return formatter(`m${currency}`, (l) => new Intl.NumberFormat(l, { style: 'currency', currency })).format(value)
}

const STEPS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const

/** Seconds in the largest unit that leaves a number of one or more: `3,2 Tage`, `14 Min.`, `0,4 Sek.`, `6 ms`. */
export function duration(seconds: number): string {
  const small = seconds !== 0 && Math.abs(seconds) < 0.1 ? { unit: 'millisecond', seconds: 0.001 } : { unit: 'second', seconds: 1 }
  const step = STEPS.find((one) => Math.abs(seconds) >= one.seconds) ?? small
  const value = seconds / step.seconds
  const digits = Math.abs(value) < 10 ? 1 : 0
  // The short form of days is no word in German.
  const unitDisplay = step.unit === 'day' ? 'long' : 'short'
  return formatter(
    `${step.unit}${digits}`,
    (l) => new Intl.NumberFormat(l, { style: 'unit', unit: step.unit, unitDisplay, maximumFractionDigits: digits }),
  ).format(value)
}

/** A day such as `12. März 2026`. Days of time ranges are days in UTC, as the server counts them. */
export function day(at: string | Date, timeZone = 'UTC'): string {
  return formatter(`d${timeZone}`, (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeZone })).format(new Date(at))
}

/** Day and month only, for axes: `12. März`. */
export function dayShort(at: string | Date, timeZone = 'UTC'): string {
  return formatter(
    `ds${timeZone}`,
    (l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'short', timeZone }),
  ).format(new Date(at))
}

/** Month and year, for axes: `März 26`. */
export function month(at: string | Date): string {
  return formatter(
    'month',
    (l) => new Intl.DateTimeFormat(l, { month: 'short', year: '2-digit', timeZone: 'UTC' }),
  ).format(new Date(at))
}

/** A moment in the zone of the reader: `12.03.2026, 14:07`. */
export function moment(at: string | Date): string {
  return formatter('moment', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeStyle: 'short' })).format(
    new Date(at),
  )
}

/** The zone of the reader. */
export const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** The time of day in the zone of the reader: `14:07`. */
export function clock(at: string | Date): string {
  return formatter('clock', (l) => new Intl.DateTimeFormat(l, { hour: '2-digit', minute: '2-digit' })).format(new Date(at))
}

/** A day in the zone of the reader, with its weekday: `Mi., 12. August 2026`. */
export function weekday(at: string | Date): string {
  return formatter(
    'weekday',
    (l) => new Intl.DateTimeFormat(l, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' }),
  ).format(new Date(at))
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** An amount of memory: `66 MB`. */
export function bytes(value: number): string {
  const step = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  const unit = BYTES[step] ?? 'byte'
  return formatter(
    unit,
    (l) => new Intl.NumberFormat(l, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: step > 2 ? 1 : 0 }),
  ).format(value / 1000 ** step)
}

/** The larger units from two of them on: nobody counts 294 days. */
const AGO = [
  { unit: 'year', seconds: 31_557_600, from: 2 },
  { unit: 'month', seconds: 2_629_800, from: 2 },
  ...STEPS.map((one) => ({ ...one, from: 1 })),
] as const

/** How long ago: `vor 3 Tagen`, `vor 10 Monaten`. */
export function ago(at: string | Date, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  const step = AGO.find((one) => Math.abs(seconds) >= one.from * one.seconds) ?? { unit: 'second' as const, seconds: 1 }
  return formatter('ago', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' })).format(
    Math.round(seconds / step.seconds),
    step.unit,
  )
}

/** `a, b und c`. */
export function list(items: readonly string[]): string {
  return formatter('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(items)
}

/** `a, b oder c`. */
export function either(items: readonly string[]): string {
  return formatter('either', (l) => new Intl.ListFormat(l, { type: 'disjunction' })).format(items)
}

/** Words that change with a number. */
export type Plural = { readonly one: string; readonly other: string }

/** The form that goes with the number: `Kunde` for 1, `Kunden` for 2. */
export function plural(value: number, words: Plural): string {
  const rule = formatter('plural', (l) => new Intl.PluralRules(l)).select(value)
  return rule === 'one' ? words.one : words.other
}

/** Number and word: `4.812 Kunden`. */
export function counted(value: number, words: Plural): string {
  return `${number(value)}\u00a0${plural(value, words)}`
}

/** Names in the order of the language. */
export function inOrder(a: string, b: string): number {
  return formatter('order', (l) => new Intl.Collator(l, { numeric: true })).compare(a, b)
}
