/** What lies in the quarantine: made readable, with the place of its fault, and changes as patches (RFC 6902). */

/** JSON with line breaks, each token as it was written, so that no number changes its digits. What is no JSON stays as it is. */
export function laidOut(text: string): string {
  try {
    JSON.parse(text)
  } catch {
    return text
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  let out = ''
  let depth = 0
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]
    if (token === '{' || token === '[') {
      const isEmpty = next === '}' || next === ']'
      depth += 1
      out += isEmpty ? token : token + line()
    } else if (token === '}' || token === ']') {
      depth -= 1
      const wasEmpty = tokens[index - 1] === '{' || tokens[index - 1] === '['
      out += wasEmpty ? token : line() + token
    } else if (token === ',') out += token + line()
    else if (token === ':') out += ': '
    else out += token
  }
  return out
}

export type Place = {
  /** Line and column in the text, from 1; null where the fault has no place in it. */
  readonly line: number | null
  readonly column: number | null
}

/** What a reason says of its place: the field, or the line of a file, and what is wrong there. */
export function placeOf(reason: string): { place: string; what: string } {
  const found = /^(line \d+(?:, column [^:]+)?|row \d+(?:, column [^:]+)?|[\w$][\w$.[\]-]*): (.*)$/s.exec(reason)
  return found ? { place: found[1] ?? '', what: found[2] ?? '' } : { place: '', what: reason }
}

/** Where in a text a fault lies: where JSON breaks off, or at the field that the reason names. */
export function locate(reason: string, text: string): Place {
  const broken = /at line (\d+) column (\d+)/.exec(reason)
  if (broken) return { line: Number(broken[1]), column: Number(broken[2]) }
  const { place } = placeOf(reason)
  const names = [/column ([^,]+)$/.exec(place)?.[1], place.split(/[.[\]]+/).filter(Boolean).at(-1)].filter((one) => one !== undefined)
  const lines = text.split('\n')
  for (const name of names) {
    const index = lines.findIndex((line) => line.includes(`${JSON.stringify(name)}:`))
    if (index >= 0) return { line: index + 1, column: (lines[index]?.indexOf(JSON.stringify(name)) ?? 0) + 1 }
  }
  return { line: null, column: null }
}

/** The value in a payload at the field that a reason names, as it is written; undefined if there is none. */
export function valueAt(reason: string, payload: string): string | undefined {
  const { place, what } = placeOf(reason)
  const quoted = /^("(?:[^"\\]|\\.)*")/.exec(what)?.[1]
  if (quoted) return unquoted(quoted)
  try {
    const path = /column ([^,]+)$/.exec(place)?.[1] ? ['row', /column ([^,]+)$/.exec(place)?.[1] ?? ''] : place.split(/[.[\]]+/).filter(Boolean)
    let value: unknown = JSON.parse(payload)
    for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
    if (value === undefined || place === '') return undefined
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch {
    return undefined
  }
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string }

type Json = { readonly [key: string]: unknown }

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const pointer = (base: string, key: string) => `${base}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

function differences(before: Json, after: Json, base: string): Operation[] {
  const operations: Operation[] = []
  for (const key of Object.keys(before)) if (!(key in after)) operations.push({ op: 'remove', path: pointer(base, key) })
  for (const [key, value] of Object.entries(after)) {
    const path = pointer(base, key)
    const was = before[key]
    if (!(key in before)) operations.push({ op: 'add', path, value })
    else if (isObject(was) && isObject(value)) operations.push(...differences(was, value, path))
    else if (JSON.stringify(was) !== JSON.stringify(value)) operations.push({ op: 'replace', path, value })
  }
  return operations
}

function at(json: unknown, path: string): unknown {
  const keys = path.split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  return keys.reduce<unknown>((value, key) => (value as Json | undefined)?.[key], json)
}

/**
 * The change from one payload to another, to be applied to others of its sort; null if either is no JSON object. A field
 * that was taken away while another came with the same value was renamed: that is what the others need, each with its own value.
 */
export function patchOf(before: string, after: string): readonly Operation[] | null {
  let was: unknown
  let is: unknown
  try {
    was = JSON.parse(before)
    is = JSON.parse(after)
  } catch {
    return null
  }
  if (!isObject(was) || !isObject(is)) return null
  const operations = differences(was, is, '')
  for (const removed of operations.filter((one) => one.op === 'remove')) {
    const same = JSON.stringify(at(was, removed.path))
    const index = operations.findIndex((one) => one.op === 'add' && JSON.stringify(one.value) === same)
    const added = operations[index]
    if (!added) continue
    operations[index] = { op: 'move', from: removed.path, path: added.path }
    operations.splice(operations.indexOf(removed), 1)
  }
  return operations
}
