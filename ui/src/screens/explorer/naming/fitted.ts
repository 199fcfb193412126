/** The text, or its beginning and an ellipsis where the whole does not fit into the room. */
export function fitted(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text
  let least = 0
  let most = text.length
  while (least < most) {
    const half = Math.ceil((least + most) / 2)
    if (measure(`${text.slice(0, half).trimEnd()}…`) <= room) least = half
    else most = half - 1
  }
  return least === 0 ? '' : `${text.slice(0, least).trimEnd()}…`
}
