// Looking at lived journeys: what is chosen stands in the address, and what is seen can be taken along.
import assert from 'node:assert/strict'
import { bytesOf } from './chromium.js'
import { demo } from './servers.js'
import { journey } from './visit.js'

const GRAPH = '/journeys/explorer?view=graph'

async function explore(page, path = GRAPH) {
  await page.goto(path)
  await page.getByRole('heading', { level: 1, name: 'Journeys erkunden' }).waitFor()
  await page.locator('[data-step]').first().waitFor()
}

/** Presses an entry of the menu under "export" and reads the file that comes. */
async function exported(page, format) {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Exportieren' }).first().click()
  await page.getByRole('menuitem', { name: format, exact: true }).click()
  const file = await download
  return { name: file.suggestedFilename(), bytes: await bytesOf(file) }
}

journey('it opens on the usual way; sliders show more, and the address keeps them', { at: demo }, async (page) => {
  await explore(page)
  const steps = page.getByRole('slider', { name: 'Schritte' })
  const shown = async () => page.locator('[data-step]').count()
  const before = await shown()
  assert.ok(before >= 5 && before <= 20, `${before} steps on the first look`)
  await page.getByText(/zeigt \d+\s% der [\d.]+\sÜbergänge/).waitFor()
  await steps.press('ArrowRight')
  await page.waitForFunction((n) => document.querySelectorAll('[data-step]').length === n, before + 1)
  await page.getByRole('slider', { name: 'Wege' }).fill('60')
  await page.waitForURL(/graph-share=60/)
  await page.reload()
  await page.waitForFunction((n) => document.querySelectorAll('[data-step]').length === n, before + 1)
  assert.equal(await page.getByRole('slider', { name: 'Wege' }).inputValue(), '60')
  await page.getByRole('button', { name: 'Üblicher Weg' }).click()
  await page.waitForFunction((n) => document.querySelectorAll('[data-step]').length === n, before)
})

journey('a step opens with its figures, narrows the journeys, and Back widens them again', { at: demo }, async (page) => {
  await explore(page)
  await page.locator('[data-step="order"]').click()
  const details = page.getByRole('dialog')
  await details.getByText('waren hier').waitFor()
  await details.getByRole('button', { name: 'Nur diese' }).click()
  const bar = page.getByRole('group', { name: 'Filter', exact: true })
  const chip = bar.getByRole('button', { name: /did order/ })
  await chip.waitFor()
  await page.getByText(/ausgelassen/).first().waitFor()
  await page.goBack()
  await chip.waitFor({ state: 'detached' })
  await page.goForward()
  await chip.waitFor()
  await bar.getByRole('button', { name: 'Journeys entfernen' }).click()
  await chip.waitFor({ state: 'detached' })
  assert.ok(!page.url().includes('where='), page.url())
})

journey('a filter that cannot be read is told where, before it is used', { at: demo }, async (page, { expects }) => {
  await explore(page)
  await page.getByRole('button', { name: 'Filter hinzufügen' }).click()
  await page.getByRole('menuitem', { name: 'Journeys', exact: true }).click()
  const field = page.getByLabel('Welche Journeys angesehen werden')
  await field.fill('did order and and')
  expects(400, '/v1/')
  await page.getByRole('button', { name: 'Übernehmen' }).click()
  await page.getByText(/ab Zeichen/).waitFor()
  await field.fill('did order')
  await page.getByRole('button', { name: 'Übernehmen' }).click()
  await page.getByRole('button', { name: /did order/ }).waitFor()
})

journey('two groups are compared with intervals', { at: demo }, async (page) => {
  await page.goto('/journeys/explorer?view=variants')
  await page.getByRole('button', { name: 'Vergleich' }).click()
  await page.getByRole('menuitem', { name: 'Andere Gruppen …' }).click()
  await page.getByLabel('Erste Gruppe').fill('did test-ride')
  await page.getByRole('button', { name: 'Übernehmen' }).click()
  await page.getByRole('heading', { name: 'Unterschiede' }).waitFor()
  await page.getByText(/verglichenen Größen unterscheiden sich klar/).waitFor()
  await page.getByText(/Ein Unterschied ist keine Wirkung/).first().waitFor()
  await page.getByRole('tab', { name: 'Netz' }).click()
  await page.locator('[data-step]').first().waitFor()
  await page.getByText(/did test-ride/).first().waitFor()
})

journey('a picture is taken along: rows equal to the answer, a drawing with text, points of its size', { at: demo }, async (page) => {
  await explore(page)
  const csv = await exported(page, 'CSV')
  assert.equal(csv.name, 'graph.csv')
  const [head, ...rows] = csv.bytes.toString().trim().split(/\r?\n/)
  const answer = await (await page.request.get('/v1/mining/graph?journey=whole')).json()
  const at = (name) => head.split(',').indexOf(name)
  const key = (from, to, n) => `${from} > ${to}: ${n}`
  const told = rows.map((row) => row.split(',')).map((cells) => key(cells[at('from')], cells[at('to')], cells[at('occurrences')]))
  assert.deepEqual(told.toSorted(), answer.edges.map((edge) => key(edge.from, edge.to, edge.occurrences)).toSorted())

  const { name, bytes } = await exported(page, 'SVG')
  assert.match(name, /^wie-journeys-verlaufen-\d{4}-\d\d-\d\d\.svg$/)
  const svg = bytes.toString()
  const drawing = await page.evaluate((text) => {
    const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
    const texts = [...root.querySelectorAll('text')].map((one) => one.textContent)
    return { root: root.nodeName, texts, width: Number(root.getAttribute('width')), height: Number(root.getAttribute('height')), scripts: root.querySelectorAll('script, foreignObject').length }
  }, svg)
  assert.equal(drawing.root, 'svg')
  assert.equal(drawing.scripts, 0)
  assert.ok(drawing.texts.includes('Wie Journeys verlaufen') && drawing.texts.some((text) => /Ereignisse in/.test(text)), String(drawing.texts.slice(0, 5)))

  const png = (await exported(page, 'PNG')).bytes
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [2 * drawing.width, 2 * drawing.height])
})

journey('a copied link opens the same view for somebody else', { at: demo }, async (page, { context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/journeys/explorer?view=variants&where=did+order')
  const facts = (of) => of.locator('.picture .facts').filter({ hasText: 'Journeys' }).first().innerText()
  const seen = await facts(page)
  await page.getByRole('button', { name: 'Link kopieren' }).first().click()
  await page.getByText('Kopiert').waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const other = await context.newPage()
  await other.goto(link)
  await other.getByRole('tab', { name: 'Varianten', selected: true }).waitFor()
  await other.getByRole('button', { name: /did order/ }).waitFor()
  await other.locator('.picture .facts').first().waitFor()
  assert.equal(await facts(other), seen)
})

journey('every picture that is no table already is there as one too', { at: demo }, async (page) => {
  for (const view of ['graph', 'sankey', 'variants', 'funnel&funnel-steps=home-page,product-page,order', 'retention']) {
    await page.goto(`/journeys/explorer?view=${view}`)
    await page.getByRole('button', { name: 'Als Tabelle' }).first().click()
    const rows = page.getByRole('tabpanel').getByRole('row')
    await rows.nth(1).waitFor()
    assert.ok((await rows.count()) > 1, view)
  }
})
