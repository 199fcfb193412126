import type { View } from '../views'

export const view: View = {
  title: { de: 'Netz', en: 'Graph' },
  order: 10,
  load: () => import('./Graph.svelte'),
}
