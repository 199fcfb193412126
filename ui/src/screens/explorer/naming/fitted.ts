/** Texts in drawings are cut where they would run into something: SVG does not wrap. */
let pen: CanvasRenderingContext2D | null = null

/** How wide a text is in pixels. */
export function widthOf(text: string, size = 12, weight = 400): number {
  pen ??= document.createElement('canvas').getContext('2d')
  if (!pen) return text.length * size * 0.55
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`
  return pen.measureText(text).width
}

/** The text, or its beginning and an ellipsis where the whole does not fit. */
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
