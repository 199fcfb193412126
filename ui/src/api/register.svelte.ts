/** The register of touchpoints, as views need it: the title, moment and mark of a name. */
import { session } from '../app/session.svelte'
import type { Schemas } from './client'
import { plansOf, titleOf } from './plans'

type Peso = 'paid' | 'earned' | 'shared' | 'owned'

/** What the register says about a touchpoint; each of it may be missing. */
export type Registered = {
  readonly title: string
  readonly channel?: string
  readonly moment?: 'before' | 'during' | 'after'
  readonly peso?: Peso
  readonly owner?: string
}

function read(document: Schemas['Document']): Registered {
  return { ...(document.body as Partial<Registered> | null), title: titleOf(document) }
}

/** The register, loaded once for all views. Call it while a component is set up. */
export function touchpointRegister() {
  const plans = session.may('plans_read') ? plansOf('touchpoint') : null
  const byName = $derived(new Map((plans?.content ?? []).map((one) => [one.name, read(one)])))
  return {
    of: (name: string): Registered | undefined => byName.get(name),
    /** The title of a registered touchpoint, the name of any other. */
    title: (name: string): string => byName.get(name)?.title ?? name,
  }
}
