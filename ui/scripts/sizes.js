// Holds the build to its budgets: what the first screen needs, and each part that is loaded later.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const FIRST_SCREEN = 80_000
const LAZY_PART = 90_000
const START = 'src/screens/start/Start.svelte'

const build = new URL('../build/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('../.sizes/manifest.json', import.meta.url), 'utf8'))
const gzipped = (file) => gzipSync(readFileSync(new URL(file, build)), { level: 9 }).length

/** The files that a chunk needs before it can run, except those that are there already. */
function files(key, known = new Set()) {
  const found = new Set()
  const visit = (name) => {
    const chunk = manifest[name]
    if (!chunk) throw new Error(`the build has no ${name}`)
    for (const file of [chunk.file, ...(chunk.css ?? [])]) if (!known.has(file)) found.add(file)
    for (const next of chunk.imports ?? []) if (!found.has(manifest[next].file)) visit(next)
  }
  visit(key)
  return found
}

const sum = (some) => [...some].reduce((total, file) => total + gzipped(file), 0)
const line = (name, bytes, most) => {
  const fits = bytes <= most
  console.log(`${fits ? '  ' : '! '}${(bytes / 1000).toFixed(1).padStart(7)} kB of ${most / 1000}  ${name}`)
  return fits
}

const first = new Set(['index.html', ...files('index.html'), ...files(START)])
let fine = line('first screen', sum(first), FIRST_SCREEN)
const lazy = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry && key !== START)
for (const key of lazy) {
  // A view of a screen comes when its screen is there.
  const screens = lazy.filter((other) => manifest[other].dynamicImports?.includes(key))
  const there = screens.length === 1 ? new Set([...first, ...files(screens[0])]) : first
  fine = line(key, sum(files(key, there)), LAZY_PART) && fine
}
if (!fine) {
  console.error('over budget (gzip)')
  process.exit(1)
}
