/** When and where a customer was last seen. */
import { api, content, type Schemas } from '../../api/client'
import { loading, type Loading } from '../../api/loading.svelte'

const PAGE = 1_000

export type Contact = { readonly last: Schemas['TimelineEvent'] | null }

/** The last event of a customer: the API tells the oldest first, so all pages are walked. Call it while a component is set up. */
export function lastContact(customer: () => string): Loading<Contact> {
  return loading(() => ({
    key: `customer last ${customer()}`,
    get: async (signal) => {
      const path = { id: customer() }
      let last: Schemas['TimelineEvent'] | null = null
      let cursor: string | undefined
      do {
        const page: Schemas['Timeline'] = await content(
          api.GET('/v1/customers/{id}/timeline', { params: { path, query: { limit: PAGE, cursor } }, signal }),
        )
        last = page.events.findLast((event) => event.kind !== 'link') ?? last
        cursor = page.next ?? undefined
      } while (cursor)
      return { last }
    },
  }))
}
