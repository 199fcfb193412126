/** The rules by which identifiers are one person, as far as views need them; docs/identity.md has them all. */
import { session } from '../app/session.svelte'
import { api, content, Problem } from './client'
import { loading, type Loading } from './loading.svelte'

export type IdentityRules = {
  /** Kinds of identifiers, the strongest first. */
  readonly priority: readonly string[]
  /** Kinds of which a person mostly has one. */
  readonly identifying: readonly string[]
  /** How many values of a kind one customer may have; limits within a time are left out. */
  readonly limits: Readonly<Record<string, number>>
}

/** What holds where no rules are written, and where the role may not read them. */
export const BUILT_IN: IdentityRules = {
  priority: ['user_id', 'loyalty_card', 'email', 'phone', 'vehicle_id', 'device_id', 'anonymous_id'],
  identifying: ['user_id', 'loyalty_card', 'email'],
  limits: { user_id: 1 },
}

type Written = {
  readonly priority?: readonly string[]
  readonly identifying?: readonly string[]
  readonly limits?: Readonly<Record<string, number | { readonly most: number; readonly within?: string }>>
}

function read({ priority, identifying, limits }: Written): IdentityRules {
  const plain = Object.entries(limits ?? {}).flatMap(([kind, limit]) => {
    if (typeof limit === 'number') return [[kind, limit] as const]
    return limit.within === undefined ? [[kind, limit.most] as const] : []
  })
  return {
    priority: priority ?? BUILT_IN.priority,
    identifying: identifying ?? BUILT_IN.identifying,
    limits: limits ? Object.fromEntries(plain) : BUILT_IN.limits,
  }
}

/** The identity rules in force. Call it while a component is set up. */
export function identityRules(): Loading<IdentityRules> {
  return loading(() =>
    session.may('plans_read')
      ? {
          key: 'plans identity',
          get: async (signal) => {
            try {
              const path = { kind: 'identity', name: 'default' } as const
              return read((await content(api.GET('/v1/plans/{kind}/{name}', { params: { path }, signal }))).body as Written)
            } catch (error) {
              if (error instanceof Problem && error.status === 404) return BUILT_IN
              throw error
            }
          },
        }
      : null,
  )
}
