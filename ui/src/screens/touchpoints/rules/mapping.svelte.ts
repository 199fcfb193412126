/** The document of mapping rules: read, tried, written. */
import { api, content, Problem, type Schemas } from '../../../api/client'
import { forget, loading, type Loading } from '../../../api/loading.svelte'
import { writePlan } from '../../../api/plans'
import type { Rule } from './rule'

export type Trial = Schemas['MappingTrial']

const PATH = { kind: 'mapping' as const, name: 'default' }

export type Mapping = { readonly rules: readonly Rule[]; readonly version: number; readonly author: string }

const NONE: Mapping = { rules: [], version: 0, author: '' }

async function current(signal?: AbortSignal): Promise<Mapping> {
  try {
    const { body, version, author } = await content(api.GET('/v1/plans/{kind}/{name}', { params: { path: PATH }, signal }))
    return { rules: (body as { rule?: readonly Rule[] } | null)?.rule ?? [], version, author }
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return NONE
    throw error
  }
}

/** The rules in force. */
export function mapping(): Loading<Mapping> {
  return loading(() => ({ key: 'mapping', get: current }))
}

/** The rules in force now, not as they were kept. */
export function mappingNow(): Promise<Mapping> {
  return current()
}

/** What rules would do with everything stored; `touchpoint` is one that is to be registered with them. */
export function tryRules(rules: readonly Rule[], touchpoint: string | undefined, signal: AbortSignal): Promise<Trial> {
  return content(api.POST('/v1/plans/mapping/try', { params: { query: { touchpoint } }, body: { rule: [...rules] }, signal }))
}

/** Writes rules in the place of a version; a conflict is thrown. */
export async function writeRules(rules: readonly Rule[], expected: number): Promise<Schemas['Document']> {
  const written = await writePlan('mapping', 'default', { rule: rules }, expected)
  for (const kept of ['mapping', 'touchpoints', 'discovered']) forget(kept)
  return written
}
