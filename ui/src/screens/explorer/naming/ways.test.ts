import { beforeAll, describe, expect, it, vi } from 'vitest'

let ways: typeof import('./ways')

// The filter reads the address of the page; there is no page here.
beforeAll(async () => {
  vi.stubGlobal('window', { location: { pathname: '/', search: '' }, addEventListener: () => {} })
  ways = await import('./ways')
})

describe('a place in journeys as a way', () => {
  it.each([
    [[{ name: 'cart' }], 1, '', 'path start -> cart'],
    [[{ name: 'cart' }], 3, '', 'path start -> * -> * -> cart'],
    [[{ name: 'cart' }, { name: 'order placed' }], 2, '', 'path start -> * -> cart -> "order placed"'],
    [[{ name: 'cart' }, { name: 'path_end', special: 'end' as const }], 1, '', 'path start -> cart -> end'],
    [[{ name: '(other)', special: 'other' as const, named: ['a', 'b'] }], 2, '', 'path start -> * -> touchpoint not in (a, b)'],
    [[{ name: '(other)', special: 'other' as const, named: ['a'] }], 1, '', 'path start -> touchpoint != a'],
    [[{ name: 'cart' }], 1, 'cart', 'path cart'],
    [[{ name: 'cart' }, { name: 'order' }], 1, 'cart', 'path cart -> order'],
    [[{ name: 'order' }], 3, 'cart', 'path cart -> * -> order'],
  ])('%j at step %i from %j is %s', (places, step, anchor, way) => {
    expect(ways.wayThrough(places, step, anchor)).toBe(way)
  })

  it('counts events where a journey is over, and knows nothing of that after an anchor', () => {
    const end = { name: 'path_end', special: 'end' as const }
    expect(ways.wayThrough([end, end], 3)).toBe('events < 3')
    expect(ways.wayThrough([end], 3)).toBe('events < 3')
    expect(ways.wayThrough([end], 3, 'cart')).toBeNull()
  })

  it.each([
    [{ name: 'cart' }, 2, '', 'path start -> * -> cart'],
    [{ name: 'cart' }, 0, 'cart', 'path cart'],
    [{ name: 'order' }, 2, 'cart', 'path cart -> * -> order'],
    [{ name: 'home' }, -1, 'cart', 'path home -> cart'],
    [{ name: 'home' }, -3, 'cart', 'path home -> * -> * -> cart'],
    [{ name: 'path_end', special: 'end' as const }, 2, '', 'events < 2'],
    [{ name: 'path_end', special: 'end' as const }, 2, 'cart', null],
  ])('%j at %i from %j is %s', (place, step, anchor, way) => {
    expect(ways.wayAround(place, step, anchor)).toBe(way)
  })

  it('names a whole sequence', () => {
    expect(ways.wayOf(['a', 'end', 'b c'])).toBe('path start -> a -> "end" -> "b c" -> end')
  })
})
