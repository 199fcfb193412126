/** What somebody gave for a field, read as its value; or what is wrong with it, in words. */
import { number } from '../../../words/format'
import { w } from '../words'
import { mostOf, readScore, takes, type FieldName, type Value } from './fields'

export function given(field: FieldName, text: string | readonly string[]): { readonly value: Value | undefined } | { readonly wrong: string } {
  if (typeof text !== 'string' || takes(field) !== 'score') return { value: text }
  const read = readScore(text, mostOf(field))
  if ('value' in read) return read
  return { wrong: read.wrong === 'number' ? w().notNumber : w().outside(number(mostOf(field))) }
}

/** What is said below the control of a field. */
export function hintOf(field: FieldName): string | undefined {
  const scale = takes(field) === 'score' ? w().scale(number(mostOf(field))) : ''
  const hint = w().hint[field] ?? ''
  return [scale, hint].filter(Boolean).join('; ') || undefined
}
