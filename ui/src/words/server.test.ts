import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, test } from 'vitest'
import { language } from './language.svelte'
import { METHODS, methodText, TITLES, titleText } from './server'

afterEach(() => (language.code = 'de'))

/** What stands in the first group of a pattern, each once, in sources of the server. */
function inSources(paths: readonly string[], pattern: RegExp): readonly string[] {
  const all = paths.map((path) => readFileSync(`../crates/${path}`, 'utf8')).join('\n')
  return [...new Set([...all.matchAll(pattern)].map(([, text = '']) => text))].toSorted()
}

/** Where figures with a method are made. */
const MADE = ['engine/src/answers/evaluation/compared.rs', 'engine/src/answers/evaluation/targets.rs', 'mining/src/compare.rs']
const METHOD = /"((?:Newcombe|Student|Welch|Wilson|Woodruff|ratio) ?[^"]* [^"]*)"/g
const TITLE = /sort\(\s*StatusCode::\w+,\s*"\w+",\s*"([^"]+)"\s*,?\s*\)/g

describe.each([
  ['methods', METHODS, methodText, () => inSources(MADE, METHOD)],
  ['titles of problems', TITLES, titleText, () => inSources(['api/src/problem.rs'], TITLE)],
])('%s', (_what, table, text, said) => {
  it('are those that the server says, no fewer and no more', () => expect(said()).toEqual(Object.keys(table).toSorted()))

  test.each(Object.entries(table))('%s: %s', (english, german) => {
    expect(german).not.toBe(english)
    expect(german).not.toMatch(/\b(the|of|by|as|is|not)\b/)
    expect(text(english)).toBe(german)
    language.code = 'en'
    expect(text(english)).toBe(english)
  })

  it.each(['Clopper and Pearson', 'Wilson', 'constructor', ''])('shows what it does not know as it came: %j', (other) => expect(text(other)).toBe(other))
})
