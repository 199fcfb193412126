// What to repair first: the matrix and its drawer, the ranking, targets set, changed and taken back, effects, the week's digest.
import assert from 'node:assert/strict'
import { demo, ownDemo } from './servers.js'
import { journey } from './visit.js'

const EVALUATION = '/journeys/evaluation'
const world = ownDemo(200)

const matrix = (page) => page.getByRole('group', { name: 'Wichtigkeit und Zufriedenheit' })

journey('the matrix says how touchpoints stand, and other importance means other cuts', { at: demo }, async (page) => {
  await page.goto(EVALUATION)
  const hotline = matrix(page).getByRole('button', { name: /: Hotline, / })
  await hotline.waitFor()
  const cut = matrix(page).getByText(/^Schnitt .* \(Mittel von \d+\)$/)
  assert.equal(await cut.count(), 2)
  const stated = await cut.last().textContent()

  await hotline.focus()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog', { name: 'Hotline' })
  await drawer.getByText('Abgeleitete Wichtigkeit').waitFor()
  await drawer.getByText(/n = .* Kunden/).first().waitFor()
  assert.equal(await drawer.getByRole('link', { name: 'Touchpoint öffnen' }).getAttribute('href'), '/touchpoints/hotline')
  assert.match(await drawer.getByRole('link', { name: 'Journeys ansehen' }).getAttribute('href'), /^\/journeys\/explorer\?where=did\+hotline$/)
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })

  await page.getByRole('radio', { name: 'abgeleitet' }).check()
  await page.getByText('Die Felder sind andere als bei angegebener Wichtigkeit.').waitFor()
  await matrix(page).getByText('↑ Wichtigkeit, abgeleitet (0 bis 10)').waitFor()
  assert.notEqual(await cut.last().textContent(), stated)
  assert.match(page.url(), /importance=derived/)

  await page.getByRole('button', { name: 'Als Tabelle' }).click()
  await page.getByRole('row').filter({ hasText: 'Hotline' }).waitFor()
})

journey('what to repair first is ranked, with the reason in words', { at: demo }, async (page) => {
  await page.goto(`${EVALUATION}?tab=repair`)
  const first = page.getByRole('tabpanel').getByRole('listitem').first()
  await first.getByText(/Stimmungen sind schlecht\.$/).waitFor()
  await first.getByText(/n = .* Kunden/).waitFor()
  const title = await first.getByRole('button').textContent()
  await first.getByRole('button').click()
  await page.getByRole('dialog', { name: title.trim() }).waitFor()
})

journey('a target is set, changed and removed, and comes back', { at: world }, async (page) => {
  await page.goto(`${EVALUATION}?tab=targets`)
  const target = page.getByRole('tabpanel').getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Chat ohne Ärger' }) })
  const toast = (text) => page.locator('.toast').filter({ hasText: text })

  await page.getByRole('button', { name: 'Neues Ziel' }).click()
  const form = page.getByRole('dialog', { name: 'Neues Ziel' })
  await form.getByRole('button', { name: 'Speichern' }).click()
  await form.getByText('Das fehlt noch.').first().waitFor()
  await form.getByLabel('Titel').fill('Chat ohne Ärger')
  await form.getByLabel('Touchpoint').selectOption({ label: 'Web chat' })
  await form.getByLabel('Mindestens', { exact: true }).fill('0,4')
  await form.getByLabel('Alarm endet ab').fill('0,2')
  await form.getByText('Liegt unter dem Ziel: Kein Alarm würde dauern.').waitFor()
  await form.getByLabel('Alarm endet ab').fill('0,6')
  await form.getByRole('button', { name: 'Speichern' }).click()
  await toast('Ziel „Chat ohne Ärger“ gesetzt').waitFor()
  await target.getByText('Ziel: mindestens 0,4 · Alarm endet ab 0,6').waitFor()

  await target.getByRole('button', { name: 'Mehr zu „Chat ohne Ärger“' }).click()
  await page.getByRole('menuitem', { name: 'Bearbeiten' }).click()
  const change = page.getByRole('dialog', { name: 'Ziel ändern' })
  assert.equal(await change.getByLabel('Mindestens', { exact: true }).inputValue(), '0,4')
  await change.getByLabel('Mindestens', { exact: true }).fill('0,5')
  await change.getByRole('button', { name: 'Speichern' }).click()
  await target.getByText('Ziel: mindestens 0,5').waitFor()
  await toast('geändert').getByRole('button', { name: 'Rückgängig' }).click()
  await target.getByText('Ziel: mindestens 0,4').waitFor()

  await target.getByRole('button', { name: 'Mehr zu „Chat ohne Ärger“' }).click()
  await page.getByRole('menuitem', { name: 'Entfernen' }).click()
  await target.waitFor({ state: 'detached' })
  await toast('entfernt').getByRole('button', { name: 'Rückgängig' }).click()
  await target.waitFor()
})

journey('a solution shows what was before and after it, and what that is not', { at: demo }, async (page) => {
  await page.goto('/journeys/improve?show=solutions&all=1&open=repair-texts')
  await page.getByRole('tab', { name: 'Wirkung' }).click()
  await page.getByText('kein Experiment').waitFor()
  await page.getByRole('heading', { name: 'Workshop check-in' }).last().waitFor()
})

journey('the start screen tells what stands out in the week, or that nothing does', { at: demo }, async (page) => {
  await page.goto('/')
  const digest = page.getByRole('region', { name: 'Auffälliges der Woche' })
  await digest.getByText(/\d{4}-W\d{2}, .* Wochen davor verglichen\./).waitFor()
})
