import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/settings',
    title: { de: 'Einstellungen', en: 'Settings' },
    load: () => import('./Settings.svelte'),
    nav: { group: 'data', order: 90, icon: 'settings', key: ',' },
  },
]
