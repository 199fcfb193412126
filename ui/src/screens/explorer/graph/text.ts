/** Names on steps: how wide a text is, and where it breaks. SVG breaks no lines by itself. */

const context = typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d')
const font = (size: number, weight: number) =>
  `${weight} ${size}px ${typeof document === 'undefined' ? 'sans-serif' : getComputedStyle(document.body).fontFamily}`
const known = new Map<string, number>()

/** The width of a text in pixels. Without a page to measure on, a letter counts as wide as most are. */
export function widthOf(text: string, size: number, weight = 400): number {
  if (!context) return text.length * size * 0.56
  const key = `${size} ${weight} ${text}`
  const found = known.get(key)
  if (found !== undefined) return found
  context.font = font(size, weight)
  const width = context.measureText(text).width
  known.set(key, width)
  return width
}

const VOWEL = /[aeiouyäöüáéíóúàèìòùâêîôûæøå]/i
/** What sounds as one and is not parted. */
const TOGETHER = ['sch', 'ch', 'ck', 'ph', 'th', 'sh', 'qu', 'st', 'tr', 'pr', 'br', 'gr', 'kr', 'dr', 'fr', 'bl', 'gl', 'kl', 'pl', 'fl']

/**
 * Where a long word may break: before a consonant that a vowel follows, three letters from its ends at least. That is the rule
 * for simple words in German and near enough in English.
 */
export function breaks(word: string): number[] {
  const found: number[] = []
  for (let at = 3; at <= word.length - 3; at++) {
    const letter = word.charAt(at)
    if (VOWEL.test(letter) || !/\p{L}/u.test(letter)) continue
    const lower = word.toLowerCase()
    const cluster = TOGETHER.find((one) => lower.startsWith(one, at))
    const inCluster = TOGETHER.some((one) => [1, 2].some((back) => back < one.length && lower.startsWith(one, at - back)))
    const follower = word.charAt(at + (cluster?.length ?? 1))
    if (!inCluster && VOWEL.test(follower) && VOWEL.test(word.slice(0, at))) found.push(at)
  }
  return found
}

/** The text in so many lines at most; what does not fit ends in an ellipsis. */
export function lines(text: string, width: number, most: number, fits: (text: string) => number): string[] {
  const words = text.split(/(?<=[\s\-/–])/)
  const made: string[] = []
  let line = ''
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (fits((line + word).trimEnd()) <= width) {
      line += word
      continue
    }
    const room = breaks(word.trimEnd()).filter((place) => fits(`${line}${word.slice(0, place)}-`) <= width)
    const place = room.at(-1)
    // A word that fits on the next line as a whole is not broken.
    if (place !== undefined && (line === '' || fits(word.trimEnd()) > width)) {
      made.push(`${line}${word.slice(0, place)}-`)
      words.splice(at + 1, 0, word.slice(place))
      line = ''
    } else if (line) {
      made.push(line.trimEnd())
      line = ''
      at--
    } else {
      let cut = word.length
      while (cut > 1 && fits(word.slice(0, cut)) > width) cut--
      made.push(word.slice(0, cut))
      if (cut < word.length) words.splice(at + 1, 0, word.slice(cut))
    }
  }
  if (line.trim()) made.push(line.trimEnd())
  if (made.length <= most) return made
  let last = made.slice(most - 1).join(' ').replace(/- /g, '')
  while (last.length > 1 && fits(`${last}…`) > width) last = last.slice(0, -1).trimEnd()
  return [...made.slice(0, most - 1), `${last}…`]
}
