import { dictionary } from '../../../words'

const de = {
  other: 'Sonstige',
  end: 'Ende',
  start: 'Anfang',
  notSaid: 'ohne Kanal',
  moments: { before: 'vor dem Kauf', during: 'beim Kauf', after: 'nach dem Kauf', unknown: 'nicht eingeordnet' },
  legend: 'Farben',
  choose: 'Touchpoint wählen',
}

const en: typeof de = {
  other: 'Other',
  end: 'End',
  start: 'Start',
  notSaid: 'no channel',
  moments: { before: 'before the purchase', during: 'at the purchase', after: 'after the purchase', unknown: 'not classified' },
  legend: 'Colours',
  choose: 'Choose a touchpoint',
}

export const w = dictionary(de, en)
