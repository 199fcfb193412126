/** Shares as people count: `1 of 4`. */

export type Frequency =
  | { readonly of: number; readonly one: number }
  /** Nearly all, or nearly none: no small number says it. */
  | 'all'
  | 'none'
  | 'nearly all'

/** With fewer than this the numbers themselves are the plainest words. */
const FEW = 20
const SMALL = [2, 3, 4, 5, 10] as const
/** How far a share may be from what is said. */
const NEAR = 0.025
const ROUND = [15, 20, 25, 30, 40, 50, 60, 70, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1000, 1500, 2000, 3000, 5000, 10_000] as const

/** The plainest fraction that is near to `count` of `of`. Exactly these numbers where there are few. */
export function frequencyOf(count: number, of: number): Frequency {
  if (count <= 0 || of <= 0) return 'none'
  if (count >= of) return 'all'
  if (of < FEW) return { one: count, of }
  const share = count / of
  if (share > 0.96) return 'nearly all'
  if (share < 0.085) {
    const exact = 1 / share
    const nearest = ROUND.reduce((best, one) => (Math.abs(Math.log(one / exact)) < Math.abs(Math.log(best / exact)) ? one : best))
    return { one: 1, of: nearest }
  }
  for (const whole of SMALL) {
    const part = Math.round(share * whole)
    if (part > 0 && part < whole && Math.abs(part / whole - share) <= NEAR) return { one: part, of: whole }
  }
  // Tenths are never further away than a twentieth.
  return { one: Math.min(9, Math.max(1, Math.round(share * 10))), of: 10 }
}
