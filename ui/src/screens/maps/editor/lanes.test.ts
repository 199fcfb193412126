import { expect, test } from 'vitest'
import type { MapPlan } from '../../../api/maps'
import { lanesOf, pathAt, textAt, withTextAt } from './lanes'
import { at } from './sheet.svelte'

const plan: MapPlan = {
  title: 'Purchase',
  lane: [{ id: 'law', title: 'Law' }],
  step: [{ id: 'pay', title: 'Pays', owner: 'Till', kpis: ['Time', 'Share'], cells: { law: 'Receipt' } }],
}
const lane = (id: string) => lanesOf(plan).find((one) => one.id === id) as ReturnType<typeof lanesOf>[number]
const step = (map: MapPlan) => map.step?.[0] as NonNullable<MapPlan['step']>[number]

test.each([['owner', 'Till'], ['kpis', 'Time\nShare'], ['lane:law', 'Receipt'], ['expectation', '']])('the text in %s is found where it is written', (id, text) => {
  expect(textAt(step(plan), lane(id))).toBe(text)
  expect(at(plan, pathAt('pay', lane(id))) ?? '').toBe(text)
  const written = withTextAt(plan, 'pay', lane(id), 'Another')
  expect(textAt(step(written), lane(id))).toBe('Another')
})

test('each line is a figure, none twice', () => {
  expect(step(withTextAt(plan, 'pay', lane('kpis'), 'Share\n\n Time \nShare')).kpis).toEqual(['Share', 'Time'])
})
