// All tests in the browser: one demo for all of them, files side by side.
//
//   node tests/browser/run.js [PATTERN]     only tests whose names match
import { spawn } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { kept } from './chromium.js'
import { startDemo } from './world.js'

const SIDE_BY_SIDE = 2
const BUDGET_S = 240

const here = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(here).filter((name) => name.endsWith('.test.js')).map((name) => here + name)
const pattern = process.argv[2]

const began = performance.now()
rmSync(kept, { recursive: true, force: true })
const demo = await startDemo(1000)
const tests = spawn(
  process.execPath,
  ['--test', '--test-reporter=spec', `--test-concurrency=${SIDE_BY_SIDE}`, ...(pattern ? [`--test-name-pattern=${pattern}`] : []), ...files],
  { stdio: 'inherit', env: { ...process.env, GELEIT_DEMO: demo.url } },
)
const code = await new Promise((resolve) => tests.on('exit', (code) => resolve(code ?? 1)))
await demo.stop()
const seconds = Math.round((performance.now() - began) / 1000)
console.log(`in the browser: ${seconds} s of at most ${BUDGET_S} s`)
process.exit(code)
