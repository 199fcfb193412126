// Every screen, and what opens on it: looked at in both languages and themes, at every size.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, covered, keep, small, wide } from './looking.js'
import { demo } from './servers.js'
import { open } from './visit.js'

const view = (name) => ({ name: `explorer-${name}`, path: `/journeys/explorer?view=${name}` })

/** A screen has its path, which may be found out by asking, and what is done there before it is looked at. */
const SCREENS = [
  { name: 'start', path: '/' },
  { name: 'start-table', path: '/', act: (page) => page.locator('.picture .tools button').first().click() },
  { name: 'recipe', path: '/', act: (page) => opened(page, () => page.locator('.picture .tools button').last().click()) },
  { name: 'palette', path: '/', act: (page) => opened(page, () => page.keyboard.press('Control+k')) },
  { name: 'keys', path: '/', act: (page) => opened(page, () => page.keyboard.press('?')) },
  { name: 'nowhere', path: '/nowhere' },
  ...['graph', 'sankey', 'variants', 'funnel', 'steps', 'retention', 'questions'].map(view),
  { name: 'explorer-step', path: '/journeys/explorer?view=graph&graph-from=order', act: drawer },
  { name: 'explorer-filtered', path: '/journeys/explorer?view=graph&where=did+order', act: null },
  { name: 'explorer-compared', path: '/journeys/explorer?view=graph&compare=did+test-ride', act: null },
  { name: 'touchpoints', path: '/touchpoints' },
  { name: 'touchpoints-discovered', path: '/touchpoints?show=discovered' },
  { name: 'touchpoint', path: '/touchpoints/order' },
  { name: 'customers', path: '/customers' },
  { name: 'customers-found', path: '/customers?q=anna' },
  { name: 'customer', path: async (page) => `/customers/${(await found(page)).customer}` },
  { name: 'refusals', path: '/customers/refusals' },
  { name: 'review', path: '/customers/review' },
  { name: 'segments', path: '/segments' },
  { name: 'sources', path: '/sources' },
  { name: 'source', path: '/sources?open=web-shop', act: drawer },
  { name: 'live', path: '/sources?show=live' },
  { name: 'quarantine', path: '/sources?show=quarantine' },
  { name: 'import', path: '/sources/import' },
  { name: 'settings', path: '/settings' },
]

async function found(page) {
  const answer = await page.request.get('/v1/customers/search?q=anna')
  return (await answer.json()).customers[0]
}

/** Does something that opens a dialog. */
async function opened(page, act) {
  await act()
  await page.getByRole('dialog').waitFor()
}

async function drawer(page) {
  await page.locator('dialog[open]').waitFor()
  await settled(page)
}

/** Waits until there is a heading, nothing is on its way and nothing moves. */
export async function settled(page) {
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() =>
    !document.querySelector('.skeleton, [aria-busy="true"]') &&
    !document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity),
  )
}

/** A test that looks at all screens as one person sees them. */
export function looks({ language, theme, size }, checks) {
  test(`all screens, ${language}, ${theme}, ${size}`, async () => {
    const visit = await open(await demo(), { language, theme, size })
    const { page } = visit
    const findings = []
    for (const { name, path, act } of SCREENS) {
      const say = (what) => findings.push(`${name}: ${what}`)
      try {
        await page.goto(typeof path === 'string' ? path : await path(page))
        await settled(page)
        await act?.(page)
        for (const check of checks) (await check(page)).forEach(say)
      } catch (error) {
        say(error.message.split('\n').slice(0, 3).join(' '))
      }
      await keep(page, `${name}-${language}-${theme}-${size}`)
      visit.found().forEach(say)
    }
    findings.push(...(await visit.close()))
    assert.deepEqual(findings, [])
  })
}

export const onDesk = [axe, wide, covered]
export const onTouch = [wide, covered, small]
