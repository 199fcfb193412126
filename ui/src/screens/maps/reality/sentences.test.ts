import { afterEach, describe, expect, test } from 'vitest'
import type { Deviation } from '../../../api/conformance.svelte'
import { language } from '../../../words'
import { sentencesOf } from './sentences'

afterEach(() => (language.code = 'de'))

const named = { step: (id: string) => ({ order: 'Order', talk: 'Talk' })[id] ?? id, touchpoint: (name: string) => ({ hotline: 'Hotline' })[name] ?? name }
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/\u2212/g, '-')

const base: Deviation = {
  kind: 'unplanned',
  step: 'talk',
  touchpoint: 'hotline',
  journeys: 250,
  customers: 240,
  share: 0.1,
  of: 1000,
  of_share: 0.25,
  of_interval: [0.224, 0.278],
  completed_with: 0.3,
  completed_without: 0.5,
  difference: -0.2,
  difference_interval: [-0.25, -0.15],
  lost: 37.4,
  mood: null,
}
const mood = { with: -0.5, n_with: 120, without: 0.7, n_without: 300, difference: -1.2, difference_interval: [-1.5, -0.9], after_median_s: 259_200, after_n: 80 }

/** What is different, and what is said in German and in English of how many, of completion, of mood. */
const TABLE: readonly [string, Partial<Deviation>, 'what' | 'figures' | 'completed' | 'mood', string, string][] = [
  ['unplanned after a step', {}, 'what', '1 von 4 Journeys kommt nach „Talk“ zu „Hotline“; das steht dort nicht im Plan.', '1 of 4 journeys comes to “Hotline” after “Talk”; the plan does not have it there.'],
  ['unplanned at the start', { step: null, journeys: 600, of_share: 0.6 }, 'what', '3 von 5 Journeys kommen vor dem ersten Schritt zu „Hotline“; das steht dort nicht im Plan.', '3 of 5 journeys come to “Hotline” before the first step; the plan does not have it there.'],
  ['missing', { kind: 'missing', step: 'order' }, 'what', '1 von 4 Journeys, die bis „Order“ oder weiter kamen, lässt diesen Schritt aus.', '1 of 4 journeys that came to “Order” or past it leaves this step out.'],
  ['failing', { kind: 'failing', step: 'order', journeys: 50 }, 'what', '1 von 20 Journeys, die bis „Order“ oder weiter kamen, scheitert dort mindestens einmal.', '1 of 20 journeys that came to “Order” or past it fails there at least once.'],
  ['late', { kind: 'late', step: 'order', journeys: 990 }, 'what', 'Fast alle Journeys, die bis „Order“ oder weiter kamen, sind dort später als geplant.', 'Nearly all journeys that came to “Order” or past it are later there than planned.'],
  ['out of order', { kind: 'out_of_order', step: 'order', journeys: 1000 }, 'what', 'Alle Journeys, die bis „Order“ oder weiter kamen, machen diesen Schritt an anderer Stelle.', 'All journeys that came to “Order” or past it do this step at another place.'],
  ['few', { journeys: 3, of: 7 }, 'what', '3 von 7 Journeys kommen nach „Talk“ zu „Hotline“; das steht dort nicht im Plan.', '3 of 7 journeys come to “Hotline” after “Talk”; the plan does not have it there.'],
  ['figures', {}, 'figures', '250 von 1.000: 25,0 % (22,4 % bis 27,8 %)', '250 of 1,000: 25.0% (22.4% to 27.8%)'],
  ['figures of none', { of: 0, journeys: 0, of_share: null, of_interval: null }, 'figures', '0 von 0: nicht bestimmbar', '0 of 0: undefined'],
  [
    'completed less often', {}, 'completed',
    'Damit geht einher: Sie kommen seltener ans Ende des Plans, 30,0 % statt 50,0 % (-20 Punkte; -25 bis -15). Das entspricht rund 37 abgeschlossenen Journeys weniger.',
    'This goes together with coming to an end of the plan less often, 30.0% rather than 50.0% (-20 points; -25 to -15). That is about 37 completed journeys fewer.',
  ],
  [
    'completed more often', { completed_with: 0.6, difference: 0.1, difference_interval: [0.05, 0.15], lost: -10 }, 'completed',
    'Damit geht einher: Sie kommen öfter ans Ende des Plans, 60,0 % statt 50,0 % (+10 Punkte; +5 bis +15).',
    'This goes together with coming to an end of the plan more often, 60.0% rather than 50.0% (+10 points; +5 to +15).',
  ],
  [
    'no clear change', { difference: -0.01, difference_interval: [-0.05, 0.03] }, 'completed',
    'Wie oft sie ans Ende des Plans kommen, ist nicht klar anders: 30,0 % und 50,0 % (Unterschied in Punkten -5 bis +3).',
    'No clear change in how often they come to an end of the plan: 30.0% and 50.0% (difference in points -5 to +3).',
  ],
  [
    'completed unknown', { completed_with: null, difference: null, difference_interval: null }, 'completed',
    'Ob sie seltener ans Ende des Plans kommen, ist nicht bestimmbar.', 'Whether they come to an end of the plan less often is undefined.',
  ],
  ['no mood', {}, 'mood', '', ''],
  [
    'mood lower', { mood }, 'mood',
    'Ihre letzte Stimmung ist im Median 3 Tage danach (n = 80) um 1,2 schlechter als die der anderen (-1,5 bis -0,9; n = 120 und 300).',
    'Their last mood is a median of 3 days later (n = 80) lower by 1.2 than that of the others (-1.5 to -0.9; n = 120 and 300).',
  ],
  [
    'mood higher, no time', { mood: { ...mood, difference: 0.4, difference_interval: [0.1, 0.7], after_median_s: null, after_n: 0 } }, 'mood',
    'Ihre letzte Stimmung ist um 0,4 besser als die der anderen (+0,1 bis +0,7; n = 120 und 300).',
    'Their last mood is higher by 0.4 than that of the others (+0.1 to +0.7; n = 120 and 300).',
  ],
  [
    'mood not clear', { mood: { ...mood, difference: 0.02, difference_interval: [-0.12, 0.17] } }, 'mood',
    'Ihre letzte Stimmung ist nicht klar anders: +0,02 (-0,12 bis +0,17; n = 120 und 300).',
    'No clear change in their last mood: +0.02 (-0.12 to +0.17; n = 120 and 300).',
  ],
  ['mood of too few', { mood: { ...mood, n_with: 4 } }, 'mood', 'Zu ihrer Stimmung sagen zu wenige etwas (n = 4 und 300).', 'Too few say how they felt (n = 4 and 300).'],
]

describe.each(['de', 'en'] as const)('%s', (code) => {
  test.each(TABLE)('%s', (_, changes, part, german, english) => {
    language.code = code
    expect(plain(sentencesOf({ ...base, ...changes }, named)[part])).toBe(code === 'de' ? german : english)
  })

  test('nothing is said to cause anything', () => {
    language.code = code
    for (const [, changes] of TABLE) {
      const { what, completed, mood } = sentencesOf({ ...base, ...changes }, named)
      expect(`${what} ${completed} ${mood}`).not.toMatch(/weil|wegen|dadurch|because|due to|causes/i)
    }
  })
})

test('below ten journeys it is too few', () => {
  expect(sentencesOf({ ...base, journeys: 9 }, named).few).toBe(true)
  expect(sentencesOf({ ...base, journeys: 10 }, named).few).toBe(false)
})
