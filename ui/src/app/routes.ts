/**
 * Which screens there are. Each folder in src/screens has a `route.ts` that exports `routes`; nothing else has to be
 * told of a new screen, and the navigation holds only what exists.
 */
import type { Component } from 'svelte'
import type { IconName } from '../parts/icons'
import type { Language } from '../words'
import type { de } from '../words/de'
import { session, type Right } from './session.svelte'

/** What a screen is given: the parts of the path that its route names. */
export type ScreenProps = { readonly params: Readonly<Record<string, string>> }

export type Route = {
  /** Such as `/customers/:id`. */
  readonly path: string
  readonly title: Readonly<Record<Language, string>>
  /** The right without which the screen is not offered. */
  readonly may?: Right
  /** A component that takes `ScreenProps`, or nothing where its path names no parameter. */
  readonly load: () => Promise<{ default: Component<ScreenProps> | Component<Record<string, never>> }>
  /** Its place in the navigation, if it has one. */
  readonly nav?: {
    readonly group: keyof typeof de.groups
    readonly order: number
    readonly icon: IconName
    /** The key that leads there after `g`. */
    readonly key?: string
    /** True if the view understands the shared filter, which then goes along. */
    readonly filtered?: boolean
  }
}

const modules = import.meta.glob<{ routes: readonly Route[] }>('../screens/*/route.ts', { eager: true })

const parameterCount = (route: Route) => route.path.split('/').filter((part) => part.startsWith(':')).length

/** All routes, those with fixed paths first. */
export const routes: readonly Route[] = Object.values(modules)
  .flatMap((module) => module.routes)
  .sort((a, b) => parameterCount(a) - parameterCount(b))

/** The routes of the navigation, in its order. */
export const navigation = routes
  .flatMap((route) => (route.nav ? [{ ...route, nav: route.nav }] : []))
  .sort((a, b) => a.nav.order - b.nav.order)

/** The parts of a path that a pattern names, or null where the two do not match. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const given = path.replace(/(?<=.)\/$/, '').split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const piece = given[index] ?? ''
    if (part.startsWith(':')) {
      if (!piece) return null
      try {
        params[part.slice(1)] = decodeURIComponent(piece)
      } catch {
        return null
      }
    } else if (part !== piece) return null
  }
  return params
}

/** True if there is such a screen and the role may see it: no link leads where nothing is. */
export function reachable(path: string): boolean {
  const found = routeOf(path)
  return found !== null && session.may(found.route.may)
}

/** The route of a path, with its parameters. */
export function routeOf(path: string): { route: Route; params: Record<string, string> } | null {
  for (const route of routes) {
    const params = match(route.path, path)
    if (params) return { route, params }
  }
  return null
}
