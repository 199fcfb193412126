/** Where two values differ, for the eye: words that both have are the same, of the others the part that is not. */
export type Piece = { readonly text: string; readonly differs: boolean }

/** Two words with what they begin and end alike left unmarked. */
function words(a: string, b: string): [Piece[], Piece[]] {
  const most = Math.min(a.length, b.length)
  let head = 0
  while (head < most && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1
  // Little in common is nothing in common.
  if ((head + tail) * 2 < most) head = tail = 0
  const cut = (word: string): Piece[] =>
    [
      { text: word.slice(0, head), differs: false },
      { text: word.slice(head, word.length - tail), differs: true },
      { text: word.slice(word.length - tail), differs: false },
    ].filter((piece) => piece.text !== '')
  return [cut(a), cut(b)]
}

function joined(pieces: readonly Piece[][]): Piece[] {
  const all = pieces.flatMap((word, index) => (index === 0 ? word : [{ text: ' ', differs: false }, ...word]))
  return all.reduce<Piece[]>((made, piece) => {
    const last = made.at(-1)
    if (last && last.differs === piece.differs) made[made.length - 1] = { text: last.text + piece.text, differs: last.differs }
    else made.push(piece)
    return made
  }, [])
}

/** Both values, cut into what is alike and what differs. */
export function differences(a: string, b: string): [Piece[], Piece[]] {
  const [left, right] = [a.split(' '), b.split(' ')]
  if (left.length === right.length) {
    const pairs = left.map((word, index) => words(word, right[index] ?? ''))
    return [joined(pairs.map(([one]) => one)), joined(pairs.map(([, other]) => other))]
  }
  const mark = (own: readonly string[], other: readonly string[]) =>
    joined(own.map((word) => [{ text: word, differs: !other.includes(word) }]))
  return [mark(left, right), mark(right, left)]
}
