import { describe, expect, it } from 'vitest'
import { fitted } from './fitted'

describe('a text in a room', () => {
  const measure = (text: string) => 10 * text.length
  it.each([
    ['Kasse', 50, 'Kasse'],
    ['Warenkorb', 60, 'Waren…'],
    ['zwei Wörter', 60, 'zwei…'],
    ['Kasse', 15, ''],
  ])('%s in %i pixels is "%s"', (text, room, shown) => {
    expect(fitted(text, room, measure)).toBe(shown)
    expect(measure(fitted(text, room, measure))).toBeLessThanOrEqual(room)
  })
})
