/** Files that go to the server, to be tried or taken over. */
import { call } from './client'

/** A file as it was chosen. Its content is read once: what was tried is what is written. */
export type Chosen<F extends string> = { readonly name: string; readonly format: F; readonly content: ArrayBuffer }

/** Which formats are read, by the ends of names that tell them. */
export type Ends<F extends string> = Readonly<Record<string, F>>

/** The format that the name of a file tells; null where it is none that is read. */
export function formatOf<F extends string>(name: string, ends: Ends<F>): F | null {
  const parts = name.toLowerCase().split('.')
  const end = parts.length > 1 ? parts.at(-1) : undefined
  return end !== undefined && Object.hasOwn(ends, end) ? (ends[end] ?? null) : null
}

/** Hands the file to an address of the API. */
export async function send<T>(address: string, { content }: Pick<Chosen<string>, 'content'>): Promise<T> {
  return (await (await call(address, { method: 'POST', body: content })).json()) as T
}
