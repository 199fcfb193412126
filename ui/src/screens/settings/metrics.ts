/** Figures of the server in the OpenMetrics text format: those without labels, by their name. */
export function metrics(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)\s+(\S+)/.exec(line) ?? []
    if (name !== undefined && value !== undefined && Number.isFinite(Number(value))) found.set(name, Number(value))
  }
  return found
}

export type Mean = { readonly seconds: number; readonly n: number }

/** The mean of a histogram, or nothing where nothing was measured. */
export function meanOf(all: ReadonlyMap<string, number>, name: string): Mean | null {
  const n = all.get(`${name}_count`) ?? 0
  const sum = all.get(`${name}_sum`)
  return n > 0 && sum !== undefined ? { seconds: sum / n, n } : null
}
