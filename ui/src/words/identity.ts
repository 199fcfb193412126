/** What is said about identifiers, links and the rules that make or refuse them; several screens share it. */
import { dictionary } from './language.svelte'
import { percent } from './format'

const de = {
  kinds: {
    user_id: 'Konto',
    email: 'E-Mail',
    phone: 'Telefon',
    loyalty_card: 'Kundenkarte',
    vehicle_id: 'Fahrzeug',
    frame_number: 'Rahmennummer',
    device_id: 'Gerät',
    anonymous_id: 'Browser',
    crm_id: 'CRM-Nummer',
    member_id: 'Mitgliedsnummer',
    order_id: 'Bestellnummer',
    customer_number: 'Kundennummer',
  } as Record<string, string>,
  copy: (kind: string, value: string) => `${kind} ${value} kopieren`,
  joinsNobody: 'verbindet niemanden',
  since: (day: string) => `seit ${day}`,
  rules: {
    same_event: 'im selben Ereignis genannt',
    by_hand: 'von Hand entschieden',
    handed_on: 'weitergegeben',
    linkage: (version: string) => `Datensatzabgleich, Modell ${version}`,
  },
  certain: 'sicher',
  likely: (share: string) => `wahrscheinlich, ${share}`,
  refused: {
    blocked: 'gesperrter Wert',
    address: 'Internetadresse',
    digit: 'Prüfziffer stimmt nicht',
    landline: 'Festnetznummer eines Haushalts',
    service: 'Nummer eines Unternehmens',
    shared: (kind: string) => `${kind} wird von zu vielen geteilt`,
    conflict: (kind: string) => `verschiedene Werte: ${kind}`,
    limit: (kind: string, most: string) => `mehr als ${most} × ${kind}`,
    limitIn: (kind: string, most: string, time: string) => `mehr als ${most} × ${kind} in ${time}`,
    allTheSame: 'trotz einer Entscheidung oder eines Modells',
    weaker: 'schwächer als eine ausgelassene Kennung',
    cannotLink: (entry: string) => `von Hand getrennt (${entry})`,
  },
}

const en: typeof de = {
  kinds: {
    user_id: 'Account',
    email: 'E-mail',
    phone: 'Phone',
    loyalty_card: 'Loyalty card',
    vehicle_id: 'Vehicle',
    frame_number: 'Frame number',
    device_id: 'Device',
    anonymous_id: 'Browser',
    crm_id: 'CRM number',
    member_id: 'Membership number',
    order_id: 'Order number',
    customer_number: 'Customer number',
  },
  copy: (kind, value) => `Copy ${kind} ${value}`,
  joinsNobody: 'joins nobody',
  since: (day) => `since ${day}`,
  rules: {
    same_event: 'named in the same event',
    by_hand: 'decided by hand',
    handed_on: 'handed on',
    linkage: (version) => `record linkage, model ${version}`,
  },
  certain: 'certain',
  likely: (share) => `likely, ${share}`,
  refused: {
    blocked: 'blocked value',
    address: 'internet address',
    digit: 'check digit does not fit',
    landline: 'landline of a household',
    service: 'number of a company',
    shared: (kind) => `${kind} is shared by too many`,
    conflict: (kind) => `different values: ${kind}`,
    limit: (kind, most) => `more than ${most} × ${kind}`,
    limitIn: (kind, most, time) => `more than ${most} × ${kind} in ${time}`,
    allTheSame: 'despite a decision or a model',
    weaker: 'weaker than an identifier left out',
    cannotLink: (entry) => `parted by hand (${entry})`,
  },
}

export const identityWords = dictionary(de, en)

/** A kind of identifier in words; kinds of one's own stand as they are. */
export function kindName(kind: string): string {
  return identityWords().kinds[kind] ?? kind
}

/** The rule of a link in words: `same_event@1` is "named in the same event". */
export function ruleName(rule: string): string {
  const [name = '', version = ''] = rule.split('@')
  const { rules } = identityWords()
  if (name === 'linkage') return rules.linkage(version)
  return name === 'same_event' || name === 'by_hand' || name === 'handed_on' ? rules[name] : rule
}

/** How sure a link is, in words. */
export function sureness(weight: number): string {
  const w = identityWords()
  return weight >= 1 ? w.certain : w.likely(percent(weight))
}

/** Why a join was refused, in words; docs/identity.md has the rules. */
export function refusalName(rule: string): string {
  const { refused } = identityWords()
  const plain: Record<string, string> = {
    'blocked value': refused.blocked,
    'internet address': refused.address,
    'check digit': refused.digit,
    landline: refused.landline,
    'service number': refused.service,
    'weaker than a dropped one': refused.weaker,
  }
  if (plain[rule]) return plain[rule]
  const [, shared] = /^shared (\S+)$/.exec(rule) ?? []
  if (shared) return refused.shared(kindName(shared))
  const [, conflict] = /^conflict (\S+)$/.exec(rule) ?? []
  if (conflict) return refused.conflict(kindName(conflict))
  const [, entry] = /^cannot_link (\S+)$/.exec(rule) ?? []
  if (entry) return refused.cannotLink(entry)
  const limit = /^limit (\S+) (\d+)(?: in (\S+))?( all the same)?$/.exec(rule)
  if (!limit) return rule
  const [, kind = '', most = '', time, same] = limit
  const said = time ? refused.limitIn(kindName(kind), most, time) : refused.limit(kindName(kind), most)
  return same ? `${said}, ${refused.allTheSame}` : said
}
