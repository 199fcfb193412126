/** What a drawing of dots on two axes is given. */

/** The fields into which the cuts part it. */
export type Field = 'topLeft' | 'topRight' | 'bottomLeft' | 'bottomRight'

/** One of the axes, from 0 to its end. */
export type Side = {
  readonly title: string
  readonly end: number
  /** Where it is marked; at round values if not given. */
  readonly ticks?: readonly number[]
  readonly cut?: { readonly at: number; readonly text: string }
}

/** A dot as it is shown. */
export type Shown = {
  readonly id: string
  readonly letter: string
  readonly title: string
  /** What stands behind the title, and is never cut. */
  readonly after?: string
  readonly x: number
  readonly y: number
  readonly radius: number
  /** `sheer` lets dots below it be seen, `hollow` is settled, `few` rests on few. */
  readonly look: 'full' | 'sheer' | 'hollow' | 'few'
  /** What is read out. */
  readonly said: string
  /** The ends of its intervals. */
  readonly sureAcross?: readonly number[] | null
  readonly sureUp?: readonly number[] | null
}
