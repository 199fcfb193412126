import { describe, expect, test } from 'vitest'
import { patched } from '../fields'
import { difference, each, open, sums, takingBack, wouldChange, type Outcome } from './bulk'
import { allToggled, chosenOf, NOTHING, toggled } from './selection'

const SHOWN = ['a', 'b', 'c', 'd', 'e']
const names = (selection: typeof NOTHING) => [...selection.names].toSorted().join('')

describe('a selection', () => {
  test('takes rows one by one and gives them up', () => {
    const b = toggled(NOTHING, SHOWN, 'b', false)
    const both = toggled(b, SHOWN, 'd', false)
    expect(names(both)).toBe('bd')
    expect(names(toggled(both, SHOWN, 'b', false))).toBe('d')
  })

  test('takes a range in the order that is shown, in both directions', () => {
    expect(names(toggled(toggled(NOTHING, SHOWN, 'b', false), SHOWN, 'd', true))).toBe('bcd')
    expect(names(toggled(toggled(NOTHING, SHOWN, 'd', false), SHOWN, 'b', true))).toBe('bcd')
    // Another order, another range.
    expect(names(toggled(toggled(NOTHING, SHOWN, 'b', false), ['b', 'e', 'a', 'c', 'd'], 'a', true))).toBe('abe')
  })

  test('gives up a range where its anchor was given up', () => {
    const all = allToggled(NOTHING, SHOWN)
    const without = toggled(toggled(all, SHOWN, 'b', false), SHOWN, 'd', true)
    expect(names(without)).toBe('ae')
  })

  test('takes a row alone where the anchor is out of sight', () => {
    const hidden = toggled(toggled(NOTHING, SHOWN, 'a', false), ['c', 'd'], 'd', true)
    expect(names(hidden)).toBe('ad')
    expect(hidden.anchor).toBe('d')
  })

  test('takes all that are shown, and only those count', () => {
    const some = toggled(NOTHING, SHOWN, 'a', false)
    const more = allToggled(some, ['b', 'c'])
    expect(names(more)).toBe('abc')
    expect(chosenOf(more, ['c', 'b', 'e'])).toEqual(['c', 'b'])
    expect(names(allToggled(more, ['b', 'c']))).toBe('a')
    expect(names(allToggled(NOTHING, []))).toBe('')
  })
})

describe('a change of many', () => {
  const before = { title: 'Cart', owner: 'Web', review_on: '2026-11-22', remind_before: '14d' }

  test('is known by what it replaces, also what goes along', () => {
    expect(difference(before, patched(before, { review_on: undefined }))).toEqual({
      before: { review_on: '2026-11-22', remind_before: '14d' },
      after: { review_on: undefined, remind_before: undefined },
    })
  })

  test('is taken back to what was there', () => {
    const after = patched(before, { owner: 'Shop', review_on: undefined })
    const { patch, kept } = takingBack(after, difference(before, after))
    expect(kept).toEqual([])
    expect(patched(after, patch)).toEqual(before)
  })

  test('leaves what somebody has changed since', () => {
    const after = patched(before, { owner: 'Shop', channel: 'shop' })
    const { patch, kept } = takingBack({ ...after, owner: 'Kim' }, difference(before, after))
    expect(kept).toEqual(['owner'])
    expect(patch).toEqual({ channel: undefined })
  })

  test('says how many it would change', () => {
    const bodies = [before, { title: 'Till', owner: 'Shop' }, { title: 'Desk' }]
    expect(wouldChange(bodies, { owner: 'Shop' })).toBe(2)
    expect(wouldChange(bodies, { owner: undefined })).toBe(2)
    expect(wouldChange(bodies, {})).toBe(0)
  })

  test('is summed up by what became of it', () => {
    const done: Outcome = { kind: 'done', before: {}, after: {}, joined: [], by: '' }
    const outcomes = new Map<string, Outcome>([
      ['a', done],
      ['b', { kind: 'refused', reason: 'no' }],
      ['c', done],
      ['d', { kind: 'same' }],
      ['e', { kind: 'gone' }],
    ])
    expect(sums(outcomes)).toEqual({ done: 2, same: 1, clash: 0, refused: 1, gone: 1 })
    expect(open(outcomes).map(([name]) => name)).toEqual(['b', 'e'])
  })
})

test('jobs run a few at a time, and their answers keep the order', async () => {
  let running = 0
  let most = 0
  const found = await each(['e', 'd', 'c', 'b', 'a'], 2, async (name) => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, name.charCodeAt(0) % 3))
    running -= 1
    return name.toUpperCase()
  })
  expect(most).toBe(2)
  expect([...found]).toEqual([['e', 'E'], ['d', 'D'], ['c', 'C'], ['b', 'B'], ['a', 'A']])
  expect([...(await each([], 4, async () => 1))]).toEqual([])
})
