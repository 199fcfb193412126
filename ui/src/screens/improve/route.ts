import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/journeys/improve',
    title: { de: 'Verbessern', en: 'Improve' },
    may: 'plans_read',
    load: () => import('./Improve.svelte'),
    nav: { group: 'journeys', order: 16, icon: 'improve', key: 'v' },
  },
]
