// A file of one's own becomes journeys, all of it in the browser.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { bytesOf } from './chromium.js'
import { logIn, own } from './servers.js'
import { journey } from './visit.js'

const CUSTOMERS = 400
const STEPS = ['Katalog', 'Produkt', 'Warenkorb', 'Bestellung', 'Rückgabe']
/** Rows that cannot be read: a day that does not exist, and nobody. */
const BAD = ['K-0007;Produkt;31.02.2026 10:00;web', ';Warenkorb;03.03.2026 10:05;web']

/** The log of a shop, as a German spreadsheet writes it: each customer goes some of the steps, one an hour. */
function shop(customers) {
  const rows = []
  for (let customer = 0; customer < customers; customer++) {
    for (let step = 0; step <= customer % STEPS.length; step++) {
      const day = String(1 + (customer % 28)).padStart(2, '0')
      const clock = `${String(8 + step).padStart(2, '0')}:${String(customer % 60).padStart(2, '0')}`
      rows.push(`K-${String(customer).padStart(4, '0')};${STEPS[step]};${day}.03.2026 ${clock};${step === 4 ? 'Filiale' : 'web'}`)
    }
  }
  return rows
}

const HEAD = 'Kundennummer;Vorgang;Zeitpunkt;Kanal'
const asFile = (name, rows) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(`${[HEAD, ...rows].join('\r\n')}\r\n`) })

const server = own({ people: { ada: 'admin' } })

async function choose(page, file) {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Datei wählen' }).click()
  await (await chooser).setFiles(file)
}

journey('a log is looked into, tried, imported, and its journeys are seen', { at: server.at }, async (page) => {
  await page.goto('/login')
  await logIn(page, 'ada')
  await page.getByRole('link', { name: 'Datei importieren' }).click()
  await page.getByRole('heading', { level: 1, name: 'Datei importieren' }).waitFor()
  const good = shop(CUSTOMERS)
  await choose(page, asFile('shop.csv', [...good.slice(0, 100), ...BAD, ...good.slice(100)]))

  // What was guessed, with its reason; and the first rows.
  const means = (column) => page.getByLabel(`Bedeutung der Spalte ${column}`)
  await means('Kundennummer').waitFor()
  for (const [column, role] of [['Kundennummer', 'customer'], ['Vorgang', 'touchpoint'], ['Zeitpunkt', 'time'], ['Kanal', 'channel']]) {
    assert.equal(await means(column).inputValue(), role, column)
  }
  await page.getByRole('cell', { name: 'K-0001', exact: true }).first().waitFor()
  await page.getByLabel('Quelle', { exact: true }).fill('kasse')

  await page.getByRole('button', { name: 'Probelauf starten' }).click()
  await page.getByRole('heading', { name: 'Unlesbare Zeilen' }).waitFor()
  const table = page.getByRole('table', { name: 'Unlesbare Zeilen' })
  assert.match(await table.innerText(), /102\s.*31\.02\.2026 10:00/s)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Als CSV laden' }).click()
  const bad = (await bytesOf(await download)).toString()
  assert.equal(bad.trim().split(/\r?\n/).length, 1 + BAD.length, bad)
  assert.match(bad, /31\.02\.2026 10:00/)

  await page.getByRole('button', { name: /Ereignisse importieren/ }).click()
  const result = page.getByRole('status').filter({ has: page.getByRole('heading', { name: /^Importiert/ }) })
  await result.waitFor()
  assert.match(await result.innerText(), new RegExp(`${good.length.toLocaleString('de-DE')}\\s*Ereignisse gespeichert`))
  assert.match(await result.innerText(), /2\s*Zeilen in der Quarantäne/)
  await result.getByRole('link', { name: 'Journeys ansehen' }).click()
  await page.getByRole('heading', { name: 'Wie Journeys verlaufen' }).waitFor()
  await page.locator('[data-step="Bestellung"]').waitFor()
  await page.getByText(`${CUSTOMERS} Kunden`).first().waitFor()
})

journey('the same file once more is told and stores nothing', { at: server.at }, async (page) => {
  await page.goto('/login?next=/sources/import')
  await logIn(page, 'ada')
  await choose(page, asFile('noch-einmal.csv', shop(CUSTOMERS).slice(0, 100)))
  await page.getByLabel('Quelle', { exact: true }).fill('kasse')
  await page.getByRole('button', { name: 'Probelauf starten' }).click()
  await page.getByRole('button', { name: 'Noch einmal prüfen' }).waitFor()
  await page.getByRole('button', { name: /importieren$/ }).first().click()
  await page.getByRole('heading', { name: /^Importiert/ }).waitFor()
  await page.getByText(/100\s*Ereignisse schon gespeichert/).waitFor()
})

journey('a column taken for something else is changed, and what cannot be read stops the import', { at: server.at }, async (page) => {
  await page.goto('/login?next=/sources/import')
  await logIn(page, 'ada')
  await choose(page, { name: 'spalten.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b,c\nx1,kam,2026-03-01\nx2,ging,2026-03-02\n') })
  await page.getByText('Noch offen').waitFor()
  assert.ok(await page.getByRole('button', { name: 'Probelauf starten' }).isDisabled())
  await page.getByLabel('Bedeutung der Spalte a').selectOption('customer')
  await page.getByLabel('Bedeutung der Spalte b').selectOption('touchpoint')
  await page.getByLabel('Bedeutung der Spalte c').selectOption('time')
  await page.getByRole('button', { name: 'Probelauf starten' }).click()
  await page.getByRole('button', { name: /2 Ereignisse importieren/ }).waitFor()
})

journey('an import is watched and stopped; what was stored stays', { at: server.at }, async (page) => {
  await page.goto('/login?next=/sources/import')
  await logIn(page, 'ada')
  // Large enough to be still on its way when it is stopped.
  const many = Array.from({ length: 1_200_000 }, (_, row) => `G-${row % 40_000};Schritt ${row % 7};${String(1 + (row % 28)).padStart(2, '0')}.04.2026 08:${String(row % 60).padStart(2, '0')};web`)
  const path = `${(await import('node:os')).tmpdir()}/geleit-gross-${process.pid}.csv`
  await writeFile(path, `${[HEAD, ...many].join('\n')}\n`)
  await choose(page, path)
  await page.getByRole('button', { name: 'Probelauf starten' }).click()
  await page.getByRole('button', { name: /Ereignisse importieren/ }).click()
  await page.getByRole('progressbar').waitFor()
  await page.getByText(/je Sekunde/).waitFor()
  await page.getByRole('button', { name: 'Import anhalten' }).click()
  await page.getByRole('heading', { name: /^Import angehalten/ }).waitFor()
  const kept = await page.getByText(/Ereignisse gespeichert/).innerText()
  assert.match(kept, /Ereignisse gespeichert/)
})
