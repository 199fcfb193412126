import { describe, expect, test } from 'vitest'
import { curveOf, voices } from '../curve/curve'
import { columnsOf } from '../document/columns'
import { chance, changedOften, invented } from '../document/invented'
import { edgesInForce } from '../document/network'
import type { MapPlan } from '../../../api/maps'
import { routed } from '../edges/routing'
import { Drafter, shapesText, type LaneOnPaper, type OnPaper, type Palette } from './drawing'
import { partsOf, stretches } from './pages'
import { wrapped, type Measure } from './text'

const measure: Measure = (text, font) => text.length * font.size * 0.55
const FONT = { size: 10, weight: 400 }
const palette = new Proxy({ voices: ['#111'], peso: { paid: '#1', earned: '#2', shared: '#3', owned: '#4' } } as unknown as Palette, { get: (of, name) => (of as never)[name as never] ?? '#000' })

describe('lines of text', () => {
  test('fit, and say all of it', () => {
    const text = 'Donaudampfschifffahrtsgesellschaftskapitän fährt mit dem Front-/Backstage-Team nach Hause'
    const lines = wrapped(text, 80, FONT, measure)
    expect(lines.every((line) => measure(line, FONT) <= 80)).toBe(true)
    expect(lines.join('').replace(/[-\s]/g, '')).toBe(text.replace(/[-\s]/g, ''))
  })

  test('keep lines of their own', () => expect(wrapped('a\n\nb', 80, FONT, measure)).toEqual(['a', '', 'b']))
})

function onPaper(plan: MapPlan): OnPaper {
  const columns = columnsOf(plan, { step: 128, empty: 90 })
  const cells = (texts: (title: string) => string) => new Map(columns.steps.map((column) => [column.step.id, [{ text: texts(column.step.title), mark: 'pain' as const }]]))
  const lanes: LaneOnPaper[] = [
    { title: 'Touchpoints', kind: 'text', cells: cells((title) => `at ${title}`) },
    { title: 'Emotion', kind: 'curve', voices: voices(plan).map((id) => ({ id, title: id })), expected: 'expected' },
    { title: 'Backstage & <more>', kind: 'text', cells: cells((title) => `${title} `.repeat(20)) },
  ]
  return {
    columns,
    routing: routed(columns, edgesInForce(plan)),
    curve: curveOf(plan, columns, 118),
    waySays: () => '≤ 2 days',
    steps: new Map(columns.steps.map(({ step }) => [step.id, { title: step.title, truth: step.id.length > 4 ? '1' : '', notes: step.optional ? ['optional'] : [], optional: step.optional ?? false }])),
    stageTitle: (id) => id ?? 'No stage',
    heads: { steps: 'Steps', ways: 'Ways', back: 'Back' },
    lanes,
  }
}

describe('the drawing', () => {
  const plan: MapPlan = { title: 'T', stage: [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }], step: [{ id: 'one', title: 'One & only <b>', stage: 'a', emotion: { all: 1 }, expected: 2 }, { id: 'two', title: 'Two', stage: 'b', optional: true, emotion: { all: 0 }, expected: 1 }] }
  const map = onPaper(plan)
  const drafter = new Drafter(map, palette, measure)

  test('is well-formed SVG that says every title', () => {
    const part = { from: 0, to: 2, lanes: map.lanes, ways: true }
    const text = `<svg xmlns="http://www.w3.org/2000/svg">${shapesText(drafter.draw(part))}</svg>`
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
    expect(parsed.querySelector('parsererror')).toBeNull()
    const said = [...parsed.querySelectorAll('text')].map((one) => one.textContent).join(' ')
    expect(said).toContain('One & only <b>')
    expect(said).toContain('≤ 2 days')
    expect(text).not.toContain('NaN')
  })

  test('is as high as it says, and nothing stands below', () => {
    const part = { from: 0, to: 2, lanes: map.lanes, ways: true }
    const drawn = drafter.draw(part)
    expect(drawn.height).toBeCloseTo(drafter.height(part), 5)
    for (const shape of drawn.shapes) if (shape.kind === 'text') expect(shape.y).toBeLessThanOrEqual(drawn.height)
  })

  test('of some columns shows those, and no other step', () => {
    const drawn = drafter.draw({ from: 1, to: 2, lanes: map.lanes, ways: true })
    const said = drawn.shapes.flatMap((shape) => (shape.kind === 'text' ? shape.text : []))
    expect(said).toContain('Two')
    expect(said.some((text) => text.startsWith('One'))).toBe(false)
    for (const shape of drawn.shapes) if (shape.kind === 'rect') expect(shape.x).toBeGreaterThanOrEqual(0)
  })

  test('refers only to clips that it has', () => {
    const { shapes, clips } = drafter.draw({ from: 0, to: 2, lanes: map.lanes, ways: true })
    const known = new Set(clips.map((clip) => clip.id))
    expect(known.size).toBe(clips.length)
    for (const shape of shapes) if (shape.kind === 'path') for (const id of shape.clip ?? []) expect(known.has(id)).toBe(true)
  })
})

describe('sheets', () => {
  test('hold every column once, in their order, none wider than a sheet', () => {
    for (let seed = 0; seed < 120; seed += 1) {
      const by = chance(seed)
      const columns = columnsOf(changedOften(invented(by), by, 'x', 20), { step: 128, empty: 90 })
      const found = stretches(columns, 700)
      expect(found[0]?.from).toBe(0)
      expect(found.at(-1)?.to).toBe(columns.widths.length)
      for (const [at, { from, to }] of found.entries()) {
        expect(to).toBeGreaterThan(from)
        expect(columns.widths.slice(from, to).reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(700)
        if (at > 0) expect(from).toBe(found[at - 1]?.to)
      }
    }
  })

  test('are cut between stages where that is near', () => {
    const plan: MapPlan = { title: 'T', stage: ['a', 'b', 'c'].map((id) => ({ id, title: id })), step: [...'aaabbbbbccc'].map((stage, n) => ({ id: `s${n}`, title: 'S', stage })) }
    expect(stretches(columnsOf(plan, { step: 100, empty: 90 }), 850)).toEqual([{ from: 0, to: 8 }, { from: 8, to: 11 }])
  })

  test('take further lanes to further sheets, each lane once', () => {
    const by = chance(3)
    const map = onPaper(invented(by))
    const drafter = new Drafter(map, palette, measure)
    const parts = partsOf(map.columns, map.lanes, { width: 700, height: 420 }, (part) => drafter.height(part))
    const first = parts.filter((part) => part.from === 0)
    expect(first.flatMap((part) => part.lanes)).toEqual(map.lanes)
    expect(first.length).toBeGreaterThan(1)
    expect(first.map((part) => part.ways)).toEqual(first.map((_, at) => at === 0))
  })
})
