/** What an event is about, in a few words: from what senders tell about it, whatever they call it. */
import { money, number } from '../../words/format'

type Told = Readonly<Record<string, unknown>>

const MOST = 3
const LONGEST = 48
/** What people would name first. */
const FIRST = [
  'product', 'product_name', 'title', 'subject', 'query', 'search_term', 'need', 'topic', 'reason', 'reasons', 'question', 'answer',
  'comment', 'text', 'outcome', 'result', 'state', 'status', 'service', 'category', 'shop', 'store', 'campaign', 'promise', 'due', 'model',
  'order_id', 'total', 'revenue', 'amount', 'price', 'value', 'score', 'rating', 'quantity',
]
/** Texts for machines. */
const NOISE = /^(https?:|[0-9a-f]{8}-[0-9a-f]{4}-)|^\{|^\/|@/i

function moneyOf(value: Told): string | null {
  const currency = typeof value.currency === 'string' ? value.currency : null
  if (!currency || !/^[A-Z]{3}$/.test(currency)) return null
  if (typeof value.cents === 'number') return money(value.cents / 100, currency)
  if (typeof value.value === 'number') return money(value.value, currency)
  return null
}

function said(name: string, value: unknown, all: Told): string | null {
  if (typeof value === 'string') {
    const text = value.trim()
    if (!text || NOISE.test(text)) return null
    return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text
  }
  if (typeof value === 'number') {
    const currency = all.currency
    const isMoney = /^(price|total|revenue|amount|value)$/.test(name) && typeof currency === 'string' && /^[A-Z]{3}$/.test(currency)
    if (isMoney) return money(value, currency)
    if (name === 'score' && typeof all.out_of === 'number') return `${number(value, 1)} / ${number(all.out_of, 1)}`
    return `${name} ${number(value, 2)}`
  }
  if (Array.isArray(value)) {
    const texts = value.filter((one): one is string => typeof one === 'string')
    return texts.length ? said(name, texts.join(', '), all) : null
  }
  return typeof value === 'object' && value !== null ? moneyOf(value as Told) : null
}

/** Up to three short facts, those that people would name first. */
export function gist(properties: Told): string[] {
  const facts: string[] = []
  for (const name of FIRST) {
    if (facts.length === MOST) break
    const fact = name in properties ? said(name, properties[name], properties) : null
    if (fact && !facts.includes(fact)) facts.push(fact)
  }
  return facts
}

/** What a person told of themselves last: name, place, and the like. */
export type Trait = { readonly name: string; readonly value: string; readonly event: string; readonly at: string }

type Telling = { readonly id: string; readonly at: string; readonly kind: string; readonly properties: Told; readonly context: Told }

/** All traits that identify events told, each as it was told last. Identifiers are left out: they stand elsewhere. */
export function traits(inOrder: readonly Telling[], isIdentifier: (value: string) => boolean): Trait[] {
  const last = new Map<string, Trait>()
  const take = (event: Telling, told: Told, above = '') => {
    for (const [key, value] of Object.entries(told)) {
      const name = above ? `${above}.${key}` : key
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) take(event, value as Told, name)
      else if (typeof value === 'boolean' || typeof value === 'number' || (typeof value === 'string' && value && !isIdentifier(value))) {
        last.delete(name)
        last.set(name, { name, value: String(value), event: event.id, at: event.at })
      }
    }
  }
  for (const event of inOrder) if (event.kind === 'identify') take(event, event.properties)
  return [...last.values()]
}

/** The name among traits, as people are called: given name and surname, or both in one. */
export function nameOf(told: readonly Trait[]): string | null {
  const find = (pattern: RegExp) => told.find(({ name }) => pattern.test(name.toLowerCase().replace(/[^a-z]/g, '')))?.value
  const given = find(/^(firstname|givenname|vorname)$/)
  const family = find(/^(lastname|surname|familyname|nachname)$/)
  return [given, family].filter(Boolean).join(' ') || (find(/^(name|fullname)$/) ?? null)
}
