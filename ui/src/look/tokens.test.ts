import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contrast, distance, seenBy, type Colour } from './colours'

const css = readFileSync('src/look/tokens.css', 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [name, { light, dark }]),
)

const THEMES = ['light', 'dark'] as const

function colour(name: string, theme: 'light' | 'dark'): Colour {
  const hex = tokens.get(name)?.[theme]
  if (!hex) throw new Error(`no colour ${name}`)
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour
}

describe.each(THEMES)('%s', (theme) => {
  const of = (name: string) => colour(name, theme)

  test('text is readable on every ground (WCAG AA: 4.5)', () => {
    const grounds = ['ground', 'paper', 'raised', 'sunken', 'hover']
    for (const ink of ['ink', 'ink-2', 'ink-3', 'accent', 'bad']) {
      for (const ground of grounds) expect(contrast(of(ink), of(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
    const pairs = [
      ['on-accent', 'accent'],
      ['on-bad', 'bad'],
      ['accent-strong', 'accent-soft'],
      ['good', 'good-soft'],
      ['warn', 'warn-soft'],
      ['bad', 'bad-soft'],
      ['ink', 'bad-soft'],
      ['ink-2', 'bad-soft'],
      ['ink', 'accent-soft'],
      ['ink-2', 'pressed'],
      ['ink', 'pressed'],
      ['accent', 'pressed'],
      ['paper', 'ink'],
      ['ink-2', 'track'],
      ['ink', 'thumb'],
    ] as const
    for (const [ink, ground] of pairs) expect(contrast(of(ink), of(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  })

  test('edges of controls and marks of data stand out from the ground (WCAG AA: 3)', () => {
    const marks = ['line-control', 'accent', ...Array.from({ length: 8 }, (_, index) => `data-${index + 1}`), 'seq-5', 'div-1', 'div-7']
    for (const mark of marks) {
      for (const ground of ['paper', 'raised']) expect(contrast(of(mark), of(ground)), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3)
    }
  })

  test('the steps of a sequence differ, and go one way', () => {
    const steps = Array.from({ length: 6 }, (_, index) => contrast(of(`seq-${index + 1}`), of('paper')))
    for (let index = 1; index < steps.length; index++) expect(steps[index]).toBeGreaterThan((steps[index - 1] ?? 0) * 1.15)
  })

  test.each(['all', 'protan', 'deutan', 'tritan'] as const)('categories can be told apart: %s', (eyes) => {
    // Black and white are 100 apart. About 2 is the least that is seen side by side; 8 is seen across a drawing.
    const least = eyes === 'all' ? 12 : 8
    for (let a = 1; a <= 8; a++) {
      for (let b = a + 1; b <= 8; b++) {
        const apart = distance(seenBy(eyes, of(`data-${a}`)), seenBy(eyes, of(`data-${b}`)))
        expect(apart, `data-${a} and data-${b}`).toBeGreaterThanOrEqual(least)
      }
    }
  })
})
