import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/journeys/explorer',
    title: { de: 'Erkunden', en: 'Explore' },
    may: 'mining',
    load: () => import('./Explorer.svelte'),
    nav: { group: 'journeys', order: 10, icon: 'explorer', key: 'e', filtered: true },
  },
]
