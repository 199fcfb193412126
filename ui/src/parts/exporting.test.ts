import { expect, test } from 'vitest'
import { csv, fileName, fineness } from './exporting'

test('cells with commas, quotes and line breaks are quoted', async () => {
  const made = csv(['a', 'b'], [['x, y', 'say "hi"'], ['two\nlines', null], [1.5, undefined]])
  expect(await made.text()).toBe('a,b\r\n"x, y","say ""hi"""\r\n"two\nlines",\r\n1.5,\r\n')
})

test('a title becomes a name that every system takes', () => {
  expect(fileName('Wo Journeys enden: Größe & „Maß“')).toBe('wo-journeys-enden-groesse-mass')
  expect(fileName('???')).toBe('geleit')
})

test('a picture is twice as fine as the page, unless no canvas could hold it', () => {
  expect(fineness(1_000, 800)).toBe(2)
  for (const [width, height] of [[50_000, 900], [12_000, 12_000], [900, 40_000]] as const) {
    const fine = fineness(width, height)
    expect(Math.max(width, height) * fine).toBeLessThanOrEqual(16_000)
    expect(width * height * fine * fine).toBeLessThanOrEqual(120_000_001)
  }
})
