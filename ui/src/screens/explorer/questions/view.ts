import type { View } from '../views'

export const view: View = {
  title: { de: 'Weitere Fragen', en: 'More questions' },
  order: 70,
  load: () => import('./Questions.svelte'),
}
