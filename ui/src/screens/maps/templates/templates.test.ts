import { describe, expect, test } from 'vitest'
import { checked } from '../document/checks'
import { columnsOf } from '../document/columns'
import { compact } from '../document/plain'
import { edgesInForce } from '../document/network'
import { templates } from '.'
import { mapFrom, type Pair, type Template } from './template'

const all = await Promise.all(templates.map(async ({ name, load }) => [name, (await load()).template] as const))
const pairs = (value: unknown): Pair[] => {
  if (Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string' && /[\s\p{Lu}]/u.test(one))) return [value as unknown as Pair]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pairs) : []
}

describe.each(all)('the template %s', (_, template: Template) => {
  test.each(['de', 'en'] as const)('is a map that the server takes, in %s', (language) => {
    for (const known of [() => true, () => false]) {
      const plan = compact(mapFrom(template, language, 'Karte', known))
      expect(checked(plan)).toEqual([])
      expect(columnsOf(plan).bands.every((band) => band.stage && band.steps.length > 0)).toBe(true)
    }
  })

  test('goes beyond the purchase, branches, loops, and says what is expected', () => {
    const plan = mapFrom(template, 'de', 'Karte', () => true)
    const place = new Map(columnsOf(plan).steps.map((column) => [column.step.id, column.at]))
    const at = (id: string) => place.get(id) ?? -1
    const ways = edgesInForce(plan).filter((edge) => place.has(edge.from) && place.has(edge.to))
    expect(plan.stage?.some((stage) => stage.moment === 'after')).toBe(true)
    expect(ways.some((edge) => at(edge.to) < at(edge.from))).toBe(true)
    expect(ways.some((edge) => ways.filter((other) => other.from === edge.from).length > 2)).toBe(true)
    expect(plan.edge?.some((edge) => edge.within)).toBe(true)
    expect(plan.step?.every((step) => step.expectation && step.emotion?.all !== undefined && step.expected !== undefined)).toBe(true)
    expect(new Set(plan.step?.map((step) => step.moment_of_truth).filter(Boolean)).size).toBeGreaterThanOrEqual(3)
  })

  test('refers only to touchpoints that it brings, and brings none that nobody refers to', () => {
    const named = new Set(template.steps.flatMap((step) => [...(step.touchpoints ?? []), ...(step.failing ?? [])]))
    expect([...named].toSorted()).toEqual(template.touchpoints.map((one) => one.id).toSorted())
  })

  test('says everything in two languages', () => {
    const same = pairs(template).filter(([de, en]) => de === en).map(([de]) => de)
    expect(same.filter((word) => !['Hotline', 'App', 'Website', 'Chat', 'Chatbot', 'Forum'].includes(word))).toEqual([])
    expect(pairs(template).every(([de, en]) => de.trim() && en.trim())).toBe(true)
  })
})

test('each has its title where it is chosen', () => {
  for (const [at, [, template]] of all.entries()) expect(templates[at]?.title).toEqual(template.title)
})
