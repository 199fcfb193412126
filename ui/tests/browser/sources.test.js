// Who sends, what arrives, and what could not be read.
import assert from 'node:assert/strict'
import { logIn, own } from './servers.js'
import { journey } from './visit.js'

const server = own({ people: { ada: 'admin' } })

journey('a source is made, sends, and is seen live; what it sent badly is repaired', { at: server.at }, async (page, { context }) => {
  await page.goto('/login?next=/sources')
  await logIn(page, 'ada')
  await page.getByRole('button', { name: 'Quelle', exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('hotline')
  await dialog.getByRole('button', { name: 'Schlüssel erzeugen' }).click()
  await page.getByText('Quelle „hotline“ angelegt').waitFor()
  const drawer = page.getByRole('dialog')
  const key = (await drawer.locator('code').filter({ hasText: /^glw_/ }).first().innerText()).trim()

  const live = await context.newPage()
  await live.goto('/sources?show=live')
  await live.getByText('verbunden').waitFor()

  await drawer.getByRole('button', { name: 'Ein Ereignis senden' }).click()
  await drawer.getByText(/Angekommen nach [\d.]+ ms/).waitFor()
  const tail = live.getByRole('region', { name: 'Live' })
  await tail.getByRole('row').nth(1).waitFor()
  assert.match(await tail.innerText(), /hotline/)

  // As the hotline's own system sends, with one event that nobody can be found for.
  const batch = [
    { type: 'track', event: 'Anruf', messageId: 'm-1', userId: 'k-1', timestamp: new Date().toISOString() },
    { type: 'track', event: 'Rückruf', messageId: 'm-2', timestamp: new Date().toISOString() },
  ]
  const sent = await fetch(`${await server.at()}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
  })
  assert.equal(sent.status, 200)
  await tail.getByText('Anruf').waitFor()
  await live.getByText(/in die Quarantäne gelegt/).waitFor()

  await page.goto('/sources?show=quarantine')
  await page.getByRole('table', { name: 'Quarantäne' }).getByText('Wer fehlt').click()
  const item = page.getByRole('dialog')
  const payload = item.getByLabel('Inhalt des Eintrags, zu bearbeiten')
  await payload.fill((await payload.inputValue()).replace('"messageId"', '"userId": "k-2", "messageId"'))
  await item.getByText('So ist der Eintrag lesbar.').waitFor()
  await item.getByRole('button', { name: 'Reparieren' }).click()
  await page.getByText('1 repariert').waitFor()
  await tail.getByText('Rückruf').waitFor()
})
