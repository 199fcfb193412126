import { describe, expect, test } from 'vitest'
import { BORDERS, labels, layout, middleOf, radiusOf, RADIUS_LEAST, RADIUS_MOST, RINGS, SECTORS, towards, type Dot } from './layout'

let seed = 11
const random = (most: number) => (seed = (seed * 16807) % 2147483647) % most
const some = (size: number): Dot[] =>
  Array.from({ length: size }, (_, index) => ({
    id: `t${index}`,
    ring: RINGS[random(8)] ?? 'owned',
    sector: SECTORS[random(5)] ?? 'digital',
    radius: RADIUS_LEAST + random(14),
  }))
/** The difference of two angles, from -π to π. */
const turn = (a: number, b: number) => Math.atan2(Math.sin(a - b), Math.cos(a - b))

describe('the layout', () => {
  test.each([0, 1, 2, 5, 20, 60, 150, 400])('of %i dots: none overlap, each stands in its ring and its sector', (size) => {
    for (let run = 0; run < 8; run += 1) {
      const dots = some(size)
      const { dots: placed, rings, radius } = layout(dots)
      expect(placed.map((dot) => dot.id).toSorted()).toEqual(dots.map((dot) => dot.id).toSorted())
      expect(rings.map((one) => one.ring)).toEqual([...RINGS])
      expect(rings.at(-1)?.outer).toBe(radius)
      for (const [index, dot] of placed.entries()) {
        const ring = rings.find((one) => one.ring === dot.ring)
        const far = Math.hypot(dot.x, dot.y)
        expect(far - dot.radius).toBeGreaterThan(ring?.inner ?? 0)
        expect(far + dot.radius).toBeLessThan(ring?.outer ?? 0)
        const angle = Math.atan2(dot.y, dot.x)
        expect(Math.abs(turn(angle, middleOf(dot.sector)))).toBeLessThan(Math.PI / 3)
        for (const border of BORDERS) {
          // A line between sectors is a ray: only what lies on its side can touch it.
          if (Math.cos(turn(angle, border)) > 0) expect(Math.abs(Math.sin(turn(angle, border))) * far).toBeGreaterThan(dot.radius)
        }
        const room = placed.slice(index + 1).map((other) => Math.hypot(dot.x - other.x, dot.y - other.y) - dot.radius - other.radius)
        expect(Math.min(1, ...room)).toBeGreaterThan(0)
      }
    }
  })

  test('is the same for the same dots, in whatever order they come', () => {
    const dots = some(60)
    const byId = (made: ReturnType<typeof layout>) => made.dots.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(byId(layout(dots.toReversed()))).toEqual(byId(layout(dots)))
  })

  test('leaves a ring without dots wide enough for its name', () => {
    for (const { inner, outer } of layout([]).rings) expect(outer - inner).toBeGreaterThanOrEqual(40)
  })

  test('puts the largest dots of a group inside', () => {
    const { dots } = layout(some(80))
    for (const ring of RINGS) {
      for (const sector of SECTORS) {
        const radii = dots.filter((dot) => dot.ring === ring && dot.sector === sector).map((dot) => dot.radius)
        expect(radii).toEqual(radii.toSorted((a, b) => b - a))
      }
    }
  })

  test('has digital above, analog at the lower right, personal at the lower left', () => {
    const { dots } = layout(SECTORS.map((sector) => ({ id: sector, ring: 'owned', sector, radius: 10 })))
    const [digital, analog, personal] = SECTORS.map((sector) => dots.find((dot) => dot.id === sector))
    expect(digital?.y).toBeLessThan(0)
    expect(analog?.x).toBeGreaterThan(0)
    expect(analog?.y).toBeGreaterThan(0)
    expect(personal?.x).toBeLessThan(0)
    expect(personal?.y).toBeGreaterThan(0)
  })
})

describe('names', () => {
  const how = { height: 12, widthOf: (text: string) => text.length * 6 }

  test('lie over no dot, no other name and nothing that is taken, and within the picture', () => {
    for (let run = 0; run < 10; run += 1) {
      const made = layout(some(60))
      const taken = [{ left: -30, top: 0, right: 30, bottom: made.radius }]
      const names = labels(made, (id) => `touchpoint ${id}`, { ...how, taken })
      expect(names.length).toBeGreaterThan(3)
      for (const [index, { box }] of names.entries()) {
        expect(Math.max(-box.left, -box.top, box.right, box.bottom)).toBeLessThanOrEqual(made.radius)
        const room = made.dots.map((dot) => {
          const [x, y] = [Math.max(box.left, Math.min(dot.x, box.right)), Math.max(box.top, Math.min(dot.y, box.bottom))]
          return Math.hypot(dot.x - x, dot.y - y) - dot.radius
        })
        expect(Math.min(...room)).toBeGreaterThanOrEqual(0)
        for (const other of [...taken, ...names.slice(index + 1).map((one) => one.box)]) {
          expect(box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom).toBe(false)
        }
      }
    }
  })

  test('have all room where little stands', () => {
    const made = layout([{ id: 'a', ring: 'owned', sector: 'digital', radius: 10 }])
    expect(labels(made, () => 'Home', how)).toHaveLength(1)
  })
})

test('arrow keys lead to what lies ahead, and every dot can be reached', () => {
  const { dots } = layout(some(40))
  const reached = new Set<string>()
  const open = [dots[0]?.id ?? '']
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) {
      const next = towards(dots, id, key)
      if (next) open.push(next)
    }
  }
  expect(reached.size).toBe(40)
  expect(towards(dots, 'nowhere', 'ArrowUp')).toBe(null)
  expect(towards(dots, dots[0]?.id ?? '', 'Enter')).toBe(null)
})

test('the area of a dot stands for its count', () => {
  expect(radiusOf(100, 100)).toBe(RADIUS_MOST)
  expect(radiusOf(25, 100) ** 2 / RADIUS_MOST ** 2).toBeCloseTo(0.25)
  expect(radiusOf(0, 100)).toBe(RADIUS_LEAST)
  expect(radiusOf(5, 0)).toBe(RADIUS_LEAST)
  expect(radiusOf(1, 100_000)).toBe(RADIUS_LEAST)
})
