import { describe, expect, it } from 'vitest'
import { byDay, countedBy, inTime } from './days'
import { gist, nameOf, traits } from './gist'

const event = (id: string, at: string) => ({ id, at })

describe('days', () => {
  it('begin with the newest, and say how long after the one before', () => {
    const events = inTime([event('e3', '2026-03-02T12:00:00Z'), event('e1', '2026-03-01T12:00:00Z'), event('e2', '2026-03-01T12:01:30Z')])
    const days = byDay(events)
    expect(days.map((day) => day.rows.map((row) => [row.event.id, row.wait]))).toEqual([
      [['e3', 86_310]],
      [['e2', 90], ['e1', null]],
    ])
  })

  it('keep the order of arrival where the moment is the same', () => {
    const at = '2026-03-01T12:00:00Z'
    expect(inTime([event('e10', at), event('e9', at)]).map((one) => one.id)).toEqual(['e9', 'e10'])
  })

  it('are none without events', () => {
    expect(byDay([])).toEqual([])
  })

  it('count by name, the most frequent first', () => {
    expect(countedBy(['b', 'a', 'b'], (one) => one)).toEqual([{ name: 'b', n: 2 }, { name: 'a', n: 1 }])
  })
})

describe('the gist of an event', () => {
  it('names what people would name first', () => {
    expect(gist({ url: 'https://shop.example', product: 'Sieg Lasten', product_id: 'sieg-lasten' })).toEqual(['Sieg Lasten'])
    expect(gist({ reasons: ['price', 'range'], outcome: 'open' })).toEqual(['price, range', 'open'])
    expect(gist({ score: 9, out_of: 10 })).toEqual(['9 / 10'])
  })

  it('leaves out texts for machines', () => {
    expect(gist({ product: '42a3723e-b5e8-454f-9280-ebd310edca4f', subject: 'https://shop.example' })).toEqual([])
  })

  it('writes money with its currency', () => {
    expect(gist({ amount: { cents: 299_900, currency: 'EUR' } })[0]).toMatch(/2.999,00|2,999\.00/)
    expect(gist({ price: 12.5, currency: 'EUR' })[0]).toMatch(/12[,.]50/)
  })
})

describe('traits', () => {
  const told = (id: string, properties: Record<string, unknown>) => ({ id, at: '2026-03-01T12:00:00Z', kind: 'identify', properties, context: {} })
  it('are those told last', () => {
    const all = traits([told('e1', { firstName: 'Ada', address: { city: 'Ulm' } }), told('e2', { firstName: 'Adele', email: 'a@b.example' })], (value) => value.includes('@'))
    expect(all.map(({ name, value, event }) => [name, value, event])).toEqual([['address.city', 'Ulm', 'e1'], ['firstName', 'Adele', 'e2']])
  })

  it('hold the name', () => {
    expect(nameOf(traits([told('e1', { first_name: 'Ada', lastName: 'Lo' })], () => false))).toBe('Ada Lo')
    expect(nameOf(traits([told('e1', { name: 'Ada Lo' })], () => false))).toBe('Ada Lo')
    expect(nameOf([])).toBeNull()
  })
})
