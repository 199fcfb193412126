import { describe, expect, test } from 'vitest'
import { draw, label, overlap } from './drawing'
import { widths } from './measures'
import { journeys, manyJourneys, networkOf } from './made'
import { inSight, inSightOrder, usualWay } from './network'
import { alongTheWay, columnsFor, MARGIN, place, STEP_HEIGHT, STEP_LEAST, type Moment } from './placing'
import { breaks, lines, widthOf } from './text'

const many = networkOf(manyJourneys(50, 3_000))
const momentOf = (name: string): Moment | undefined => {
  const at = Number(name.slice(1))
  return at % 9 === 8 ? undefined : at < 20 ? 'before' : at < 32 ? 'during' : 'after'
}

function standing(network: typeof many, width: number, steps: number, share: number) {
  const placing = place(network, momentOf, width)
  const way = usualWay(network)
  const shown = inSight(network, way, inSightOrder(network, way), { steps, share })
  const boxes = new Map(
    shown.steps.flatMap((step) => {
      const at = placing.places.get(step.touchpoint)
      return at ? [[step.touchpoint, { ...at, width: placing.stepWidth, height: STEP_HEIGHT }] as const] : []
    }),
  )
  return { placing, shown, boxes }
}

describe('places', () => {
  test('no two steps cover each other, at any width', () => {
    for (const width of [460, 740, 820, 1_150, 2_000]) {
      const boxes = [...standing(many, width, 50, 1).boxes.values()]
      expect(boxes.length).toBe(50)
      for (const [at, a] of boxes.entries()) expect(boxes.slice(at + 1).filter((b) => overlap(a, b))).toEqual([])
    }
  })
  test('steps are wide enough for German names', () => {
    for (const width of [460, 740, 1_150, 2_000]) expect(place(many, momentOf, width).stepWidth).toBeGreaterThanOrEqual(STEP_LEAST)
  })
  test('no step moves when sliders do', () => {
    const first = standing(many, 1_150, 50, 1).boxes
    for (const steps of [0, 5, 20]) {
      for (const share of [0, 0.5, 1]) {
        for (const [name, box] of standing(many, 1_150, steps, share).boxes) expect(box).toEqual(first.get(name))
      }
    }
  })
  test('what is in sight stands without holes', () => {
    const { boxes } = standing(many, 1_150, 23, 0)
    for (const { column, row } of boxes.values()) {
      for (let above = 0; above < row; above++) {
        expect([...boxes.values()].some((one) => one.column === column && one.row === above)).toBe(true)
      }
    }
  })
  test('moments stand in their order, before left of during left of after', () => {
    const { places } = place(many, momentOf, 1_150)
    const columns = (moment: Moment) => [...places].filter(([name]) => momentOf(name) === moment).map(([, at]) => at.column)
    expect(Math.max(...columns('before'))).toBeLessThan(Math.min(...columns('during')))
    expect(Math.max(...columns('during'))).toBeLessThan(Math.min(...columns('after')))
  })
  test('without a register steps stand in the order of journeys', () => {
    const { places, bands } = place(networkOf(journeys('abcdef', 'abcdef', 'acdf')), () => undefined, 1_150)
    const columns = [...'abcdef'].map((name) => places.get(name)?.column)
    expect(columns).toEqual([0, 1, 2, 3, 4, 5])
    expect(bands.map((band) => band.moment)).toEqual([null])
  })
  test('narrow windows hold fewer columns', () => {
    expect([358, 460, 740, 1_150].map(columnsFor)).toEqual([2, 3, 4, 6])
  })
})

test('how far along a step is: steps before it by steps in all', () => {
  expect(Object.fromEntries(alongTheWay(networkOf(journeys('abc'))))).toEqual({ a: 0, b: 0.5, c: 1 })
  // b is the second of two and the second of three.
  expect(alongTheWay(networkOf(journeys('ab', 'abc'))).get('b')).toBeCloseTo(1 / 1.5)
})

describe('figures on paths', () => {
  test('cover no step and no other figure, and stand in the field', () => {
    for (const share of [0.2, 0.6, 1]) {
      const { placing, shown, boxes } = standing(many, 1_150, 40, share)
      const drawn = draw(boxes, shown.paths, widths(many, 'customers'))
      const field = { left: -MARGIN, right: placing.width + MARGIN }
      const labels = label(drawn, [...boxes.values()], field, (path) => String(path.customers), (text) => widthOf(text, 11))
      expect(labels.length).toBeGreaterThan(10)
      for (const [at, { box }] of labels.entries()) {
        expect(box.x).toBeGreaterThanOrEqual(field.left)
        expect(box.x + box.width).toBeLessThanOrEqual(field.right)
        expect([...boxes.values()].filter((step) => overlap(box, step))).toEqual([])
        expect(labels.slice(at + 1).filter((other) => overlap(box, other.box))).toEqual([])
      }
    }
  })
  test('every path is drawn, and by its direction', () => {
    const { shown, boxes } = standing(many, 1_150, 40, 1)
    const drawn = draw(boxes, shown.paths, widths(many, 'customers'))
    expect(drawn.length).toBe(shown.paths.length)
    for (const { path, way } of drawn) {
      const [a, b] = [boxes.get(path.from), boxes.get(path.to)]
      const moved = (b?.column ?? 0) - (a?.column ?? 0)
      if (moved > 0) expect(way).toBe('on')
      if (moved < 0) expect(way).toBe('back')
      if (path.from === path.to) expect(way).toBe('loop')
    }
  })
})

describe('names', () => {
  const fits = (text: string) => widthOf(text, 12)
  test('break between words, and long words between their parts', () => {
    expect(lines('Landing page of advertisements', 110, 3, fits)).toEqual(['Landing page of', 'advertisements'])
    expect(lines('Weiterempfehlung', 80, 3, fits).join('')).toBe('Weiteremp-fehlung')
    expect(breaks('Finanzierung')).toEqual([5, 8])
  })
  test('fit the width in any case, and end in an ellipsis where there is no room', () => {
    for (const text of ['Donaudampfschifffahrtsgesellschaft', 'a b c d e f g h i j k l m n o p', 'Xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']) {
      for (const line of lines(text, 70, 3, fits)) expect(fits(line)).toBeLessThanOrEqual(70)
    }
    expect(lines('one two three four five six seven eight', 50, 2, fits).at(-1)).toMatch(/…$/)
  })
  test('nothing is lost', () => {
    expect(lines('Order', 100, 3, fits)).toEqual(['Order'])
    expect(lines('', 100, 3, fits)).toEqual([])
  })
})
