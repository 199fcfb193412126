import { describe, expect, it } from 'vitest'
import { aligned, runsOf } from './sequences'

describe('runs', () => {
  it.each([
    ['', ''],
    ['ABC', 'A1 B1 C1'],
    ['AAB', 'A2 B1'],
    ['ABBA', 'A1 B2 A1'],
  ])('%s are %s', (sequence, runs) => {
    expect(runsOf([...sequence]).map((run) => run.name + run.times).join(' ')).toBe(runs)
  })
})

describe('two sequences side by side', () => {
  it.each([
    ['ABC', 'ABC', 'AA BB CC'],
    ['ABC', 'AC', 'AA B- CC'],
    ['AC', 'ABC', 'AA -B CC'],
    ['ABD', 'ACD', 'AA BC DD'],
    ['ABBD', 'ACD', 'AA BC B- DD'],
    ['', 'AB', '-A -B'],
    ['XY', 'AB', 'XA YB'],
  ])('%s and %s are %s', (a, b, pairs) => {
    const found = aligned([...a], [...b])
    expect(found.map((pair) => (pair.a ?? '-') + (pair.b ?? '-')).join(' ')).toBe(pairs)
    expect(found.map((pair) => pair.a ?? '').join('')).toBe(a)
    expect(found.map((pair) => pair.b ?? '').join('')).toBe(b)
  })
})
