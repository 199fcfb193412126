import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/customers/review',
    title: { de: 'Zweifelsfälle', en: 'Doubtful pairs' },
    may: 'rulings',
    load: () => import('./Review.svelte'),
    nav: { group: 'people', order: 31, icon: 'review', key: 'z' },
  },
]
