/** Finding people by what they are called or known under. */
import { customerOf } from './customers'
import { api, content, Problem, type Schemas } from './client'

export type Found = Schemas['FoundCustomer']
export type FoundPage = Pick<Schemas['SearchAnswer'], 'customers' | 'more' | 'complete' | 'behind'>

const MOST = 20
/** The index is made at the first questions, a quarter of a second at each. */
const TRIES = 12
const SHOWN = 5

export type Typed = { readonly id: string } | { readonly kind: string; readonly value: string } | { readonly text: string }

/** What is typed: a customer's id, `kind: value`, or words to search for. */
export function readTyped(typed: string): Typed {
  const text = typed.trim()
  if (/^c\d+$/.test(text)) return { id: text }
  const [, kind, value] = /^([a-z][a-z0-9_]*):\s*(\S.*)$/.exec(text) ?? []
  return kind && value ? { kind, value } : { text }
}

function only({ id, identifiers }: Schemas['Customer'], kind?: string): FoundPage {
  const matched = identifiers.filter((known) => known.kind === kind)
  const others = identifiers.filter((known) => known.kind !== kind)
  const found = { customer: id, name: null, identifiers: [...matched, ...others].slice(0, SHOWN), identifiers_in_all: identifiers.length }
  return { customers: [found], more: false, complete: true, behind: 0 }
}

const NOBODY: FoundPage = { customers: [], more: false, complete: true, behind: 0 }

/** What is not known, or cannot be of that kind, finds nobody. */
async function orNobody(asked: Promise<FoundPage>): Promise<FoundPage> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 400)) return NOBODY
    throw error
  }
}

/** Customers that fit what is typed. */
export async function find(typed: string, signal: AbortSignal): Promise<FoundPage> {
  const read = readTyped(typed)
  if ('id' in read) return orNobody(customerOf(read.id, signal).then((customer) => only(customer)))
  if ('kind' in read) {
    const asked = content(api.GET('/v1/customers/lookup', { params: { query: read }, signal }))
    return orNobody(asked.then(({ customer }) => only(customer, read.kind)))
  }
  let answer: FoundPage = NOBODY
  for (let turn = 0; turn < TRIES; turn += 1) {
    answer = await content(api.GET('/v1/customers/search', { params: { query: { q: read.text, limit: MOST } }, signal }))
    if (answer.behind === 0) break
  }
  return answer
}
