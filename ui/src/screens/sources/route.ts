import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/sources',
    title: { de: 'Quellen', en: 'Sources' },
    may: 'sources_read',
    load: () => import('./Sources.svelte'),
    nav: { group: 'data', order: 40, icon: 'sources', key: 'q' },
  },
  {
    path: '/sources/import',
    title: { de: 'Import', en: 'Import' },
    may: 'import',
    load: () => import('./import/Import.svelte'),
    nav: { group: 'data', order: 42, icon: 'import', key: 'i' },
  },
]
