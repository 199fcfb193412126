import { describe, expect, it } from 'vitest'
import { around, lineEnd, overlap, placeLabels, toSegment, type Box, type Dot, type Room } from './placing'

const ROOM: Room = { frame: { left: 0, top: 0, right: 600, bottom: 400 }, taken: [], height: 14 }
const RADIUS = 6

const dot = (id: string, x: number, y: number, name = 'a name of some length'): Dot => ({
  id,
  x,
  y,
  radius: RADIUS,
  texts: [name, name.slice(0, 8), id].map((text) => ({ text, width: 6 * text.length })),
})

/** Numbers that look like chance and are the same each time. */
function* chance(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1664525 + 1013904223) % 4294967296
    yield state / 4294967296
  }
}

function faults(dots: readonly Dot[], room: Room): string[] {
  const placed = [...placeLabels(dots, room)]
  const found: string[] = []
  const within = ({ left, top, right, bottom }: Box) => left >= room.frame.left && right <= room.frame.right && top >= room.frame.top && bottom <= room.frame.bottom
  placed.forEach(([id, { box, led }], index) => {
    const from = dots.find((one) => one.id === id) ?? expect.fail()
    const passed = dots.filter((one) => Math.hypot(one.x - from.x, one.y - from.y) >= 1 && toSegment(one, from, lineEnd(from, box)) < RADIUS)
    if (led && passed.length) found.push(`the line to ${id} goes through ${passed.map((one) => one.id).join(', ')}`)
    if (!within(box)) found.push(`${id} is out of the frame`)
    if (room.taken.some((other) => overlap(box, other))) found.push(`${id} lies on what is drawn`)
    if (dots.some((other) => overlap(box, around(other, RADIUS)))) found.push(`${id} lies on a dot`)
    placed.slice(index + 1).forEach(([other, label]) => overlap(box, label.box) && found.push(`${id} lies on ${other}`))
  })
  return found
}

describe('names beside dots', () => {
  it('stand whole at the right of a dot that has room there', () => {
    const { text, box, led } = placeLabels([dot('A', 100, 100)], ROOM).get('A') ?? expect.fail()
    expect(text).toBe('a name of some length')
    expect(box).toEqual({ left: 109, top: 93, right: 235, bottom: 107 })
    expect(led).toBe(false)
  })

  it('go to the other side at the edge, and around what stands there', () => {
    const edge = placeLabels([dot('A', 580, 100)], ROOM).get('A')
    expect(edge?.box.right).toBe(571)
    const walls = [{ left: 106, top: 0, right: 600, bottom: 400 }, { left: 0, top: 0, right: 94, bottom: 400 }]
    expect(placeLabels([dot('A', 100, 100)], { ...ROOM, taken: walls }).get('A')?.text).toBe('A')
    expect(placeLabels([dot('A', 100, 100)], { ...ROOM, taken: [ROOM.frame] }).has('A')).toBe(false)
  })

  it('stand on a line only where there is no other place', () => {
    const line = { left: 0, top: 99, right: 600, bottom: 101 }
    expect(overlap(placeLabels([dot('A', 100, 100)], { ...ROOM, avoided: [line] }).get('A')?.box ?? line, line)).toBe(false)
    const everywhere = placeLabels([dot('A', 100, 100)], { ...ROOM, avoided: [ROOM.frame] }).get('A')
    expect(everywhere).toEqual(placeLabels([dot('A', 100, 100)], ROOM).get('A'))
  })

  it('are one below the other where dots stand in one place, each with a line to it', () => {
    const dots = ['A', 'B', 'C', 'D', 'E', 'F'].map((id) => dot(id, 300, 200))
    const placed = placeLabels(dots, ROOM)
    expect(placed.size).toBe(6)
    expect(faults(dots, ROOM)).toEqual([])
  })

  it('never lie on one another, on a dot, on what is drawn or outside, and few are left out', () => {
    const taken = [{ left: 290, top: 0, right: 360, bottom: 16 }, { left: 500, top: 180, right: 600, bottom: 196 }]
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const random = chance(seed)
      const next = () => random.next().value as number
      const dots = Array.from({ length: 40 }, (_, index) => dot(`N${index}`, 10 + 580 * next(), 10 + 380 * next()))
      expect(faults(dots, { ...ROOM, taken })).toEqual([])
      expect(placeLabels(dots, { ...ROOM, taken }).size).toBeGreaterThanOrEqual(39)
    }
  })

  it('stand in the same places whatever the order of the dots', () => {
    const dots = ['A', 'B', 'C'].map((id, index) => dot(id, 100 + 4 * index, 100))
    expect(placeLabels(dots.toReversed(), ROOM).get('B')).toEqual(placeLabels(dots, ROOM).get('B'))
  })
})

it('a point lies from a line as far as from its nearest place', () => {
  const [from, to] = [{ x: 0, y: 0 }, { x: 10, y: 0 }]
  expect(toSegment({ x: 5, y: 3 }, from, to)).toBe(3)
  expect(toSegment({ x: 13, y: 4 }, from, to)).toBe(5)
  expect(toSegment({ x: 3, y: 4 }, from, from)).toBe(5)
})

it('a line ends at the nearest point of a name', () => {
  const box = { left: 10, top: 10, right: 20, bottom: 14 }
  expect(lineEnd({ x: 0, y: 12 }, box)).toEqual({ x: 10, y: 12 })
  expect(lineEnd({ x: 15, y: 40 }, box)).toEqual({ x: 15, y: 14 })
})
