/** Shares as people count: `1 of 4`. */

export type Frequency =
  | { readonly of: number; readonly one: number }
  /** Nearly all, or nearly none: no small number says it. */
  | 'all'
  | 'none'
  | 'nearly all'

/** With fewer than this the numbers themselves are the plainest words. */
const FEW = 20
/** The plainest fractions, and how near one of them has to be. */
const PLAIN = [2, 3, 4, 5, 10] as const
const NEAR = 0.02
/** Of these the part that is one: `1 of 7`. */
const UNITS = [6, 7, 8, 9, 10, 11, 12] as const
const ROUND = [12, 13, 14, 15, 17, 20, 25, 30, 40, 50, 60, 70, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1000, 1500, 2000, 3000, 5000, 10_000] as const

const TENTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
const plainly = (tenths: number): Frequency => (tenths === 5 ? { one: 1, of: 2 } : tenths % 2 === 0 ? { one: tenths / 2, of: 5 } : { one: tenths, of: 10 })

/** The plainest fraction that is near to `count` of `of`. Exactly these numbers where there are few. */
export function frequencyOf(count: number, of: number): Frequency {
  if (count <= 0 || of <= 0) return 'none'
  if (count >= of) return 'all'
  if (of < FEW) return { one: count, of }
  const share = count / of
  if (share > 0.96) return 'nearly all'
  if (share < 1 / 12) {
    const exact = 1 / share
    const nearest = ROUND.reduce((best, one) => (Math.abs(Math.log(one / exact)) < Math.abs(Math.log(best / exact)) ? one : best))
    return { one: 1, of: nearest }
  }
  for (const whole of PLAIN) {
    const part = Math.round(share * whole)
    if (part > 0 && part < whole && Math.abs(part / whole - share) <= NEAR) return whole === 10 ? plainly(part) : { one: part, of: whole }
  }
  const candidates = [...UNITS.map((whole) => ({ one: 1, of: whole, share: 1 / whole })), ...TENTHS.map((tenth) => ({ ...(plainly(tenth) as { one: number; of: number }), share: tenth / 10 }))]
  const { one, of: whole } = candidates.reduce((best, next) => (Math.abs(next.share - share) < Math.abs(best.share - share) ? next : best))
  return { one, of: whole }
}
