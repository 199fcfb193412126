/** Parts of a JSON text, for the eye. */
export type Piece = { readonly kind: 'name' | 'text' | 'plain' | 'sign'; readonly text: string }

/** The text cut into names, texts, other values, and what stands between; together they are the text. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let last = 0
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g)) {
    if (match.index > last) found.push({ kind: 'sign', text: text.slice(last, match.index) })
    const whole = match[0]
    const colon = match[1]
    if (colon) {
      found.push({ kind: 'name', text: whole.slice(0, -colon.length) }, { kind: 'sign', text: colon })
    } else {
      found.push({ kind: whole.startsWith('"') ? 'text' : 'plain', text: whole })
    }
    last = match.index + whole.length
  }
  if (last < text.length) found.push({ kind: 'sign', text: text.slice(last) })
  return found
}
