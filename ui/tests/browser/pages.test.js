// Pages that the server writes by itself, in both languages and themes: log-in, first start, dead link, no app.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { geleit } from '../../../tests/server.js'
import { axe, keep, small, wide } from './looking.js'
import { logIn, own } from './servers.js'
import { open } from './visit.js'

const fresh = own()
const known = own({ people: { ada: 'admin' } })

/** Tests of the API leave the page of a program without the app there: this program has it. */
async function withoutApp(page, language, expects) {
  const file = join(dirname(geleit), '../tmp', `without-app.${language}.html`)
  const body = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} is missing: it is written by \`cargo nextest run -p api a_program_without_the_app\``)
  })
  await page.route('**/without-app', (route) => route.fulfill({ status: 503, contentType: 'text/html; charset=utf-8', body }))
  expects(503, '/without-app')
  await page.goto('/without-app')
}

const PAGES = [
  { name: 'login', at: known.at, go: (page) => page.goto('/login?next=/segments') },
  {
    name: 'login-wrong',
    at: known.at,
    async go(page, language, expects) {
      await page.goto('/login')
      expects(403, '/login')
      await logIn(page, 'ada', 'ganz falsch', language)
      await page.locator('[aria-invalid=true]').waitFor()
    },
  },
  { name: 'nobody-yet', at: fresh.at, go: (page) => page.goto('/login') },
  { name: 'setup', at: fresh.at, go: async (page) => page.goto((await fresh.heard(/http:\S+\/setup\?key=\S+/))[0]) },
  {
    name: 'setup-dead',
    at: fresh.at,
    async go(page, language, expects) {
      expects(410, '/setup')
      await page.goto('/setup?key=old')
    },
  },
  { name: 'without-app', at: fresh.at, go: withoutApp },
]

for (const language of ['de', 'en']) {
  for (const size of ['desk', 'phone']) {
    test(`pages of the server, ${language}, ${size}`, async () => {
      const findings = []
      for (const { name, at, go } of PAGES) {
        const visit = await open(await at(), { language, size })
        await go(visit.page, language, visit.expects)
        await visit.page.locator('h1').waitFor()
        for (const theme of ['light', 'dark']) {
          await visit.page.emulateMedia({ colorScheme: theme })
          const found = [...(await axe(visit.page)), ...(await wide(visit.page)), ...(size === 'phone' ? await small(visit.page) : [])]
          findings.push(...found.map((what) => `${name}, ${theme}: ${what}`))
          await keep(visit.page, `${name}-${language}-${theme}-${size}`)
        }
        findings.push(...(await visit.close()).map((fault) => `${name}: ${fault}`))
      }
      if (findings.length) throw new Error(`${findings.length} findings\n${findings.join('\n')}`)
    })
  }
}
