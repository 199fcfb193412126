import { dictionary } from '../../../words'

const de = {
  hint: 'Pfeiltasten gehen von Feld zu Feld.',
  upTo: (share: string) => `bis ${share}`,
  lower: 'B niedriger',
  higher: 'B höher',
  clear: 'Fett: klarer Unterschied; alle anderen sind unklar oder nicht geprüft.',
}

const en: typeof de = {
  hint: 'Arrow keys go from cell to cell.',
  upTo: (share) => `up to ${share}`,
  lower: 'B lower',
  higher: 'B higher',
  clear: 'Bold: a clear difference; all others are unclear or were not tested.',
}

export const w = dictionary(de, en)
