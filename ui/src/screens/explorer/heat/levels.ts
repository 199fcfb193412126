/** From values to the steps of a colour scale. Small values differ more than large ones: the scale is that of the square root. */
const LEVELS = 6

/** 0 for nothing, else 1 to 6. */
export function levelOf(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 0
  return Math.min(LEVELS, Math.max(1, Math.ceil(LEVELS * Math.sqrt(value / most) - 1e-9)))
}

/** The largest value of each level. */
export function boundsOf(most: number): number[] {
  return Array.from({ length: LEVELS }, (_, index) => most * ((index + 1) / LEVELS) ** 2)
}

/** -3 to 3, for differences: 0 for none. */
export function sideOf(value: number, most: number): number {
  if (value === 0 || most <= 0) return 0
  return Math.sign(value) * Math.min(3, Math.max(1, Math.ceil(3 * Math.sqrt(Math.abs(value) / most) - 1e-9)))
}
