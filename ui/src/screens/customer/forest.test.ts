import { describe, expect, it } from 'vitest'
import type { Known, Link } from '../../api/identifiers'
import { branches, byStrength, holding, knownAs, parted, way } from './forest'

const PRIORITY = ['user_id', 'email', 'anonymous_id']

const known = (value: string, kind = 'anonymous_id'): Known => ({ kind, value, first_seen: 'e1', purpose: '' })
let next = 1
const link = (a: string, b: string, state: Link['state'] = 'active'): Link => ({
  id: `l${next++}`,
  a: known(a),
  b: known(b),
  event: 'e1',
  at: '2026-01-01T00:00:00Z',
  source: 'web',
  rule: 'same_event@1',
  purpose: '',
  weight: 1,
  state,
})
const all = (text: string) => [...text].map((value) => known(value))
const values = (some: readonly Known[]) => some.map((one) => one.value).join('')

describe('parting', () => {
  // The table of docs/identity.md: links, who is parted, who is left.
  it.each([
    ['ab', 'ab', 'a', 'b', ''],
    ['ab cd bc', 'ad', 'ab', 'cd', ''],
    ['ab bc cd', 'ad', 'abc', 'd', ''],
    ['ac bc ad bd', 'ab', 'acd', 'b', ''],
  ])('of %s by %s leaves %s and %s', (pairs, [a = '', b = ''], left, right, rest) => {
    const links = pairs.split(' ').map(([x = '', y = '']) => link(x, y))
    const identifiers = all([...new Set(pairs.replaceAll(' ', ''))].toSorted().join(''))
    const result = parted(links, identifiers, known(a), known(b))
    expect([values(result.a), values(result.b), values(result.rest)]).toEqual([left, right, rest])
  })

  it('closes the youngest link on the way', () => {
    const links = [link('a', 'b'), link('c', 'd'), link('b', 'c')]
    expect(parted(links, all('abcd'), known('a'), known('d')).closed).toEqual([links[2]])
  })

  it('tells of identifiers that are left with neither', () => {
    const links = [link('a', 'b'), link('x', 'y')]
    expect(values(parted(links, all('abxy'), known('a'), known('b')).rest)).toBe('xy')
  })
})

describe('links', () => {
  it('that are closed hold nothing', () => {
    expect(holding([link('a', 'b', 'closed'), link('b', 'c', 'cannot_link')])).toEqual([])
  })

  it('are walked from one identifier to another', () => {
    const links = [link('a', 'b'), link('b', 'c'), link('a', 'c')]
    expect(way(links, known('a'), known('c'))).toEqual([links[0], links[1]])
    expect(way(links, known('a'), known('z'))).toBeNull()
    expect(way(links, known('a'), known('a'))).toEqual([])
  })
})

describe('the tree', () => {
  it('begins with the strongest identifier', () => {
    const account = known('u', 'user_id')
    const links = [{ ...link('a', 'b'), b: account }, link('a', 'c')]
    const written = branches(links, [known('a'), known('c'), account], PRIORITY)
    expect(written.map(({ known: { value }, depth }) => `${depth}${value}`)).toEqual(['0u', '1a', '2c'])
  })

  it('names what nothing holds on its own', () => {
    expect(branches([], all('ab'), PRIORITY).map((one) => one.depth)).toEqual([0, 0])
  })

  it('puts last what joins nobody', () => {
    const shared = { ...known('u', 'user_id'), joins_nobody: 'shared user_id' }
    expect(byStrength([shared, known('a')], PRIORITY).map((one) => one.value)).toEqual(['a', 'u'])
  })
})

describe('an identifier of an event', () => {
  const phone = known('+4915107345086', 'phone')
  const mail = known('ada@example.org', 'email')
  it.each([
    ['+49 151 07345086', 'phone', phone],
    ['0151 07345086', 'phone', phone],
    ['0049 151 07345086', 'phone', phone],
    ['0151 99999999', 'phone', undefined],
    ['Ada@Example.org', 'email', mail],
    ['ada@example.org', 'user_id', undefined],
  ])('%s is found among those of the customer', (value, kind, found) => {
    expect(knownAs({ kind, value }, [phone, mail])).toBe(found)
  })
})
