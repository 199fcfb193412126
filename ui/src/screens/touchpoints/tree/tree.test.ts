import { describe, expect, test } from 'vitest'
import { branches, lines, possibleParents, pruned, step, typed, wholes, type Branch, type Item } from './tree'

const item = (name: string, parent?: string): Item => ({ name, title: name.toUpperCase(), parent })
const ITEMS = [item('shop'), item('till', 'shop'), item('desk', 'shop'), item('lamp', 'desk'), item('app'), item('lost', 'gone')]

const written = (tree: readonly Branch[]): string => tree.map((one) => (one.parts.length ? `${one.name}(${written(one.parts)})` : one.name)).join(' ')
const seen = (closed: string[] = []) => lines(branches(ITEMS), new Set(closed))
const names = (some: ReturnType<typeof seen>) => some.map((line) => `${line.level}${line.branch.name}`).join(' ')

describe('branches', () => {
  test('wholes stand above their parts, in the order of titles', () => expect(written(branches(ITEMS))).toBe('app lost shop(desk(lamp) till)'))

  test('a part of what is not registered stands at the top and says so', () => {
    expect(branches(ITEMS).find((one) => one.name === 'lost')?.stray).toEqual({ parent: 'gone', why: 'unknown' })
  })

  test('a circle is cut, nothing is lost', () => {
    const tree = branches([item('a', 'b'), item('b', 'a'), item('c', 'b'), item('self', 'self')])
    expect(written(tree)).toBe('a b(c) self')
    expect(tree.map((one) => one.stray?.why)).toEqual(['circle', 'circle', 'circle'])
  })

  test('every item stands once, however parents are given', () => {
    let seed = 7
    const random = (most: number) => (seed = (seed * 16807) % 2147483647) % most
    for (let run = 0; run < 300; run += 1) {
      const size = 1 + random(9)
      const some = Array.from({ length: size }, (_, index) => item(`n${index}`, random(3) ? `n${random(size + 1)}` : undefined))
      const all = lines(branches(some), new Set()).map((line) => line.branch.name)
      expect(all.toSorted()).toEqual(some.map((one) => one.name).toSorted())
      for (const one of some) {
        // Whatever may be chosen as a whole makes no circle.
        for (const parent of possibleParents(some, one.name)) {
          const moved = some.map((other) => (other.name === one.name ? { ...other, parent: parent.name } : other))
          const top = branches(moved).find((branch) => branch.name === one.name)
          expect(top?.stray?.why).not.toBe('circle')
        }
      }
    }
  })
})

test('what is a part of something is no whole for it', () => {
  expect(possibleParents(ITEMS, 'shop').map((one) => one.name)).toEqual(['app', 'lost'])
  expect(possibleParents(ITEMS, 'lamp').map((one) => one.name)).toEqual(['app', 'desk', 'lost', 'shop', 'till'])
})

describe('lines', () => {
  test('are those that open branches show', () => {
    expect(names(seen())).toBe('1app 1lost 1shop 2desk 3lamp 2till')
    expect(names(seen(['desk']))).toBe('1app 1lost 1shop 2desk 2till')
    expect(names(seen(['shop']))).toBe('1app 1lost 1shop')
  })

  test('say where they stand', () => {
    const till = seen().find((line) => line.branch.name === 'till')
    expect(till).toMatchObject({ level: 2, place: 2, of: 2, above: 'shop', open: null })
  })

  test('of what is looked for keep the wholes above', () => {
    expect(written(pruned(branches(ITEMS), (name) => name === 'lamp'))).toBe('shop(desk(lamp))')
    expect(pruned(branches(ITEMS), () => false)).toEqual([])
  })

  test('know which have parts', () => expect(wholes(branches(ITEMS))).toEqual(['shop', 'desk']))
})

describe('keys', () => {
  test.each([
    ['app', 'ArrowDown', [], { to: 'lost' }],
    ['app', 'ArrowUp', [], null],
    ['till', 'ArrowDown', [], null],
    ['till', 'Home', [], { to: 'app' }],
    ['app', 'Home', [], null],
    ['app', 'End', [], { to: 'till' }],
    ['shop', 'ArrowRight', [], { to: 'desk' }],
    ['shop', 'ArrowRight', ['shop'], { open: ['shop'] }],
    ['lamp', 'ArrowRight', [], null],
    ['shop', 'ArrowLeft', [], { close: 'shop' }],
    ['shop', 'ArrowLeft', ['shop'], null],
    ['lamp', 'ArrowLeft', [], { to: 'desk' }],
    ['till', '*', ['desk'], { open: ['desk'] }],
    ['app', '*', ['desk'], null],
    ['app', 'x', [], null],
    ['nowhere', 'ArrowDown', [], null],
  ])('at %s %s, with %j closed, does %j', (at, key, closed, expected) => expect(step(seen(closed), at, key)).toEqual(expected))

  test.each([
    ['app', 'l', 'lost'],
    ['lost', 'l', 'lamp'],
    ['lamp', 'l', 'lost'],
    ['lost', 'la', 'lamp'],
    ['lost', 'lo', 'lost'],
    ['app', 'x', null],
  ])('at %s typing %j goes to %s', (at, text, expected) => expect(typed(seen(), at, text)).toBe(expected))
})
