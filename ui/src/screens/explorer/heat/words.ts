import { dictionary } from '../../../words'

const de = {
  scroll: (caption: string) => `${caption}, rollbar`,
  hint: 'Pfeiltasten gehen von Feld zu Feld.',
  open: 'offen',
  none: 'nichts',
  less: 'weniger',
  upTo: (share: string) => `bis ${share}`,
  lower: 'B niedriger',
  higher: 'B höher',
  clear: 'Fett: klarer Unterschied; alle anderen sind unklar oder nicht geprüft.',
}

const en: typeof de = {
  scroll: (caption) => `${caption}, scrolls`,
  hint: 'Arrow keys go from cell to cell.',
  open: 'open',
  none: 'nothing',
  less: 'less',
  upTo: (share) => `up to ${share}`,
  lower: 'B lower',
  higher: 'B higher',
  clear: 'Bold: a clear difference; all others are unclear or were not tested.',
}

export const w = dictionary(de, en)
