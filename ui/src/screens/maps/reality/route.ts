import type { Route } from '../../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/journeys/reality',
    title: { de: 'Plan und Wirklichkeit', en: 'Plan vs reality' },
    may: 'mining',
    load: () => import('./Overview.svelte'),
    nav: { group: 'journeys', order: 14, icon: 'compare', key: 'p', filtered: true },
  },
  {
    path: '/journeys/maps/:name/reality',
    title: { de: 'Plan und Wirklichkeit', en: 'Plan vs reality' },
    may: 'mining',
    load: () => import('./Reality.svelte'),
  },
]
