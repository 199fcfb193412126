import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/journeys/evaluation',
    title: { de: 'Bewerten', en: 'Evaluate' },
    may: 'mining',
    load: () => import('./Evaluation.svelte'),
    nav: { group: 'journeys', order: 18, icon: 'evaluation', key: 'b', filtered: true },
  },
]
