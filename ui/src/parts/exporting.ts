/** A drawing of the page as a file that opens elsewhere: styles written into it, with title, date and filters as its caption. */

/** What a drawing looks like is said by the page's style sheets; a file has none, so each element is told itself. */
const STYLES = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin',
  'opacity', 'font-family', 'font-size', 'font-weight', 'font-style', 'font-variant-numeric', 'letter-spacing', 'text-anchor',
  'dominant-baseline', 'paint-order', 'visibility', 'display', 'mix-blend-mode',
] as const
const SVG = 'http://www.w3.org/2000/svg'
const MARGIN = 24
const LINE = 18

export type Caption = {
  readonly title: string
  /** Date, filters, coverage: a line each. */
  readonly lines: readonly string[]
}

function writeStyles(from: Element, to: Element) {
  const computed = getComputedStyle(from)
  const style = STYLES.map((name) => [name, computed.getPropertyValue(name)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}:${value}`)
    .join(';')
  to.setAttribute('style', style)
  to.removeAttribute('class')
  to.removeAttribute('tabindex')
  for (const [index, child] of [...from.children].entries()) {
    const copy = to.children[index]
    if (copy) writeStyles(child, copy)
  }
}

function element(name: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  made.textContent = text
  return made
}

/** The drawing with its caption as a document of its own. */
export function standalone(drawing: SVGSVGElement, { title, lines }: Caption): { text: string; width: number; height: number } {
  const box = drawing.getBoundingClientRect()
  const head = MARGIN + 22 + LINE * lines.length + 12
  const width = Math.ceil(Math.max(box.width, 320)) + 2 * MARGIN
  const height = Math.ceil(box.height) + head + MARGIN
  const paper = getComputedStyle(drawing)
  const ink = paper.color
  const ground = getComputedStyle(document.documentElement).getPropertyValue('background-color')
  const font = paper.fontFamily

  const copy = drawing.cloneNode(true) as SVGSVGElement
  writeStyles(drawing, copy)
  copy.setAttribute('x', String(MARGIN))
  copy.setAttribute('y', String(head))
  copy.setAttribute('width', String(box.width))
  copy.setAttribute('height', String(box.height))
  if (!copy.getAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`)

  const whole = element('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` })
  whole.append(
    element('title', {}, title),
    element('rect', { width, height, fill: groundOf(drawing) ?? ground }),
    element('text', { x: MARGIN, y: MARGIN + 14, fill: ink, 'font-family': font, 'font-size': 16, 'font-weight': 600 }, title),
    ...lines.map((line, index) =>
      element(
        'text',
        { x: MARGIN, y: MARGIN + 16 + LINE * (index + 1), fill: ink, 'fill-opacity': 0.75, 'font-family': font, 'font-size': 12 },
        line,
      ),
    ),
    copy,
  )
  return { text: new XMLSerializer().serializeToString(whole), width, height }
}

/** The colour behind the drawing: that of the nearest ancestor that has one. */
function groundOf(drawing: Element): string | null {
  for (let at: Element | null = drawing; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor
    if (colour !== 'rgba(0, 0, 0, 0)' && colour !== 'transparent') return colour
  }
  return null
}

/** Browsers draw no canvas with a longer side, nor with more points in all. */
const LONGEST = 16_000
const POINTS_MOST = 120_000_000

/** How many points of a picture stand for one of the page: two, fewer where that would be more than a canvas holds. */
export function fineness(width: number, height: number): number {
  return Math.min(2, LONGEST / Math.max(width, height), Math.sqrt(POINTS_MOST / (width * height)))
}

/** A drawing as a picture of points, twice as fine as on the page; less where it is very large. */
export async function points({ text, width, height }: { text: string; width: number; height: number }): Promise<Blob> {
  const fine = fineness(width, height)
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.floor(width * fine)
    canvas.height = Math.floor(height * fine)
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done, failed) =>
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('the canvas gave no picture'))), 'image/png'),
    )
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** Lets the browser fetch a file by itself, of any length; `name` is its name where the server gives none. */
export function follow(address: string, name: string) {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}

/** Hands a file to the browser. */
export function download(content: Blob, name: string) {
  const address = URL.createObjectURL(content)
  follow(address, name)
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** A title as the name of a file: `wo-journeys-enden`. */
export function fileName(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return plain || 'geleit'
}

/** Rows as CSV (RFC 4180). */
export function csv(header: readonly string[], rows: readonly (readonly (string | number | null | undefined)[])[]): Blob {
  const cell = (value: string | number | null | undefined) => {
    const text = String(value ?? '')
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lines = [header, ...rows].map((row) => row.map(cell).join(','))
  return new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' })
}
