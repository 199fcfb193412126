// Maps as files of other programs, both ways, and lived journeys as event logs.
import assert from 'node:assert/strict'
import { bytesOf } from './chromium.js'
import { demo, ownDemo } from './servers.js'
import { journey } from './visit.js'

const world = ownDemo(60)
const MAP = '/journeys/maps/bike-purchase'

const stored = async (page, name = 'bike-purchase') => (await page.request.get(`/v1/plans/map/${name}`)).json()
const dialog = (page) => page.getByRole('dialog')

/** Does what the menu of the map offers. */
async function chosen(page, item) {
  await page.locator('main header').getByRole('button', { name: 'Exportieren' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** The map as a file. */
async function exported(page, format) {
  const coming = page.waitForEvent('download')
  await chosen(page, format)
  const download = await coming
  return { name: download.suggestedFilename(), mimeType: 'application/octet-stream', buffer: await bytesOf(download) }
}

async function give(page, button, file) {
  const chooser = page.waitForEvent('filechooser')
  await dialog(page).getByRole('button', { name: button }).click()
  await (await chooser).setFiles(file)
}
const text = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })

journey('a map goes out in every format, and comes back from each that is read as the same map', { at: world }, async (page) => {
  await page.goto(MAP)
  const before = await stored(page)
  for (const [format, name] of [
    [/^Markdown /, 'bike-purchase.md'],
    [/^BPMN 2\.0 /, 'bike-purchase.bpmn'],
    [/^Mermaid, Flussdiagramm /, 'bike-purchase.mmd'],
    [/^User Journey Graph /, 'bike-purchase.jsonld'],
  ]) {
    const file = await exported(page, format)
    assert.equal(file.name, name)
    assert.ok(file.buffer.includes('Hears of us'), name)
  }
  for (const [format, name] of [
    [/^Excel /, 'bike-purchase.xlsx'],
    [/^CSV /, 'bike-purchase.csv'],
    [/^Mermaid, Journey /, 'bike-purchase.mmd'],
    [/^CJML /, 'bike-purchase.cjml'],
    [/^TOML /, 'bike-purchase.toml'],
  ]) {
    const file = await exported(page, format)
    assert.equal(file.name, name)
    await chosen(page, 'Importieren …')
    await give(page, 'Datei wählen', file)
    await dialog(page).getByText(`Was „${name}“ ändern würde`).waitFor()
    await dialog(page).getByText('Die Datei ändert nichts.').waitFor()
    assert.equal(await dialog(page).getByRole('button', { name: /übernehmen$/ }).count(), 0, 'there is nothing to take over')
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
  }
  assert.deepEqual(await stored(page), before)
})

journey('a file is tried before it changes a map, and what it changed is taken back; a wrong one changes nothing', { at: world }, async (page, { expects }) => {
  await page.goto(MAP)
  const { version, body } = await stored(page)
  const csv = (await exported(page, /^CSV /)).buffer.toString()
  const card = page.locator('[data-step="talk"]')
  await card.getByText('Talks to us').waitFor()

  await chosen(page, 'Importieren …')
  await give(page, 'Datei wählen', text('map.doc', csv))
  await dialog(page).getByText('„map.doc“ ist keine Datei, die auf .xlsx, .csv, .tsv, .mmd, .mermaid, .cjml, .xml oder .toml endet.').waitFor()
  expects(400, '/v1/maps/bike-purchase/file')
  await give(page, 'Datei wählen', text('wrong.csv', csv.replace(/^(step,talk,.*)all=1/m, '$1all=9')))
  await dialog(page).getByText('„wrong.csv“ lässt sich nicht übernehmen. Nichts ist geändert.').waitFor()
  await dialog(page).getByText(/^step\[\d+\]\.emotion\.all$/).waitFor()
  await dialog(page).getByText('"9" lies outside -2 to 2').waitFor()
  assert.equal(await dialog(page).getByRole('button', { name: /übernehmen$/ }).count(), 0)
  assert.equal((await stored(page)).version, version, 'a wrong file writes nothing')

  // A table of steps alone says nothing of the map itself: its title stays.
  await give(page, 'Andere Datei', text('steps.csv', 'title,stage\nSieht sich um,Vorher\n'))
  await dialog(page).getByText('Schritt „Sieht sich um“ hinzugefügt').waitFor()
  await dialog(page).getByText('Beschreibung der Map geändert').waitFor()
  assert.equal(await dialog(page).getByText('Titel der Map geändert').count(), 0)

  const lines = csv
    .replace(/^step,talk,Talks to us,/m, 'step,talk,Spricht mit uns,')
    .replace(/(?<=,)discover(?=,)/g, 'discovered')
    .trimEnd()
    .split(/\r?\n/)
  // A column that no map has.
  const changed = lines.map((line, at) => line.replace(',', at ? ',x,' : ',mystery,')).join('\r\n')
  await give(page, 'Andere Datei', text('right.csv', changed))
  await dialog(page).getByText('Was „right.csv“ ändern würde').waitFor()
  await dialog(page).getByText('Titel von „Spricht mit uns“ geändert').waitFor()
  await dialog(page).getByText('Talks to us', { exact: true }).waitFor()
  await dialog(page).getByText('Schritt „Hears of us“ entfernt').waitFor()
  await dialog(page).getByText('Schritt „Hears of us“ hinzugefügt').waitFor()
  await dialog(page).getByRole('region', { name: 'Nicht übernommen' }).getByText('column "mystery" is not known').waitFor()
  assert.equal((await stored(page)).version, version, 'a trial writes nothing')
  await card.getByText('Talks to us').waitFor()

  await dialog(page).getByRole('button', { name: /Änderungen übernehmen$/ }).click()
  await page.getByText('„right.csv“ ist übernommen').waitFor()
  await card.getByText('Spricht mit uns').waitFor()
  const now = await stored(page)
  assert.equal(now.note, 'aus der Datei „right.csv“')
  assert.equal(now.version, version + 1)
  assert.ok(now.body.step.some((step) => step.id === 'discovered'))
  await page.locator('.toast').filter({ hasText: 'übernommen' }).getByRole('button', { name: 'Rückgängig' }).click()
  await card.getByText('Talks to us').waitFor()
  await page.getByText(`Gesichert, Fassung ${version + 2}`).first().waitFor({ state: 'attached' })
  assert.deepEqual((await stored(page)).body, body)
})

journey('a new map comes from a file, under a short name that is free, and goes again', { at: world }, async (page) => {
  await page.goto('/journeys/maps')
  await page.getByRole('button', { name: 'Importieren …' }).click()
  await give(page, 'Datei wählen', text('Bike-Purchase.mmd', 'journey\n  title Zur Probefahrt\n  section Vorher\n    Sieht sich um: 4: Pendler\n    Bucht: 2.4: Pendler\n  section Im Laden\n    Fährt: 5: Pendler\n'))
  const name = dialog(page).getByLabel('Kurzname')
  await name.waitFor()
  assert.equal(await name.inputValue(), 'bike-purchase-2')
  await dialog(page).getByText('Zur Probefahrt', { exact: true }).waitFor()
  await dialog(page).getByRole('listitem').filter({ hasText: 'Vorher' }).getByText('Sieht sich um · Bucht').waitFor()
  await dialog(page).getByRole('region', { name: 'Anders als in der Datei' }).getByText('score 2.4 is mood -1').waitFor()
  await dialog(page).getByRole('region', { name: 'Noch nicht vorhanden' }).getByText('persona "pendler" is not there yet').waitFor()
  await name.fill('bike-purchase')
  await dialog(page).getByText('Diesen Kurznamen gibt es schon.').waitFor()
  assert.ok(await dialog(page).getByRole('button', { name: 'Map anlegen' }).isDisabled())
  await name.fill('probefahrt')
  await dialog(page).getByRole('button', { name: 'Map anlegen' }).click()
  await page.waitForURL(/\/journeys\/maps\/probefahrt$/)
  await page.locator('[data-step]').filter({ hasText: 'Bucht' }).waitFor()
  const made = await stored(page, 'probefahrt')
  assert.equal(made.version, 1)
  assert.deepEqual(made.body.step.map((step) => [step.title, step.emotion.pendler]), [['Sieht sich um', 1], ['Bucht', -1], ['Fährt', 2]])
  await page.getByRole('button', { name: 'Rückgängig' }).last().click()
  await page.getByText('„Zur Probefahrt“ ist wieder gelöscht').waitFor()
  await page.waitForURL(/\/journeys\/maps$/)
  await page.getByRole('heading', { name: 'Buying an e-bike' }).waitFor()
  assert.equal(await page.getByRole('heading', { name: 'Zur Probefahrt' }).count(), 0)
})

journey('the journeys that the filter chooses go out as an event log', { at: demo }, async (page) => {
  await page.goto('/journeys/explorer?where=did+order&versus=group&compare=did+cart')
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Journeys als Datei' }).click()
  await page.getByRole('menuitem', { name: /^XES/ }).click()
  await page.getByText('journeys.xes wird geladen').waitFor()
  const download = await coming
  assert.equal(download.suggestedFilename(), 'journeys.xes')
  const log = (await bytesOf(download)).toString()
  const { journeys } = await (await page.request.get('/v1/mining/customers?where=did+order')).json()
  assert.equal(log.split('<trace>').length - 1, journeys)
})
