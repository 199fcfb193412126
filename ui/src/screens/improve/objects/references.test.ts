import { describe, expect, it } from 'vitest'
import type { Body, Kind } from './fields'
import { easing, mapPlaces, namedByObjects, silentPlaces, sketch, taking, way, type Item, type World } from './references'

const item = (kind: Kind, name: string, body: Body = {}): Item => ({ kind, name, title: name.toUpperCase(), version: 1, body })

const late = item('pain_point', 'late', { touchpoints: ['postponed', 'promise'] })
const dear = item('pain_point', 'dear', { touchpoints: ['till'] })
const tell = item('opportunity', 'tell', { pain_points: ['late', 'gone'] })
const both = item('opportunity', 'both', { pain_points: ['late', 'dear'] })
const mail = item('solution', 'mail', { opportunities: ['tell', 'lost'] })

const world: World = {
  pain_point: [late, dear],
  opportunity: [tell, both],
  solution: [mail],
  persona: [item('persona', 'commuter')],
  maps: [
    sketch('buy', {
      title: 'Buying',
      personas: ['commuter'],
      step: [
        { id: 'pay', title: 'Pays', touchpoints: ['till'], pain_points: ['dear'] },
        { id: 'wait', title: 'Waits', touchpoints: ['promise'], failing: ['postponed'], opportunities: ['tell'] },
      ],
    }),
    sketch('bare', null),
  ],
}

describe('references', () => {
  it('lead from maps to what their steps name', () => {
    const wait = { map: 'buy', mapTitle: 'Buying', step: { id: 'wait', title: 'Waits' } }
    expect(mapPlaces(world, 'pain_point', 'dear')).toEqual([{ map: 'buy', mapTitle: 'Buying', step: { id: 'pay', title: 'Pays' } }])
    expect(mapPlaces(world, 'opportunity', 'tell')).toEqual([wait])
    expect(mapPlaces(world, 'persona', 'commuter')).toEqual([{ map: 'buy', mapTitle: 'Buying' }])
    expect(mapPlaces(world, 'persona', 'nobody')).toEqual([])
    expect(mapPlaces(world, 'solution', 'mail')).toEqual([])
  })

  it('are missing where a step lies at a touchpoint of a pain point and does not name it', () => {
    expect(silentPlaces(world, late).map((one) => one.step?.id)).toEqual(['wait'])
    expect(silentPlaces(world, dear)).toEqual([])
  })

  it('lead back from pain points to opportunities to solutions', () => {
    expect(easing(world, 'late')).toEqual([tell, both])
    expect(taking(world, 'tell')).toEqual([mail])
    expect(namedByObjects(world, 'pain_point', 'dear')).toEqual([both])
    expect(namedByObjects(world, 'opportunity', 'both')).toEqual([])
    expect(namedByObjects(world, 'persona', 'commuter')).toEqual([])
  })

  it('make the way of a solution, with what is gone by its name', () => {
    expect(way(world, ['tell', 'lost'])).toEqual([
      {
        name: 'tell',
        opportunity: tell,
        pains: [
          { name: 'late', pain: late, touchpoints: ['postponed', 'promise'] },
          { name: 'gone', pain: undefined, touchpoints: [] },
        ],
      },
      { name: 'lost', opportunity: undefined, pains: [] },
    ])
  })
})
