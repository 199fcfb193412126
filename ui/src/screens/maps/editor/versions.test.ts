import { expect, test } from 'vitest'
import type { Schemas } from '../../../api/client'
import { grouped } from './versions'

const version = (n: number, minutes: number, author = 'ada', note = '', body: object | null = {}): Schemas['Document'] =>
  ({ kind: 'map', name: 'm', version: n, at: new Date(minutes * 60_000).toISOString(), author, note, body }) as unknown as Schemas['Document']
const of = (versions: readonly Schemas['Document'][]) => grouped(versions).map((group) => group.versions.map((one) => one.version).join(' '))

test('what one person wrote in one go is one entry', () => {
  expect(of([version(5, 200), version(4, 190), version(3, 100), version(2, 95), version(1, 0)])).toEqual(['5 4', '3 2', '1'])
})

test('another person, a name and a removal are entries of their own', () => {
  expect(of([version(6, 10), version(5, 9, 'ben'), version(4, 8), version(3, 7, 'ada', 'before the workshop'), version(2, 6), version(1, 5, 'ada', '', null)])).toEqual(['6', '5', '4', '3', '2', '1'])
})
