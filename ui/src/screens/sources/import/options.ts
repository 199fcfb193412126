/** How a file is to be read: what was chosen stands in the URL, the rest is guessed by the server. */
import type { Schemas } from '../../../api/client'

export type Reading = Schemas['ReadingOptions']
export type Role = Schemas['UploadColumn']['guess']

/** Texts of the URL; empty where the guess holds. */
export type Chosen = {
  readonly customer: string
  readonly kind: string
  readonly touchpoint: string
  readonly time: string
  readonly channel: string
  readonly identifier: readonly string[]
  readonly zone: string
  readonly times: string
  readonly source: string
  readonly delimiter: string
  readonly encoding: string
  readonly comma: boolean
}

export const IDENTIFIER_KINDS = ['user_id', 'email', 'phone', 'loyalty_card', 'anonymous_id', 'device_id', 'vehicle_id'] as const
export const TIME_FORMATS = ['iso', 'day_first', 'month_first', 'seconds', 'millis', 'micros', 'nanos'] as const
export const DELIMITERS = [';', ',', 'tab', '|'] as const
export const ENCODINGS = ['UTF-8', 'windows-1252', 'ISO-8859-15', 'UTF-16LE'] as const

/** What the server is told. */
export function readingOf(chosen: Chosen): Reading {
  const { customer, kind, touchpoint, time, channel, identifier, zone, times, source, delimiter, encoding, comma } = chosen
  const told = {
    customer, customer_kind: kind, touchpoint, time, channel, time_zone: zone, time_format: times, source, delimiter, encoding,
  }
  return {
    ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== '')),
    ...(identifier.length ? { identifier: [...identifier] } : {}),
    ...(comma ? { decimal_comma: true } : {}),
  }
}

const SINGLE = ['customer', 'touchpoint', 'time', 'channel'] as const

/** The kind under which a column is a further identifier. */
export function kindIn(chosen: Chosen, column: string): string | undefined {
  const found = chosen.identifier.find((one) => one.slice(one.indexOf('=') + 1) === column)
  return found?.slice(0, found.indexOf('='))
}

/** The choice after a column got another meaning; a meaning that only one column can have is taken from the other. */
export function withRole(chosen: Chosen, column: string, role: Role, kind = 'email'): Partial<Chosen> {
  const identifier = chosen.identifier.filter((one) => one.slice(one.indexOf('=') + 1) !== column)
  const freed = Object.fromEntries(SINGLE.filter((one) => chosen[one] === column).map((one) => [one, '']))
  if (role === 'identifier') return { ...freed, identifier: [...identifier, `${kind}=${column}`] }
  if (role === 'property') return { ...freed, identifier }
  return { ...freed, identifier, [role]: column }
}

/** What an import cannot do without and that no column is taken for. */
export function missing(guess: Reading): readonly ('customer' | 'touchpoint' | 'time')[] {
  return (['customer', 'touchpoint', 'time'] as const).filter((one) => !guess[one])
}

/** Bytes in a unit that people read: `1,4 MB`. */
export function inBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** step
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: value < 10 && step ? 1 : 0 }).format(value)
}
