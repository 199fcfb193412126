import { expect, test } from 'vitest'
import { journeys, networkOf } from './made'
import { dotAt, replayOf, shareOut } from './replay'

test('dots are shared out by frequency, a thousand at most', () => {
  expect(shareOut([5, 3], 1_000)).toEqual([5, 3])
  expect(shareOut([3_000, 1_500, 1], 1_000)).toEqual([667, 333, 0])
  expect(shareOut([1, 1, 1], 2).reduce((sum, one) => sum + one, 0)).toBe(2)
})

test('a dot goes from path to path, and is nowhere before it leaves and where nothing is drawn', () => {
  const network = networkOf(journeys('abc'))
  const replay = replayOf([{ touchpoints: ['a', 'b', 'c'], journeys: 1 }, { touchpoints: ['a'], journeys: 9 }], network.edges)
  expect(replay).toMatchObject({ variants: 1, journeys: 1 })
  const [dot] = replay.dots
  if (!dot) throw new Error('there is no dot')
  const lines = new Map([['a\u0000b', [[0, 0], [10, 0]] as const]])
  const [first, second] = dot.legs
  expect(dotAt(dot, dot.leaves - 1, lines)).toBeNull()
  expect(dotAt(dot, dot.leaves + (first?.lasts ?? 0) / 2, lines)?.[0]).toBeCloseTo(5)
  expect(dotAt(dot, dot.leaves + (second?.begins ?? 0) + 0.01, lines)).toBeNull()
})
