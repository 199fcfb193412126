/** How colours are seen: the measures by which tokens.test.ts holds the palette to what it promises. */

/** Red, green, blue from 0 to 255. */
export type Colour = readonly [number, number, number]
type Triple = readonly [number, number, number]

function linear(value: number): number {
  const share = value / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function companded(value: number): number {
  const share = Math.max(0, Math.min(1, value))
  return 255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055)
}

function luminance(colour: Colour): number {
  const [r, g, b] = colour.map(linear) as unknown as Triple
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast ratio as WCAG 2.2 defines it, 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** What is left of a colour for people who lack one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1). */
const LACKING: Record<'protan' | 'deutan' | 'tritan', readonly [Triple, Triple, Triple]> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

export function seenBy(eyes: 'all' | keyof typeof LACKING, colour: Colour): Colour {
  if (eyes === 'all') return colour
  const [r, g, b] = colour.map(linear) as unknown as Triple
  return LACKING[eyes].map((row) => companded(row[0] * r + row[1] * g + row[2] * b)) as unknown as Colour
}

/** Oklab (Ottosson 2020): lightness and two axes of colour, in which distance is difference. */
function oklab(colour: Colour): Triple {
  const [r, g, b] = colour.map(linear) as unknown as Triple
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** How far two colours are apart; black and white are 100. */
export function distance(a: Colour, b: Colour): number {
  const first = oklab(a)
  const second = oklab(b)
  return 100 * Math.hypot(...first.map((value, index) => value - (second[index] ?? 0)))
}
