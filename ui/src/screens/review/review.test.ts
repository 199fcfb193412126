import { describe, expect, test } from 'vitest'
import { differences, type Piece } from './differences'
import { bits, probability, scaleFor } from './odds'

const written = (pieces: readonly Piece[]) => pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join('')

describe('differences', () => {
  test.each([
    ['meyer', 'meier', 'me[y]er', 'me[i]er'],
    ['1989-10-05', '1989-10-03', '1989-10-0[5]', '1989-10-0[3]'],
    ['hubner', 'hubner', 'hubner', 'hubner'],
    ['ada', 'bruno', '[ada]', '[bruno]'],
    ['ann', 'anna', 'ann', 'ann[a]'],
    ['huber ulmenweg 3', 'huber ulmenweg 4', 'huber ulmenweg [3]', 'huber ulmenweg [4]'],
    ['huber ulmenweg', 'huber', 'huber [ulmenweg]', 'huber'],
  ])('%s and %s', (a, b, left, right) => {
    const [one, other] = differences(a, b)
    expect([written(one), written(other)]).toEqual([left, right])
  })

  test('leave the values as they are', () => {
    const [one, other] = differences('a  b', 'a c')
    expect([one, other].map((pieces) => pieces.map(({ text }) => text).join(''))).toEqual(['a  b', 'a c'])
  })
})

describe('odds', () => {
  test('a bit doubles them', () => {
    expect(probability(0)).toBe(0.5)
    expect(probability(1)).toBeCloseTo(2 / 3)
    expect(bits(probability(-12.46))).toBeCloseTo(-12.46)
  })

  test('all weights have a place between the ends', () => {
    const scale = scaleFor([-12.5, -2.6, 14.6])
    for (const weight of [-12.5, 0, 14.6]) expect(scale.at(weight)).toBeGreaterThan(0)
    expect(scale.at(14.6)).toBeLessThan(1)
    expect(scale.marks).toContain(0.5)
  })
})
