/** Customers that were opened lately: kept for this tab alone, and gone with it. */
const KEPT = 'geleit.recent'
const MOST = 8

export type Recent = { readonly id: string; readonly name: string; readonly at: number }

export function recent(): readonly Recent[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]')
    return Array.isArray(kept) ? (kept as Recent[]) : []
  } catch {
    return []
  }
}

export function opened(id: string, name: string) {
  const others = recent().filter((one) => one.id !== id)
  sessionStorage.setItem(KEPT, JSON.stringify([{ id, name, at: Date.now() }, ...others].slice(0, MOST)))
}
