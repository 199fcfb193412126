import { expect, test } from 'vitest'
import { countsOf, partsFirst, undoOf, type Row } from './file'

const row = (id: string, what: Row['what'], fields: Row['fields'] = []): Row => ({ row: 2, id, what, fields })

test('rows are counted by what they do, errors by their rows', () => {
  const rows = [row('a', 'new'), row('b', 'changed'), row('c', 'same'), row('d', 'same')]
  const errors = [2, 2, 5].map((at) => ({ row: at, column: 'owner', value: 'x', reason: 'is wrong' }))
  expect(countsOf({ rows, errors })).toEqual({ made: 1, changed: 1, same: 2, errors: 2 })
})

test('what a file changed can be taken back field by field, what it made by its name', () => {
  const { changed, made } = undoOf([
    row('a', 'new', [{ field: 'title', from: null, to: 'A' }]),
    row('b', 'changed', [
      { field: 'owner', from: 'Kim', to: null },
      { field: 'promises', from: null, to: ['One', 'Two'] },
      { field: 'importance_to_customer', from: 3, to: 4.5 },
    ]),
    row('c', 'same'),
  ])
  expect(made).toEqual(['a'])
  expect([...changed.keys()]).toEqual(['b'])
  expect(changed.get('b')).toMatchObject({
    kind: 'done',
    before: { owner: 'Kim', promises: undefined, importance_to_customer: 3 },
    after: { owner: undefined, promises: ['One', 'Two'], importance_to_customer: 4.5 },
  })
})

test('parts go before their wholes', () => {
  const parents: Record<string, string> = { till: 'shop', lamp: 'till', desk: 'shop', a: 'b', b: 'a' }
  const order = partsFirst(['shop', 'till', 'lamp', 'desk', 'a'], (name) => parents[name])
  expect(order.indexOf('lamp')).toBeLessThan(order.indexOf('till'))
  expect(order.indexOf('till')).toBeLessThan(order.indexOf('shop'))
  expect(order.indexOf('desk')).toBeLessThan(order.indexOf('shop'))
  expect(order).toHaveLength(5)
})
