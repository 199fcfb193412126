// A visit: a person with a window of their own, who is watched, and of whom a trace is left if something goes wrong.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { browser, kept, leave } from './chromium.js'
import { tellViolations, watch } from './watch.js'

/** Whether every step is kept for the trace viewer; it makes journeys a tenth slower. */
const TRACED = Boolean(process.env.GELEIT_TRACE)
/** No single wait is longer. */
const PATIENCE_MS = 20_000

export const SIZES = {
  desk: { width: 1440, height: 900 },
  tablet: { width: 820, height: 1180, touch: true },
  phone: { width: 390, height: 844, touch: true },
}

after(leave)

/**
 * Opens a window at a server's address. `page` is its page; `expects` tells of a refusal that is meant; `found` gives back
 * the faults since it was last asked, `close` all the rest.
 */
export async function open(url, { language = 'de', theme = 'light', size = 'desk', kept: state } = {}) {
  const { width, height, touch = false } = SIZES[size]
  const context = await (await browser()).newContext({
    baseURL: url,
    viewport: { width, height },
    hasTouch: touch,
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: theme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    serviceWorkers: 'block',
    storageState: state,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  await context.addInitScript(tellViolations)
  const { expects, found, faults } = watch(context, url)
  const page = await context.newPage()
  return {
    page,
    context,
    expects,
    found,
    async close() {
      await context.close()
      return faults()
    },
  }
}

/** A test that is a visit: `walk` gets the page and the visit. Any fault fails it. */
export function journey(name, { at, ...how }, walk) {
  test(name, async () => {
    const url = await at()
    const visit = await open(url, how)
    const failed = join(kept, 'failed', name.replace(/[^\p{L}\d]+/gu, '-'))
    rmSync(failed, { recursive: true, force: true })
    if (TRACED) await visit.context.tracing.start({ snapshots: true, screenshots: true })
    try {
      await walk(visit.page, visit)
    } catch (error) {
      mkdirSync(failed, { recursive: true })
      await visit.page.screenshot({ path: join(failed, 'last.png') }).catch(() => {})
      if (TRACED) await visit.context.tracing.stop({ path: join(failed, 'trace.zip') }).catch(() => {})
      const steps = TRACED ? `npx playwright show-trace ${failed}/trace.zip` : 'once more with GELEIT_TRACE=1'
      error.message += `\n  seen last: ${failed}/last.png; every step: ${steps}`
      const faults = await visit.close()
      if (faults.length) error.message += `\n  ${faults.join('\n  ')}`
      throw error
    }
    if (TRACED) await visit.context.tracing.stop()
    assert.deepEqual(await visit.close(), [], 'nothing went wrong on the way')
  })
}
