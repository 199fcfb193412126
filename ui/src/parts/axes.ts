/** Helps drawings with their axes. */

/** The ticks that have room for their labels: each at least `least` pixels after the one before. */
export function spaced<T>(ticks: readonly T[], x: (tick: T) => number, least: number): T[] {
  const kept: T[] = []
  let last = -Infinity
  for (const tick of ticks) {
    const at = x(tick)
    if (at - last < least) continue
    kept.push(tick)
    last = at
  }
  return kept
}
