// The main path without a mouse: all of it can be reached, and what has the focus is seen.
import assert from 'node:assert/strict'
import { demo } from './servers.js'
import { journey } from './visit.js'

/** Presses Tab until the focus is on the target, which then has a mark that it has it. */
async function tabTo(page, target, { most = 80, key = 'Tab' } = {}) {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press(key)
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) {
      const marked = await target.evaluate((element) => {
        const marks = [element, ...element.querySelectorAll('rect, path')].map((one) => getComputedStyle(one))
        const outlined = marks.some((one) => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2)
        return outlined || marks.some((one) => one.boxShadow !== 'none' || parseFloat(one.strokeWidth) >= 2)
      })
      assert.ok(marked, `the focus is not seen on ${target}`)
      return
    }
  }
  assert.fail(`${target} is not reached by ${most} times ${key}`)
}

const focused = (page, name) => page.waitForFunction((name) => document.activeElement?.matches(name), name)

journey('from the start to the evidence behind a figure, by keys', { at: demo }, async (page) => {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Wie es läuft' }).waitFor()
  await tabTo(page, page.getByRole('link', { name: 'Zum Inhalt' }), { most: 1 })
  await page.keyboard.press('Enter')
  await focused(page, 'h1')

  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.getByRole('heading', { level: 1, name: 'Journeys erkunden' }).waitFor()
  await focused(page, 'h1')
  await page.locator('[data-step]').first().waitFor()
  const slider = page.getByRole('slider', { name: 'Schritte' })
  const steps = await page.locator('[data-step]').count()
  await tabTo(page, slider)
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((n) => document.querySelectorAll('[data-step]').length === n, steps + 1)

  const first = page.locator('[data-step]').first()
  await tabTo(page, first)
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((first) => {
    const now = document.activeElement?.getAttribute('data-step')
    return now !== null && now !== first
  }, await first.getAttribute('data-step'))
  const step = await page.evaluate(() => document.activeElement.getAttribute('data-step'))
  await page.keyboard.press('Enter')
  const details = page.getByRole('dialog')
  await tabTo(page, details.getByRole('button', { name: 'Nur diese' }))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: new RegExp(`did ${step}`) }).waitFor()
  await page.keyboard.press('Escape')
  await details.waitFor({ state: 'hidden' })
  await focused(page, `[data-step="${step}"]`)

  await tabTo(page, page.getByRole('tab', { name: 'Netz' }), { key: 'Shift+Tab' })
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tab', { name: 'Fluss', selected: true }).waitFor()

  const download = page.waitForEvent('download')
  const exporting = page.getByRole('button', { name: 'Exportieren' })
  await exporting.waitFor()
  await tabTo(page, exporting)
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'CSV' }).waitFor()
  await page.keyboard.press('Enter')
  assert.match((await download).suggestedFilename(), /\.csv$/)
})

journey('a filter is added and taken away by keys', { at: demo }, async (page) => {
  await page.goto('/journeys/explorer?view=variants')
  await page.getByRole('button', { name: 'Filter hinzufügen' }).waitFor()
  await page.locator('.picture .facts').first().waitFor()
  await page.keyboard.press('f')
  await page.getByRole('menuitem', { name: 'Journeys', exact: true }).waitFor()
  await page.keyboard.type('Journeys')
  await page.keyboard.press('Enter')
  await page.getByLabel('Welche Journeys angesehen werden').waitFor()
  await focused(page, 'textarea, input')
  await page.keyboard.type('did order')
  await page.keyboard.press('Enter')
  const chip = page.getByRole('button', { name: /did order/ })
  await chip.waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Journeys entfernen' }))
  await page.keyboard.press('Enter')
  await chip.waitFor({ state: 'detached' })
  await focused(page, '[data-add]')
})

journey('a customer is found, read event by event, and left again by keys', { at: demo }, async (page) => {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Wie es läuft' }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  await page.keyboard.type('anna')
  await page.getByRole('option', { name: /Anna/ }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/customers/c*')
  await page.getByRole('tab', { name: /^Verlauf/ }).waitFor()
  await focused(page, 'h1')
  await tabTo(page, page.getByRole('tab', { name: /^Verlauf/ }))
  const list = page.getByRole('group', { name: 'Ereignisse, die neuesten zuerst' })
  const event = list.getByRole('button').first()
  await tabTo(page, event)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByText('Warum bei diesem Kunden').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Tasten' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor()
})
