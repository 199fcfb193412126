import { describe, expect, it } from 'vitest'
import { moodClass } from './measures'
import { moodsOf } from './moods'

const felt = { n: 12, customers: 11, mean: 0.5, interval: [0, 1], by_value: [0, 1, 4, 5, 2], reported: 12, inferred: 0, assumed: 0 }
const answer = { journeys: 20, events: 90, moods: 12, touchpoints: [{ touchpoint: 'talk', ...felt }], edges: [{ from: 'call', to: 'talk', ...felt }] }

describe('moods', () => {
  it('are found by step and by path', () => {
    const moods = moodsOf({ ...answer, coverage: undefined } as never)
    expect(moods?.step('talk')?.mean).toBe(0.5)
    expect(moods?.path({ from: 'call', to: 'talk' })?.n).toBe(12)
    expect(moods?.step('call')).toBeUndefined()
    expect(moods?.path({ from: 'talk', to: 'call' })).toBeUndefined()
  })

  it('are absent where nobody told one', () => {
    expect(moodsOf({ ...answer, moods: 0 } as never)).toBeUndefined()
    expect(moodsOf(undefined)).toBeUndefined()
  })

  it('fall into five classes of equal width', () => {
    expect([-2, -1.3, -1.2, -0.5, -0.4, 0, 0.3, 0.4, 1.1, 1.2, 2].map(moodClass)).toEqual([1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5])
  })
})
