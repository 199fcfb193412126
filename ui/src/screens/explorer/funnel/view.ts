import type { View } from '../views'

export const view: View = {
  title: { de: 'Trichter', en: 'Funnel' },
  order: 40,
  load: () => import('./Funnel.svelte'),
}
