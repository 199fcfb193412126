import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/touchpoints',
    title: { de: 'Touchpoints', en: 'Touchpoints' },
    may: 'plans_read',
    load: () => import('./Touchpoints.svelte'),
    nav: { group: 'journeys', order: 20, icon: 'touchpoints', key: 't' },
  },
  {
    path: '/touchpoints/:name',
    title: { de: 'Touchpoint', en: 'Touchpoint' },
    may: 'plans_read',
    load: () => import('./one/Touchpoint.svelte'),
  },
]
