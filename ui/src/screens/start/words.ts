import { dictionary } from '../../words'

const de = { title: 'Start' }
const en: typeof de = { title: 'Start' }

export const w = dictionary(de, en)
