import type { Route } from '../../app/routes'

export const routes: readonly Route[] = [
  {
    path: '/customers/:id',
    title: { de: 'Kunde', en: 'Customer' },
    may: 'customers',
    load: () => import('./Customer.svelte'),
  },
]
