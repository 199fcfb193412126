/** What may be laid over a map, on its own columns: how journeys are lived beside how they are planned. */
import type { Snippet } from 'svelte'
import type { Columns, StepColumn } from '../../document/columns'

export type Overlay = {
  /** In the card of each step, below what the map says of it. */
  readonly cell?: Snippet<[StepColumn]>
  /** Over the row of steps: a layer as wide as all columns and as high as the row, on which the pointer goes through. */
  readonly layer?: Snippet<[Columns]>
  /** A row of its own under the steps. */
  readonly lane?: { readonly title: string; readonly cell: Snippet<[StepColumn]> }
}
