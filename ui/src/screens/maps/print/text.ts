/** Text in drawings: SVG breaks no lines, so they are broken here. */

export type Font = { readonly size: number; readonly weight: number }
/** The width of a text in pixels. */
export type Measure = (text: string, font: Font) => number

/** A word in pieces that fit, each but the last with a hyphen. */
function broken(word: string, width: number, font: Font, measure: Measure): string[] {
  const pieces: string[] = []
  let left = word
  while (left.length > 1 && measure(left, font) > width) {
    let length = left.length - 1
    while (length > 1 && measure(`${left.slice(0, length)}-`, font) > width) length -= 1
    const piece = left.slice(0, length)
    pieces.push(/[\p{L}\p{N}]$/u.test(piece) ? `${piece}-` : piece)
    left = left.slice(length)
  }
  return left ? [...pieces, left] : pieces
}

/** A text in lines no wider than `width`; lines of its own stay. */
export function wrapped(text: string, width: number, font: Font, measure: Measure): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = []
    let now = ''
    // A long word may be broken behind what joins it: „Front-/Backstage“.
    for (const word of line.split(/\s+|(?<=[-/–])(?=\p{L})/u).filter(Boolean)) {
      const glue = now && /[-/–]$/.test(now) && line.includes(now + word) ? '' : ' '
      const tried = now ? now + glue + word : word
      if (measure(tried, font) <= width) {
        now = tried
        continue
      }
      if (now) lines.push(now)
      const pieces = broken(word, width, font, measure)
      lines.push(...pieces.slice(0, -1))
      now = pieces.at(-1) ?? ''
    }
    return now || lines.length === 0 ? [...lines, now] : lines
  })
}
