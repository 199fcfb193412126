import type { View } from '../views'

export const view: View = {
  title: { de: 'Fluss', en: 'Flow' },
  order: 20,
  load: () => import('./Sankey.svelte'),
}
