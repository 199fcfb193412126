// Looks at every screen in the real browser: axe without findings, nothing from elsewhere, no errors, and screenshots.
//
//   node scripts/look.js http://127.0.0.1:5173 [--shots DIR] [--only PATH]...
//
// Takes Chromium from CHROMIUM, or from where Debian puts it.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { shots: { type: 'string' }, only: { type: 'string', multiple: true } },
})
const base = positionals[0] ?? 'http://127.0.0.1:5173'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const LANGUAGES = ['de', 'en']
const THEMES = ['light', 'dark']
const SIZES = [
  { name: 'desk', width: 1440, height: 900 },
  { name: 'tablet', width: 820, height: 1180, touch: true },
  { name: 'phone', width: 390, height: 844, touch: true },
]
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * Views, and what is opened on them. A view has settled when it has a heading and nothing is loading; `ready` is a selector for
 * those that show what loading looks like.
 */
const VIEWS = [
  { name: 'start', path: '/' },
  { name: 'start-table', path: '/', act: (page) => page.locator('.picture button').first().click() },
  { name: 'palette', path: '/', act: palette },
  { name: 'keys', path: '/', act: (page) => page.keyboard.press('?') },
  { name: 'recipe', path: '/', act: (page) => page.locator('.picture .tools button').last().click() },
  { name: 'nowhere', path: '/nowhere' },
  { name: 'explorer', path: '/journeys/explorer' },
  { name: 'explorer-step', path: '/journeys/explorer?graph-steps=20&graph-share=50&graph-from=cart' },
  { name: 'explorer-path', path: '/journeys/explorer?graph-measure=wait&graph-from=cart&graph-to=checkout' },
  { name: 'explorer-groups', path: '/journeys/explorer?versus=group&compare=did+test-ride&graph-steps=16' },
  { name: 'explorer-automatic', path: '/journeys/explorer?graph-layout=automatic&graph-measure=end' },
  { name: 'explorer-table', path: '/journeys/explorer', act: (page) => page.locator('.picture .tools button').first().click() },
  { name: 'explorer-few', path: '/journeys/explorer?where=customer+did+withdrawal+at+least+2+times' },
  { name: 'explorer-empty', path: '/journeys/explorer?where=did+nothing-such' },
  { name: 'styleguide', path: '/styleguide', ready: '.picture .content' },
  { name: 'menu', path: '/styleguide', ready: '.picture .content', act: (page) => page.locator('[data-add]').click() },
  { name: 'dialog', path: '/styleguide', ready: '.picture .content', act: (page) => page.getByRole('button', { name: 'Dialog', exact: true }).click() },
  { name: 'drawer', path: '/styleguide', ready: '.picture .content', act: (page) => page.getByRole('button', { name: 'Drawer', exact: true }).click() },
  { name: 'toast', path: '/styleguide', ready: '.picture .content', act: (page) => page.getByRole('button', { name: 'Toast', exact: true }).click() },
  ...explored(),
].filter((view) => !options.only || options.only.includes(view.path.split('?')[0]))

/** The explorer's views beside the graph, alone and with two groups, and the questions that have no view of their own. */
function explored() {
  const versus = 'versus=group&compare=did+channel+%3D+shop'
  const steps = 'funnel-steps=home-page,product-page,configurator,cart,order&funnel-optional=configurator'
  const goal = 'questions-conversion-start=cart&questions-conversion-goal=order'
  const queries = {
    flow: 'view=sankey',
    'flow-chosen': 'view=sankey&sankey-at=2+category-page',
    'flow-groups': `view=sankey&sankey-steps=3&${versus}`,
    'flow-none': 'view=sankey&where=did+nothing-at-all',
    variants: 'view=variants',
    'variants-groups': `view=variants&${versus}`,
    'variants-wrong': 'view=variants&where=dit+cart',
    'funnel-new': 'view=funnel',
    funnel: `view=funnel&${steps}`,
    'funnel-groups': `view=funnel&${steps}&${versus}`,
    'funnel-next': `view=funnel&${steps}&funnel-at=2`,
    'step-matrix': 'view=steps',
    'step-matrix-groups': `view=steps&steps-anchor=cart&steps-columns=4&${versus}`,
    retention: 'view=retention',
    'retention-groups': `view=retention&${versus}`,
    'retention-periods': 'view=retention&versus=period&from=2026-01-01&to=2026-03-31',
    transitions: 'view=questions',
    conversion: `view=questions&questions-ask=conversion&${goal}`,
    'conversion-groups': `view=questions&questions-ask=conversion&${goal}&${versus}`,
    'way-wrong': 'view=questions&questions-ask=pattern&questions-pattern-way=cart+-%253E%253E+order',
    way: 'view=questions&questions-ask=pattern&questions-pattern-way=cart+-%253E+...+-%253E+order',
  }
  for (const name of ['loops', 'hops', 'dropoff', 'sessions', 'centrality', 'clusters', 'live', 'running']) {
    queries[name] = `view=questions&questions-ask=${name}`
  }
  return Object.entries(queries).map(([name, query]) => ({ name, path: `/journeys/explorer?${query}` }))
}

// The network is never idle while the server's stream of arrivals is open.
async function settled(page, { ready }) {
  await page.locator('main h1').waitFor()
  if (ready) await page.locator(ready).first().waitFor()
  else await page.waitForFunction(() => !document.querySelector('main .skeleton, main section[aria-busy="true"]'))
  await page.waitForTimeout(200)
}

async function palette(page) {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').locator('input').fill('s')
}

const faults = []
let looked = 0
if (options.shots) mkdirSync(options.shots, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})

for (const size of SIZES) {
  for (const [l, language] of LANGUAGES.entries()) {
    for (const [t, theme] of THEMES.entries()) {
      // All four on the desk; on touch each language and each theme once.
      if (size.touch && l !== t) continue
      const context = await browser.newContext({
        viewport: { width: size.width, height: size.height },
        hasTouch: size.touch ?? false,
        reducedMotion: 'reduce',
        bypassCSP: false,
        serviceWorkers: 'block',
      })
      await context.addInitScript(
        ([l, t]) => {
          localStorage.setItem('geleit.language', l)
          localStorage.setItem('geleit.theme', t)
        },
        [language, theme],
      )
      const page = await context.newPage()
      let where = ''
      const fault = (text) => faults.push(`${where}: ${text}`)
      page.on('pageerror', (error) => fault(`error ${error.message}`))
      page.on('console', (message) => {
        // A request that fails is shown on the page; what the browser refuses or a script throws is a fault.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) fault(message.text())
      })
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) fault(`request to ${request.url()}`)
      })
      for (const view of VIEWS) {
        looked += 1
        where = `${view.name} ${size.name} ${language} ${theme}`
        await page.goto(base + view.path)
        await settled(page, view)
        if (view.act) {
          await view.act(page)
          await page.waitForTimeout(400)
        }
        await page.evaluate(axe)
        const { violations } = await page.evaluate((rules) => window.axe.run({ runOnly: rules }), RULES)
        for (const one of violations) {
          fault(`axe ${one.id}: ${one.nodes.length}x ${one.help}: ${one.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')}`)
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wide > 0) fault(`the page is ${wide} px wider than the window`)
        if (options.shots) await page.screenshot({ path: `${options.shots}/${where.replaceAll(' ', '-')}.png` })
      }
      await context.close()
    }
  }
}
await browser.close()

for (const one of [...new Set(faults)]) console.error(one)
console.log(`${looked} views looked at, ${faults.length} faults`)
process.exit(faults.length ? 1 : 0)
