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

journey('which moods count and how many customers it takes are set, and stand in the address', { at: demo }, async (page) => {
  await page.goto(EVALUATION)
  const now = page.locator('summary').filter({ hasText: 'Einstellungen' })
  await matrix(page).waitFor()
  assert.equal((await now.textContent()).trim(), 'Einstellungen: gemeldete Stimmungen · abgeleitet ab 20 Kunden · gereiht ab 10 Kunden')
  await now.click()
  const few = page.getByLabel('Kunden für einen Rang')
  await few.fill('40')
  await few.press('Enter')
  await page.getByText('Grau und gestrichelt: weniger als 40 Kunden.').waitFor()
  await page.waitForURL(/few=40/)
  const least = page.getByLabel('Kunden für abgeleitete Wichtigkeit')
  await least.fill('3')
  await least.press('Enter')
  await page.getByText('Eine ganze Zahl von 4 bis 1.000.000.').waitFor()
  assert.doesNotMatch(page.url(), /least=/, 'what does not fit is not asked')
  await least.fill('30')
  await least.press('Enter')
  await page.waitForURL(/least=30/)
  await page.getByLabel('Welche Stimmungen zählen').selectOption({ label: 'angenommene Stimmungen' })
  await page.getByText('Noch hat kein Touchpoint beides').waitFor()
  await page.waitForURL(/origin=assumed/)

  // Both views ask the same; whoever opens the address later, too.
  await page.goto(`${EVALUATION}?tab=repair&origin=any&few=5000`)
  await page.getByText('alle Stimmungen · abgeleitet ab 20 Kunden · gereiht ab 5.000 Kunden').waitFor()
  await page.getByText(/^Ohne Rang, weil zu wenige Stimmungen vorliegen: /).waitFor()
  await now.click()
  await few.fill('')
  await few.press('Enter')
  await page.waitForURL((url) => !url.search.includes('few'))
  assert.equal(await few.inputValue(), '10')
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

journey('targets tell how their intervals were found', { at: demo }, async (page) => {
  await page.goto(`${EVALUATION}?tab=targets`)
  await page.getByText(/95-%-Intervall .* Stimmungen · Student-t, Kunden als Einheiten$/).first().waitFor()
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
  await page.goto('/journeys/improve?show=solutions&all=1')
  await page.getByRole('listitem').filter({ hasText: 'Text messages from the workshop' }).getByRole('link', { name: 'Gemessene Wirkung' }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('tab', { name: 'Wirkung', selected: true }).waitFor()
  await drawer.getByText('kein Experiment').waitFor()
  await drawer.getByRole('heading', { name: 'Workshop check-in' }).last().waitFor()

  await drawer.getByText('Einstellungen: je 90 Tage · ab 10 Kunden oder Urteilen').click()
  await drawer.getByLabel('Tage vorher und nachher').fill('31')
  await drawer.getByLabel('Tage vorher und nachher').press('Enter')
  await drawer.getByText('Vorher 01.01.2026 bis 31.01.2026, nachher 01.02.2026 bis 03.03.2026.').waitFor()
  await drawer.getByLabel('Kunden je Seite').fill('100000')
  await drawer.getByLabel('Kunden je Seite').press('Enter')
  await drawer.getByText('Mit weniger als 100.000 Kunden').waitFor()
  await page.waitForURL(/days=31&least=100000/)
  await page.keyboard.press('Escape')
  await page.waitForURL(/show=solutions&all=1$/)
})

journey('an effect tells how its intervals were found, and more of it over a longer time', { at: world }, async (page) => {
  const { csrf } = await (await page.request.get('/v1/me')).json()
  const body = { title: 'Rückruf statt Warten', opportunities: ['call-back', 'one-story'], since: '2026-02-01', progress: 'done' }
  const written = await page.request.put('/v1/plans/solution/call-back-desk', { headers: { 'x-csrf-token': csrf }, data: { body } })
  assert.ok(written.ok(), await written.text())
  await page.goto('/journeys/improve?show=solutions&all=1&open=call-back-desk&part=effect')
  const drawer = page.getByRole('dialog', { name: 'Rückruf statt Warten' })
  await drawer.getByText(/95-%-Intervall .* · Welch, Kunden als Einheiten$/).first().waitFor()
  const design = drawer.getByText(/95-%-Intervall .* · Newcombe, n nach Design-Effekt$/)
  assert.equal(await design.count(), 0)
  await page.goto('/journeys/improve?show=solutions&all=1&open=call-back-desk&part=effect&days=180')
  await design.first().waitFor()
})

journey('the start screen tells what stands out in the week, or that nothing does', { at: demo }, async (page) => {
  await page.goto('/')
  const digest = page.getByRole('region', { name: 'Auffälliges der Woche' })
  await digest.getByText(/\d{4}-W\d{2}, /).waitFor()
  await digest.getByText(/Zahlen mit den \d+ Wochen davor verglichen\./).waitFor()
})
