import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/journeys/maps',
    title: { de: 'Journey Maps', en: 'Journey maps' },
    may: 'plans_read',
    load: () => import('./list/Maps.svelte'),
    nav: { group: 'journeys', order: 12, icon: 'maps', key: 'm' },
  },
  {
    path: '/journeys/maps/:name',
    title: { de: 'Journey Map', en: 'Journey map' },
    may: 'plans_read',
    load: () => import('./MapScreen.svelte'),
  },
  {
    path: '/journeys/reality',
    title: { de: 'Plan und Wirklichkeit', en: 'Plan vs reality' },
    may: 'mining',
    load: () => import('./reality/Overview.svelte'),
    nav: { group: 'journeys', order: 14, icon: 'compare', key: 'p', filtered: true },
  },
]
