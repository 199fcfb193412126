import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/customers',
    title: { de: 'Kunden', en: 'Customers' },
    may: 'customers',
    load: () => import('./Customers.svelte'),
    nav: { group: 'people', order: 30, icon: 'customers', key: 'c' },
  },
  {
    path: '/customers/refusals',
    title: { de: 'Abgelehnte Verbindungen', en: 'Refused joins' },
    may: 'customers',
    load: () => import('./Refusals.svelte'),
  },
]
