import type { View } from '../views'

export const view: View = {
  title: { de: 'Varianten', en: 'Variants' },
  order: 30,
  load: () => import('./Variants.svelte'),
}
