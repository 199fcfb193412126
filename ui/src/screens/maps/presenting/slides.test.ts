import { expect, test } from 'vitest'
import { columnsOf } from '../document/columns'
import { chance, changedOften, invented } from '../document/invented'
import { slidesOf } from './slides'

test('every step is on one slide, in its order, and no slide is too full', () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const by = chance(seed)
    const columns = columnsOf(changedOften(invented(by), by, 'x', 12))
    const slides = slidesOf(columns)
    expect(slides[0]).toEqual({ kind: 'title' })
    const shown = slides.flatMap((slide) => (slide.kind === 'stage' ? slide.steps : []))
    expect(shown.map((column) => column.step.id)).toEqual(columns.steps.map((column) => column.step.id))
    expect(slides.every((slide) => slide.kind === 'title' || slide.steps.length <= 4)).toBe(true)
    expect(new Set(slides.flatMap((slide) => (slide.kind === 'stage' ? [slide.band] : []))).size).toBe(columns.bands.length)
  }
})
