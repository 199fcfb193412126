import { beforeAll, describe, expect, it, vi } from 'vitest'

let funnels: typeof import('./steps')

// The filter reads the address of the page; there is no page here.
beforeAll(async () => {
  vi.stubGlobal('window', { location: { pathname: '/', search: '' }, addEventListener: () => {} })
  funnels = await import('./steps')
})

describe('steps', () => {
  it.each([
    ['ABCD', 0, 2, 'BCAD'],
    ['ABCD', 3, 0, 'DABC'],
    ['ABCD', 1, 1, 'ABCD'],
    ['AB', 7, 0, 'AB'],
  ])('%s with %i at place %i is %s', (list, from, to, after) => {
    expect(funnels.movedTo([...list], from, to).join('')).toBe(after)
  })

  it.each([
    ['7d', 604_800],
    [' 30m ', 1800],
    ['0d', null],
    ['7', null],
    ['a week', null],
  ])('"%s" is %s seconds', (text, seconds) => {
    expect(funnels.secondsOf(text)).toBe(seconds)
  })
})

describe('who stops at a step', () => {
  const funnel = { steps: ['a', 'b', 'c'], optional: [], exclude: [], order: 'ordered', window: '7d' } as const

  it('has the steps up to there and not the next one', () => {
    expect(funnels.stoppedAt(funnel, 1)).toEqual({
      way: 'a -> ... -> b within 7d',
      condition: 'path a -> ... -> b within 7d and not path a -> ... -> b -> ... -> c within 7d',
    })
    expect(funnels.stoppedAt({ ...funnel, order: 'strict' }, 0)?.condition).toBe('path a within 7d and not path a -> b within 7d')
  })

  it('leaves out what may be left out, and keeps what is excluded', () => {
    expect(funnels.stoppedAt({ ...funnel, optional: ['b'] }, 0)?.condition).toBe('path a within 7d and not path a -> ... -> c within 7d')
    expect(funnels.stoppedAt({ ...funnel, exclude: ['x', 'y z'] }, 0)?.way).toBe('a without (x or "y z") within 7d')
  })

  it('is not told by a way at the last step, at an optional one, and in any order', () => {
    expect(funnels.stoppedAt(funnel, 2)).toBeNull()
    expect(funnels.stoppedAt({ ...funnel, optional: ['b'] }, 1)).toBeNull()
    expect(funnels.stoppedAt({ ...funnel, order: 'any' }, 0)).toBeNull()
  })
})
