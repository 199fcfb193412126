import type { View } from '../views'

export const view: View = {
  title: { de: 'Wiederkehr', en: 'Retention' },
  order: 60,
  load: () => import('./Retention.svelte'),
}
