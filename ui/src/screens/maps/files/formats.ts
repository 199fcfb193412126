/** The formats in which a map goes out and comes in (docs/formats.md). */
import type { Schemas } from '../../../api/client'
import { send, type Chosen, type Ends } from '../../../api/files'
import type { paths } from '../../../api/schema'

type File = paths['/v1/maps/{map}/file']
export type Written = File['get']['parameters']['query']['format']
export type Read = File['post']['parameters']['query']['format']
/** A map as a file describes it. */
export type Tried = Schemas['MapImport']

/** A new format of the API that is not listed does not compile. */
const EXTENSIONS = {
  xlsx: 'xlsx',
  csv: 'csv',
  mermaid: 'mmd',
  cjml: 'cjml',
  toml: 'toml',
  markdown: 'md',
  bpmn: 'bpmn',
  flowchart: 'mmd',
  ujg: 'jsonld',
} as const satisfies Record<Written, string>
/** What is read, by the ends of names; the first of each sort is the one that is written. */
export const ENDS = { xlsx: 'xlsx', csv: 'csv', tsv: 'csv', mmd: 'mermaid', mermaid: 'mermaid', cjml: 'cjml', xml: 'cjml', toml: 'toml' } as const satisfies Ends<Read>
export const KINDS: readonly string[] = ['XLSX', 'CSV', 'Mermaid', 'CJML', 'TOML']

const all = Object.keys(EXTENSIONS) as readonly Written[]
const read: ReadonlySet<string> = new Set(Object.values(ENDS))
export const BOTH_WAYS: readonly Written[] = all.filter((format) => read.has(format))
export const OUT_ONLY: readonly Written[] = all.filter((format) => !read.has(format))

const path = (map: string) => `/v1/maps/${encodeURIComponent(map)}/file`

/** Where a map is found in a format, and under which name it is saved. */
export function fileOf(map: string, format: Written): { readonly address: string; readonly name: string } {
  return { address: `${path(map)}?format=${format}`, name: `${map}.${EXTENSIONS[format]}` }
}

/** The map that a file describes; nothing is written. */
export function tried(map: string, file: Chosen<Read>): Promise<Tried> {
  return send(`${path(map)}?format=${file.format}&dry_run=true`, file)
}

/** A new map from a file; refused if there is one of this name. */
export function made(map: string, file: Chosen<Read>, note: string): Promise<Tried> {
  return send(`${path(map)}?${new URLSearchParams({ format: file.format, expected_version: '0', note })}`, file)
}
