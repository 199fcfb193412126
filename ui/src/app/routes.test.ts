import { describe, expect, test } from 'vitest'
import { match, navigation, routeOf, routes } from './routes'

describe('routes', () => {
  test.each([
    ['/customers/:id', '/customers/c17', { id: 'c17' }],
    ['/touchpoints/:name', '/touchpoints/Reviews%20Opened', { name: 'Reviews Opened' }],
    ['/customers', '/customers/', {}],
    ['/', '/', {}],
    ['/customers/:id', '/customers/', null],
    ['/customers', '/customers/c17', null],
    ['/touchpoints/:name', '/touchpoints/%E0%A4%A', null],
  ])('%s and %s', (pattern, path, params) => expect(match(pattern, path)).toEqual(params))

  test('each path leads to its own screen', () => {
    for (const route of routes) expect(routeOf(route.path.replace(/:\w+/g, 'x'))?.route).toBe(route)
  })

  test('no two screens share a key', () => {
    const keys = navigation.flatMap((route) => route.nav.key ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })
})
