import type { Route } from '../../app/routes'

/** All parts on one page, while developing. */
export const routes: readonly Route[] = import.meta.env.DEV
  ? [
      {
        path: '/styleguide',
        title: { de: 'Bausteine', en: 'Parts' },
        load: () => import('./Styleguide.svelte'),
        nav: { group: 'data', order: 99, icon: 'recipe' },
      },
    ]
  : []
