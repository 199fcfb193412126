/** How the lines of several voices are told apart: by colour, dash and mark; the colours stand in marks.css. */
import './marks.css'

const CIRCLE = 'M0-5a5 5 0 1 1 0 10A5 5 0 0 1 0-5Z'
const SQUARE = 'M-4.5-4.500h9v9h-9Z'
const DIAMOND = 'M0-6 6 0 0 6-6 0Z'
const TRIANGLE = 'M0-6 5.500 4.200h-11Z'

export const MARKS = [
  { shape: CIRCLE, dash: undefined },
  { shape: SQUARE, dash: '9 3' },
  { shape: DIAMOND, dash: '3 3' },
  { shape: TRIANGLE, dash: '9 3 2 3' },
  { shape: 'M0-6 1.800-1.800H6L2.600 1 3.900 5.500 0 2.800-3.900 5.500-2.600 1-6-1.800h4.200Z', dash: '12 2' },
] as const

/** The number of a voice's mark: all are the first, personas follow in their order. */
export function toneOf(voices: readonly string[], voice: string): number {
  const place = voices.indexOf(voice)
  return Math.max(0, voices.includes('all') ? place : place + 1) % MARKS.length
}
