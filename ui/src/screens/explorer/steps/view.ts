import type { View } from '../views'

export const view: View = {
  title: { de: 'Schrittmatrix', en: 'Step matrix' },
  order: 50,
  load: () => import('./StepMatrix.svelte'),
}
