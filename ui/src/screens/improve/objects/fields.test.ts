import { describe, expect, it } from 'vitest'
import { changed, FIELDS, KINDS, namesIn, readScore, same, takes, withField, written, type Body } from './fields'

describe('a score as people write it', () => {
  it.each([
    ['', 10, { value: undefined }],
    [' 7 ', 10, { value: 7 }],
    ['7,5', 10, { value: 7.5 }],
    ['7.5', 10, { value: 7.5 }],
    ['.5', 5, { value: 0.5 }],
    ['0', 5, { value: 0 }],
    ['5', 5, { value: 5 }],
    ['5,1', 5, { wrong: 'range' }],
    ['-1', 5, { wrong: 'range' }],
    ['1.000', 10, { value: 1 }],
    ['viel', 10, { wrong: 'number' }],
    ['1e3', 10, { wrong: 'number' }],
    ['3 von 10', 10, { wrong: 'number' }],
  ])('"%s" of at most %i', (text, most, read) => {
    expect(readScore(text, most)).toEqual(read)
  })

  it('is read again as it was written, in both languages', () => {
    for (const comma of [true, false]) expect(readScore(written(2.5, comma), 5)).toEqual({ value: 2.5 })
  })
})

describe('an object with a field changed', () => {
  const body: Body = { title: 'Late', touchpoints: ['till'], progress: 'done' }
  it('holds nothing that says nothing', () => {
    expect(withField(body, 'touchpoints', [])).toEqual({ title: 'Late', progress: 'done' })
    expect(withField(body, 'progress', 'open')).toEqual({ title: 'Late', touchpoints: ['till'] })
    expect(withField(body, 'severity', 0)).toEqual({ ...body, severity: 0 })
  })

  it('names each thing once, and nothing where it names none', () => {
    expect(namesIn({ touchpoints: ['till', 'shop', 'till'] }, 'touchpoints')).toEqual(['till', 'shop'])
    expect(namesIn({ touchpoints: 'till' }, 'touchpoints')).toEqual([])
  })

  it('differs only in what says something else', () => {
    expect(changed('pain_point', body, { ...body, owner: '', severity: undefined })).toEqual([])
    expect(changed('pain_point', body, { title: 'Late', touchpoints: ['till', 'shop'] })).toEqual(['touchpoints', 'progress'])
    expect(same('progress', undefined, 'open')).toBe(true)
  })
})

it('every field of a kind has its control, and no kind has one twice', () => {
  for (const kind of KINDS) {
    expect(new Set(FIELDS[kind]).size).toBe(FIELDS[kind].length)
    expect(FIELDS[kind][0]).toBe('title')
    for (const field of FIELDS[kind]) expect(takes(field)).toBeTruthy()
  }
})
