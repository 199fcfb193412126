/**
 * What was done to a map, to be taken back and done again. A command is remembered as the map before it and after it. Taking
 * it back merges its reverse into the map as it is now: what others changed in between stays.
 */
import { END, START, type MapPlan } from '../../../api/maps'
import { edgeKey, merged } from './merge'
import { same } from './plain'

export type Command = {
  readonly before: MapPlan
  readonly after: MapPlan
  /** What is typed into one field counts as one command. */
  readonly key: string | null
  readonly at: number
}

export type Commands = { readonly done: readonly Command[]; readonly undone: readonly Command[] }

export const NO_COMMANDS: Commands = { done: [], undone: [] }

const KEPT_MOST = 200
/** What follows within this time on the same key belongs to the same command. */
const TOGETHER_MS = 4_000

/** Remembers a change. What had been taken back cannot be done again then. */
export function remembered(commands: Commands, before: MapPlan, after: MapPlan, key: string | null, at: number): Commands {
  if (same(before, after)) return commands
  const last = commands.done.at(-1)
  if (last && key !== null && last.key === key && at - last.at < TOGETHER_MS && same(last.after, before)) {
    const whole = { ...last, after, at }
    const rest = commands.done.slice(0, -1)
    return { done: same(whole.before, after) ? rest : [...rest, whole], undone: [] }
  }
  return { done: [...commands.done, { before, after, key, at }].slice(-KEPT_MOST), undone: [] }
}

export type Turned = { readonly plan: MapPlan; readonly commands: Commands; readonly command: Command }

export function undone({ done, undone }: Commands, now: MapPlan): Turned | null {
  const command = done.at(-1)
  if (!command) return null
  const { plan } = merged(command.after, now, command.before)
  return { plan, command, commands: { done: done.slice(0, -1), undone: [...undone, command] } }
}

export function redone({ done, undone }: Commands, now: MapPlan): Turned | null {
  const command = undone.at(-1)
  if (!command) return null
  const { plan } = merged(command.before, now, command.after)
  return { plan, command, commands: { done: [...done, command], undone: undone.slice(0, -1) } }
}

/**
 * The commands once others' changes are merged in. Edges that both wrote down are no longer mine to take back: whoever first
 * changes an edge of a map without any writes down all that follow from the order of its steps, and so may the other.
 */
export function shared(commands: Commands, base: MapPlan, mine: MapPlan, theirs: MapPlan): Commands {
  const [before, here] = [base, mine].map((plan) => new Set((plan.edge ?? []).map(edgeKey)))
  const both = (theirs.edge ?? []).filter((edge) => here?.has(edgeKey(edge)) && !before?.has(edgeKey(edge)))
  if (both.length === 0) return commands
  const withBoth = (plan: MapPlan): MapPlan => {
    const known = new Set((plan.edge ?? []).map(edgeKey))
    const steps = new Set((plan.step ?? []).map((step) => step.id))
    const missing = both.filter((edge) => !known.has(edgeKey(edge)) && [edge.from, edge.to].every((end) => end === START || end === END || steps.has(end)))
    return missing.length ? { ...plan, edge: [...(plan.edge ?? []), ...missing] } : plan
  }
  const rebased = (list: readonly Command[]) => list.map((one) => ({ ...one, before: withBoth(one.before), after: withBoth(one.after) }))
  return { done: rebased(commands.done), undone: rebased(commands.undone) }
}
