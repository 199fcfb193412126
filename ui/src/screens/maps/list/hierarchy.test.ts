import { expect, test } from 'vitest'
import { hierarchy } from './hierarchy'

const map = (name: string, ...parts: string[]) => ({ name, plan: { title: name, step: parts.map((part, n) => ({ id: `s${n}`, title: 's', map: part })) } })
const shown = (...maps: ReturnType<typeof map>[]) => hierarchy(maps).map(({ map: one, depth, also }) => `${'- '.repeat(depth)}${one.name}${also.length ? ` (${also})` : ''}`)

test('a map that is part of another stands below it', () => {
  expect(shown(map('delivery'), map('purchase', 'delivery', 'payment'), map('payment', 'dunning'), map('dunning'))).toEqual(['purchase', '- delivery', '- payment', '- - dunning'])
})

test('one that is part of several stands below the first, and names the others', () => {
  expect(shown(map('a', 'shared'), map('b', 'shared'), map('shared'))).toEqual(['a', '- shared (b)', 'b'])
})

test('rings and maps that name themselves end nothing', () => {
  expect(shown(map('a', 'b'), map('b', 'a'), map('c', 'c'), map('d', 'nowhere'))).toEqual(['c', 'd', 'a (b)', '- b'])
})
