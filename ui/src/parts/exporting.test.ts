import { expect, test } from 'vitest'
import { csv, fileName } from './exporting'

test('cells with commas, quotes and line breaks are quoted', async () => {
  const made = csv(['a', 'b'], [['x, y', 'say "hi"'], ['two\nlines', null], [1.5, undefined]])
  expect(await made.text()).toBe('a,b\r\n"x, y","say ""hi"""\r\n"two\nlines",\r\n1.5,\r\n')
})

test('a title becomes a name that every system takes', () => {
  expect(fileName('Wo Journeys enden: Größe & „Maß“')).toBe('wo-journeys-enden-groesse-mass')
  expect(fileName('???')).toBe('geleit')
})
