import { describe, expect, test } from 'vitest'
import { choice, day, flag, readParameters, several, text, whole, writeParameters } from './parameters.svelte'

const shape = {
  tab: choice(['graph', 'funnel'], 'graph'),
  top: whole(20, { least: 1, most: 500 }),
  only: text(),
  loops: flag(true),
  channel: several(),
  from: day(),
}

describe('parameters of the URL', () => {
  test('what is written is read again', () => {
    const values = {
      tab: 'funnel',
      top: 30,
      only: 'channel = "Filiale, Ulm" & 50 %',
      loops: false,
      channel: ['web', 'a,b', 'ü'],
      from: '2026-03-12',
    } as const
    expect(readParameters(shape, writeParameters(shape, values, ''))).toEqual(values)
  })

  test('defaults do not stand in the URL', () => {
    expect(writeParameters(shape, { tab: 'graph', top: 20, only: '', loops: true, channel: [], from: null }, '')).toBe('')
  })

  test('what cannot be read is the default, what is out of range is brought into it', () => {
    const read = readParameters(shape, '?tab=pie&top=abc&from=2026-99-99&loops=maybe')
    expect(read).toMatchObject({ tab: 'graph', top: 20, from: null, loops: false })
    expect(readParameters(shape, '?top=9999').top).toBe(500)
  })

  test('parameters of others stay as they are', () => {
    expect(writeParameters(shape, { top: 30 }, '?other=1&tab=funnel')).toBe('?other=1&tab=funnel&top=30')
  })
})
