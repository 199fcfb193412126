/** Write keys that were made or filled in while this page is open. They are nowhere else: a reload forgets them. */
const known = new Map<string, string>()

export const writeKeys = {
  of: (source: string): string => known.get(source) ?? '',
  keep: (source: string, key: string) => void (key ? known.set(source, key) : known.delete(source)),
}
