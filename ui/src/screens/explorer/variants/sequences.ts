/** Sequences of touchpoints, shortened for a row and laid beside each other. */

/** The same touchpoint so many times in a row. */
export type Run = { readonly name: string; readonly times: number }

export function runsOf(touchpoints: readonly string[]): Run[] {
  const runs: { name: string; times: number }[] = []
  for (const name of touchpoints) {
    const last = runs.at(-1)
    if (last?.name === name) last.times += 1
    else runs.push({ name, times: 1 })
  }
  return runs
}

/** A place of two sequences: what stands there in each, null where only the other one has something; both where they differ. */
export type Pairing = { readonly a: string | null; readonly b: string | null }

/**
 * Both sequences with gaps, so that as many touchpoints as possible stand beside the same one: the longest common subsequence
 * (Wagner and Fischer 1974), found from the end so that earlier ones are matched first.
 */
export function aligned(a: readonly string[], b: readonly string[]): Pairing[] {
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: Pairing[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i] ?? null, b[j] ?? null]
    if (left !== null && left === right) {
      pairs.push({ a: left, b: right })
      i += 1
      j += 1
    } else if (left !== null && (right === null || at(i + 1, j) >= at(i, j + 1))) {
      pairs.push({ a: left, b: null })
      i += 1
    } else {
      pairs.push({ a: null, b: right })
      j += 1
    }
  }
  return closed(pairs)
}

/** What stands in neither gap's way moves up beside the other: one thing instead of another is one place, not two. */
function closed(pairs: readonly Pairing[]): Pairing[] {
  const made: Pairing[] = []
  let onlyA: string[] = []
  let onlyB: string[] = []
  const flush = () => {
    for (let k = 0; k < Math.max(onlyA.length, onlyB.length); k += 1) made.push({ a: onlyA[k] ?? null, b: onlyB[k] ?? null })
    onlyA = []
    onlyB = []
  }
  for (const pair of pairs) {
    if (pair.a === pair.b) {
      flush()
      made.push(pair)
    } else if (pair.a !== null) onlyA.push(pair.a)
    else if (pair.b !== null) onlyB.push(pair.b)
  }
  flush()
  return made
}
