/** What is called how: touchpoints by their title in the register, and the rows that stand for no touchpoint. */
import { touchpointRegister } from '../../../api/register.svelte'
import type { Special } from './specials'
import { w } from './words'

export type Moment = 'before' | 'during' | 'after' | 'unknown'

export type Naming = ReturnType<typeof naming>

/** Call it while a component is set up. */
export function naming() {
  const register = touchpointRegister()
  const titleOf = (name: string, special?: Special) =>
    special ? w()[special] : name === '(other)' ? w().other : register.title(name)
  return {
    title: titleOf,
    /** A channel, or that none was said. */
    channel: (name: string) => (name === '(not said)' ? w().notSaid : name),
    way: (names: readonly string[]) => names.map((name) => titleOf(name)).join(' → '),
    peso: (name: string) => register.of(name)?.peso ?? null,
    moment: (name: string): Moment => register.of(name)?.moment ?? 'unknown',
  }
}
