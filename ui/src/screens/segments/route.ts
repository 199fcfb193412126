import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/segments',
    title: { de: 'Segmente', en: 'Segments' },
    may: 'plans_read',
    load: () => import('./Segments.svelte'),
    nav: { group: 'people', order: 32, icon: 'segments', key: 'a' },
  },
]
