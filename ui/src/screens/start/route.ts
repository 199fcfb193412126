import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/',
    title: { de: 'Start', en: 'Start' },
    load: () => import('./Start.svelte'),
    nav: { group: 'overview', order: 0, icon: 'start', key: 's' },
  },
]
