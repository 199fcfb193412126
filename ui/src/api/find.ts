/** Finding people by what they are known under. */
import { api, content, Problem, type Schemas } from './client'
import type { Known } from './identifiers'

/** The kinds that are tried where only a value is typed. */
export const KINDS = ['user_id', 'email', 'phone', 'loyalty_card', 'vehicle_id', 'device_id', 'anonymous_id', 'frame_number', 'crm_id'] as const

export type Found = {
  readonly customer: string
  readonly name: string | null
  /** Some of what points to the customer, the matched one first. */
  readonly identifiers: readonly Known[]
  readonly identifiersInAll: number
}

export type FoundPage = { readonly customers: readonly Found[]; readonly more: boolean; readonly behind: number }

/** What is typed: a value, or `kind: value`. */
export function readTyped(typed: string): { kind: string | null; value: string } {
  const [, kind, value] = /^\s*([\p{L}][\p{L}\p{N}_-]*)\s*:\s*(\S.*)$/u.exec(typed) ?? []
  return kind && value ? { kind, value: value.trim() } : { kind: null, value: typed.trim() }
}

async function lookUp(kind: string, value: string, signal: AbortSignal): Promise<Found[]> {
  try {
    const { customer } = await content(api.GET('/v1/customers/lookup', { params: { query: { kind, value } }, signal }))
    return [found(customer, kind)]
  } catch (error) {
    // Not of this kind: 404 where nobody has it, 400 where the value cannot be one.
    if (error instanceof Problem && (error.status === 404 || error.status === 400)) return []
    throw error
  }
}

function found({ id, identifiers }: Schemas['Customer'], kind: string): Found {
  const matched = identifiers.find((known) => known.kind === kind)
  const others = identifiers.filter((known) => known !== matched)
  return {
    customer: id,
    name: null,
    identifiers: [...(matched ? [matched] : []), ...others].slice(0, 5),
    identifiersInAll: identifiers.length,
  }
}

/** Customers by the whole value of an identifier, of one kind or of any. */
export async function find(typed: string, signal: AbortSignal): Promise<FoundPage> {
  const { kind, value } = readTyped(typed)
  const all = (await Promise.all((kind ? [kind] : KINDS).map((one) => lookUp(one, value, signal)))).flat()
  const customers = all.filter((one, index) => all.findIndex((other) => other.customer === one.customer) === index)
  return { customers, more: false, behind: 0 }
}
