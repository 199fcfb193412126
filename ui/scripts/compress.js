// Writes gzip and brotli twins beside every text file of the build: plain http offers browsers only gzip, https both.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const build = new URL('../build/', import.meta.url)
const notes = new URL('../.sizes/', import.meta.url)

// The manifest says which chunk needs which; `npm run sizes` reads it, browsers have no use for it.
mkdirSync(notes, { recursive: true })
renameSync(new URL('.vite/manifest.json', build), new URL('manifest.json', notes))
rmSync(new URL('.vite', build), { recursive: true })

let plain = 0
let packed = 0
for (const entry of readdirSync(build, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(html|js|css|svg|json|txt)$/.test(entry.name)) continue
  const file = `${entry.parentPath}/${entry.name}`
  const content = readFileSync(file)
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
  writeFileSync(`${file}.br`, brotli)
  plain += content.length
  packed += brotli.length
}
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
console.log(`build/: ${kb(plain)}, with brotli ${kb(packed)}`)
