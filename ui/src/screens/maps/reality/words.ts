import { dictionary } from '../../../words'
import { de } from './words.de'
import { en } from './words.en'

export const w = dictionary(de, en)
