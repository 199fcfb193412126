// Plan against reality: what is drawn on a map is what the API says, and leads to its evidence; a first map is drawn from it.
import assert from 'node:assert/strict'
import { bytesOf } from './chromium.js'
import { demo, ownDemo } from './servers.js'
import { journey } from './visit.js'

const world = ownDemo(120)
const MAP = '/journeys/maps/bike-purchase?layer=reality'

async function reality(page, more = '') {
  await page.goto(MAP + more)
  await page.getByRole('heading', { level: 1, name: 'Buying an e-bike: Plan und Wirklichkeit' }).waitFor()
  await page.locator('[data-step]').first().waitFor()
}

/** What the API says, as the page asks it. */
const answer = (page, path) => page.evaluate(async (at) => (await fetch(`/v1/maps/${at}`)).json(), path)

const share = (value) => `${(100 * value).toLocaleString('de-DE', { minimumFractionDigits: 1, maximumFractionDigits: 1 })}\u00a0%`
const count = (value) => value.toLocaleString('de-DE')
const judged = (step) => step.as_planned + step.missing + step.failing + step.late + step.out_of_order

journey('each step says in signs and figures what the API says', { at: demo }, async (page) => {
  await reality(page)
  const said = await answer(page, 'bike-purchase/conformance')
  assert.ok(said.steps.length > 5)
  for (const step of said.steps) {
    const text = await page.locator(`[data-step="${step.step}"]`).textContent()
    if (judged(step) >= 10) {
      assert.ok(text.includes(`${share(step.as_planned_share)} wie geplant`), `${step.step}: ${text}`)
      assert.ok(text.includes(`n = ${count(judged(step))}`), `${step.step}: ${text}`)
    }
    for (const [verdict, sign] of [['missing', '−'], ['late', '~'], ['out_of_order', '^']]) {
      const shown = text.includes(`${sign} ${share(step[verdict] / judged(step))}`) || text.includes(`${sign}${share(step[verdict] / judged(step))}`)
      if (step[verdict] > 0) assert.ok(shown, `${step.step} ${verdict}: ${text}`)
    }
  }
  const strongest = said.unplanned[0]
  const chip = page.locator(`[data-at="unplanned|${strongest.after ?? ''}|${strongest.touchpoint}"]`)
  assert.ok((await chip.textContent()).includes(`+ ${count(strongest.journeys)}`))
})

journey('a step opens its evidence by keys alone, and Back closes it', { at: demo }, async (page) => {
  await reality(page)
  await page.locator('[data-step]').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog', { name: 'Looks around' })
  await drawer.waitFor()
  assert.match(page.url(), /at=step%7Clook-around/)
  const step = (await answer(page, 'bike-purchase/conformance')).steps.find((one) => one.step === 'look-around')
  const row = drawer.getByRole('row').filter({ hasText: 'fehlt' })
  assert.ok((await row.textContent()).includes(count(step.missing)))
  await drawer.getByRole('heading', { name: 'Einige dieser Kunden' }).waitFor()
  await drawer.getByRole('link', { name: /^c\d+$/ }).first().waitFor()
  await page.goBack()
  await drawer.waitFor({ state: 'detached' })
})

journey('deviations are sentences, the most expensive first; one opens with its customers', { at: demo }, async (page) => {
  await reality(page)
  const { deviations } = await answer(page, 'bike-purchase/conformance')
  const first = page.locator('[data-deviation]').first()
  assert.equal(await first.getAttribute('data-deviation'), `${deviations[0].kind}|${deviations[0].step ?? ''}|${deviations[0].touchpoint ?? ''}`)
  const text = await first.textContent()
  assert.match(text, /von \d+ Journeys/)
  assert.ok(text.includes(`${count(deviations[0].journeys)} von ${count(deviations[0].of)}: ${share(deviations[0].of_share)}`), text)
  assert.match(text, /Damit geht einher|nicht klar anders|nicht bestimmbar/)
  await page.getByRole('radio', { name: 'zu spät' }).check({ force: true })
  await page.waitForURL(/kind=late/)
  const late = page.locator('[data-deviation^="late|"]')
  await late.first().getByRole('button', { name: /^Belege/ }).click()
  await page.getByRole('dialog').getByText('später als geplant').first().waitFor()
})

journey('a filter changes all figures', { at: demo }, async (page) => {
  await reality(page)
  const all = await page.locator('[data-step="cart"]').getAttribute('aria-label')
  await reality(page, '&where=did+order')
  const some = await answer(page, 'bike-purchase/conformance?where=did+order')
  const cart = some.steps.find((step) => step.step === 'cart')
  const label = await page.locator('[data-step="cart"]').getAttribute('aria-label')
  assert.notEqual(label, all)
  assert.ok(label.includes(share(cart.as_planned_share)), label)
  await page.getByText(`${count(some.journeys)}\u00a0Journeys`).first().waitFor()
})

journey('month by month, as a table, and by persona', { at: demo }, async (page) => {
  await reality(page, '&by=month')
  const { groups } = await answer(page, 'bike-purchase/conformance/by?by=month')
  const open = groups.at(-1)
  await page.locator(`[data-group="${open.group}"].open`).waitFor()
  assert.equal(await page.locator('[data-group]').count(), groups.length)
  const picture = page.getByRole('region', { name: 'Nach Gruppen' })
  await picture.getByRole('button', { name: 'Als Tabelle' }).click()
  const row = picture.getByRole('row').nth(1)
  assert.ok((await row.textContent()).includes(share(groups[0].as_planned_share)))
  await picture.getByRole('button', { name: 'Als Bild' }).click()
  // A share of events, with its interval.
  await picture.getByRole('radio', { name: 'Abdeckung' }).check({ force: true })
  await picture.getByRole('button', { name: 'Als Tabelle' }).click()
  const shown = await row.textContent()
  for (const written of [...[groups[0].events_on_map_share, ...groups[0].events_on_map_interval].map(share), count(groups[0].events)])
    assert.ok(shown.includes(written), `${shown} has no ${written}`)
  await picture.getByRole('button', { name: 'Als Bild' }).click()
  await picture.getByRole('radio', { name: 'Persona' }).check({ force: true })
  // All personas of the map say by which journeys they are known.
  for (const persona of ['The commuter', 'The family', 'The weekend rider']) await picture.getByText(persona).waitFor()
})

journey('the steps come as a file, the map as a picture', { at: demo }, async (page) => {
  await reality(page)
  const picture = page.getByRole('region', { name: 'Der Plan und was daraus wird' })
  for (const [format, begins] of [['CSV', 'step,'], ['SVG', '<svg']]) {
    const download = page.waitForEvent('download')
    await picture.getByRole('button', { name: 'Exportieren' }).click()
    await page.getByRole('menuitem', { name: format, exact: true }).click()
    const text = (await bytesOf(await download)).toString()
    assert.ok(text.startsWith(begins), text.slice(0, 80))
    if (format === 'CSV') assert.equal(text.trim().split('\n').length, 1 + (await answer(page, 'bike-purchase/conformance')).steps.length)
    else assert.ok(text.includes('wie geplant'))
  }
})

journey('a map is drawn from what is lived, and opens', { at: world }, async (page, { expects }) => {
  await page.goto('/journeys/maps')
  await page.getByRole('button', { name: 'Zeichnen, was gelebt wird' }).click()
  const dialog = page.getByRole('dialog', { name: /aus dem zeichnen/ })
  expects(400, '/v1/maps/draft')
  await dialog.getByLabel('Nur diese Journeys').fill('did order and')
  await page.keyboard.press('Enter')
  await dialog.getByText('at character 13').waitFor()
  assert.ok(await dialog.getByRole('button', { name: 'Map anlegen' }).isDisabled())
  await dialog.getByLabel('Nur diese Journeys').fill('did order')
  await page.keyboard.press('Enter')
  await dialog.getByText(/gezeichnet aus/).waitFor()
  await dialog.getByLabel('Titel').fill('Wie Käufer gehen')
  const steps = await dialog.getByRole('listitem').allInnerTexts()
  assert.ok(steps.length > 3, String(steps))
  await dialog.getByRole('button', { name: 'Map anlegen' }).click()
  await page.waitForURL(/\/journeys\/maps\/wie-kaeufer-gehen$/)
  await page.getByRole('heading', { level: 1, name: /Wie Käufer gehen/ }).waitFor()
  const document = await page.evaluate(async () => (await fetch('/v1/plans/map/wie-kaeufer-gehen')).json())
  assert.deepEqual(document.body.step.map((step) => step.title).sort(), [...steps].sort())
  await page.goto('/journeys/maps/wie-kaeufer-gehen?layer=reality&where=did+order')
  await page.locator('[data-step]').first().waitFor()
  assert.equal(await page.locator('[data-step]').count(), steps.length)
})
