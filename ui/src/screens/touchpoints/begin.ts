/** What a touchpoint begins with that is made of events which no rule matches. */
import type { Schemas } from '../../api/client'
import type { Body } from './fields'
import { exactly, type Rule } from './rules/rule'

export type Begin = { readonly title: string; readonly body: Body; readonly rule: Omit<Rule, 'touchpoint'> }

/** A title made of an event's name: words apart, the first letter large. */
function titleFor(name: string): string {
  const plain = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[_\-./]+/g, ' ').trim()
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}

export function beginOf(one: Schemas['DiscoveredTouchpoint']): Begin {
  // Events of the same name may come from elsewhere, and mean something else there.
  const rule = { source: exactly(one.source), name: exactly(one.touchpoint) }
  return { title: titleFor(one.touchpoint), body: { title: titleFor(one.touchpoint), channel: one.channel || undefined }, rule }
}
