// Who somebody is: found, looked at, joined, parted.
import assert from 'node:assert/strict'
import { demo, ownDemo } from './servers.js'
import { journey } from './visit.js'

const changed = ownDemo(300)

async function search(page, text) {
  await page.goto('/customers')
  await page.getByRole('combobox', { name: 'Kunden suchen' }).fill(text)
  const first = page.getByRole('option').first()
  await first.waitFor()
  return first
}

journey('somebody is found by a part of the name and looked at, event by event', { at: demo }, async (page) => {
  const found = await search(page, 'anna')
  const name = await found.locator('[translate=no]').first().innerText()
  await found.click()
  await page.waitForURL('**/customers/c*')
  await page.getByRole('heading', { level: 1, name }).waitFor()
  assert.doesNotMatch(await page.title(), new RegExp(name), 'names of people stand in no history')
  const list = page.getByRole('group', { name: 'Ereignisse, die neuesten zuerst' })
  await list.waitFor()
  await list.getByRole('button').first().click()
  const event = page.getByRole('dialog')
  await event.getByText('Warum bei diesem Kunden').waitFor()
  await event.getByText('Nachricht-ID', { exact: true }).waitFor()
  await page.waitForURL(/event=/)
  await page.keyboard.press('Escape')
  await event.waitFor({ state: 'hidden' })
  await page.getByRole('tab', { name: 'Verbindungen' }).click()
  await page.getByText('stärkste Kennung').waitFor()
})

journey('somebody is found by an identifier from anywhere', { at: demo }, async (page) => {
  const { customers } = await (await page.request.get('/v1/customers/search?q=anna')).json()
  const { value } = customers[0].identifiers.find((one) => one.kind === 'email') ?? customers[0].identifiers[0]
  await page.goto('/')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(value)
  await page.getByRole('option').filter({ hasText: value }).click()
  await page.waitForURL(`**/customers/${customers[0].customer}`)
})

journey('two become one and two again, each with its reason and a way back', { at: changed }, async (page) => {
  const { customers } = await (await page.request.get('/v1/customers/search?q=example.org&limit=50')).json()
  // Two accounts are never one person, so at most one of the two has any.
  const free = customers.filter(({ identifiers }) => identifiers.every(({ kind }) => kind === 'email' || kind === 'anonymous_id'))
  assert.ok(free.length >= 2, `${free.length} of ${customers.length} have no account and no card`)
  const [one, other] = free.slice(0, 2).map(({ customer }) => customer).toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  const { value } = customers.find(({ customer }) => customer === other).identifiers[0]
  await page.goto(`/customers/${one}`)
  await page.getByRole('button', { name: 'Ist dieselbe Person wie …' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox').fill(value)
  await dialog.getByRole('option').filter({ hasText: other }).first().click()
  await dialog.getByText(`${one} bleibt, ${other} führt danach dorthin.`).waitFor()
  await dialog.getByLabel('Grund').fill('am Telefon bestätigt')
  await dialog.getByRole('button', { name: 'Zusammenführen' }).click()
  await page.getByText(`Zusammengeführt zu ${one}`).waitFor()
  await page.getByText(new RegExp(`früher auch ${other}`)).waitFor()
  await page.getByRole('tab', { name: 'Entscheidungen' }).click()
  await page.getByText('„am Telefon bestätigt“').waitFor()
  await page.getByRole('button', { name: 'Wieder trennen' }).click()
  await page.getByText(/^Getrennt:/).waitFor()
  await page.goto(`/customers/${other}`)
  await page.getByRole('tab', { name: 'Verbindungen' }).click()
  await page.getByText('getrennt', { exact: true }).first().waitFor()
})

journey('a doubtful pair is decided by a key and taken back', { at: changed }, async (page) => {
  await page.goto('/customers/review')
  const progress = page.getByRole('status').filter({ hasText: 'entschieden' })
  await progress.filter({ hasText: /^0 entschieden/ }).waitFor()
  await page.getByLabel('Grund (freiwillig)').fill('verschiedene Menschen')
  await page.getByLabel('Grund (freiwillig)').blur()
  await page.keyboard.press('d')
  await page.getByText(/: zwei Personen$/).waitFor()
  await progress.filter({ hasText: /^1 entschieden/ }).waitFor()
  await page.getByRole('button', { name: 'Rückgängig' }).click()
  await progress.filter({ hasText: /^0 entschieden/ }).waitFor()
})

journey('a filter is kept as a segment, which counts the same, is changed and removed', { at: changed }, async (page) => {
  await page.goto('/journeys/explorer?view=variants&where=did+order')
  await page.getByRole('button', { name: 'Als Segment speichern' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Titel').fill('Wer bestellt hat')
  assert.equal(await dialog.getByLabel('Kurzname').inputValue(), 'wer-bestellt-hat')
  await dialog.getByRole('button', { name: 'Speichern' }).click()
  await page.getByText('Segment „Wer bestellt hat“ gespeichert').waitFor()
  await page.goto('/segments')
  const row = page.getByRole('listitem').filter({ hasText: 'Wer bestellt hat' })
  await row.getByText(/\s%$/).waitFor()
  await row.getByRole('button', { name: 'Mehr zu Wer bestellt hat' }).click()
  await page.getByRole('menuitem', { name: 'Löschen' }).click()
  await page.getByText('„Wer bestellt hat“ gelöscht').waitFor()
  await row.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Rückgängig' }).click()
  await row.waitFor()
})
