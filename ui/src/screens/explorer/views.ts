/**
 * The views of the explorer: a folder each, found by its `view.ts`. The description is part of the screen; the component
 * is loaded when its tab is first opened. A view takes nothing and reads the shared filter; what else it keeps stands in the
 * URL under names that begin with the view's: `graph-steps`.
 */
import type { Component } from 'svelte'
import type { Language } from '../../words'

export type View = {
  readonly title: Readonly<Record<Language, string>>
  /** Its place among the tabs. */
  readonly order: number
  readonly load: () => Promise<{ default: Component<Record<string, never>> }>
}

const modules = import.meta.glob<{ view: View }>('./*/view.ts', { eager: true })

/** All views in their order, each with the name it has in the URL: that of its folder. */
export const views = Object.entries(modules)
  .map(([path, module]) => ({ name: path.split('/')[1] ?? '', ...module.view }))
  .sort((a, b) => a.order - b.order)
