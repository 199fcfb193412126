// The register: edited in place, by two people at once, and filled from what the data has found.
import assert from 'node:assert/strict'
import { ownDemo } from './servers.js'
import { journey } from './visit.js'

const world = ownDemo(120)

/** The cell of a touchpoint's row under a column, told by its place. */
async function cell(page, touchpoint, column) {
  const grid = page.getByRole('grid', { name: 'Register' })
  await grid.waitFor()
  const heads = await grid.locator('thead th').allInnerTexts()
  const at = heads.findIndex((head) => head.trim() === column)
  assert.ok(at >= 0, `${column} is none of ${heads}`)
  return grid.getByRole('row').filter({ has: page.getByRole('link', { name: touchpoint, exact: true }) }).getByRole('gridcell').nth(at)
}

async function edit(page, touchpoint, column, value) {
  const at = await cell(page, touchpoint, column)
  await at.click()
  await at.getByRole('textbox').or(at.getByRole('combobox')).first().fill(value)
  await page.keyboard.press('Enter')
  return at
}

journey('a field is edited in place, saved at once, and taken back', { at: world }, async (page) => {
  await page.goto('/touchpoints')
  const before = (await (await cell(page, 'Test ride', 'Verantwortlich')).innerText()).trim()
  const at = await edit(page, 'Test ride', 'Verantwortlich', 'Kim Sommer')
  await page.getByText('Test ride: Verantwortlich gespeichert').waitFor()
  assert.equal((await at.innerText()).trim(), 'Kim Sommer')
  await page.getByRole('button', { name: 'Rückgängig' }).click()
  await page.getByText('Zurückgenommen').waitFor()
  assert.equal((await at.innerText()).trim(), before)
})

journey('two change the same field: both values are shown, one is chosen', { at: world }, async (page, { context, expects }) => {
  const other = await context.newPage()
  for (const each of [page, other]) {
    await each.goto('/touchpoints')
    await cell(each, 'Home page', 'Verantwortlich')
  }
  await edit(other, 'Home page', 'Verantwortlich', 'Team Web')
  await other.getByText('Home page: Verantwortlich gespeichert').waitFor()
  expects(409, '/v1/plans/touchpoint/')
  await edit(page, 'Home page', 'Verantwortlich', 'Team Marke')
  const clash = page.getByRole('dialog', { name: 'Zwei haben dasselbe Feld geändert' })
  await clash.getByText('Team Web').waitFor()
  await clash.getByText('Team Marke').waitFor()
  await clash.getByRole('button', { name: 'Eigene nehmen' }).click()
  await page.getByText('Home page: Verantwortlich gespeichert').waitFor()
  await other.reload()
  assert.equal((await (await cell(other, 'Home page', 'Verantwortlich')).innerText()).trim(), 'Team Marke')
})

journey('what was discovered becomes a touchpoint by a rule, after a look at what the rule would do', { at: world }, async (page) => {
  await page.goto('/touchpoints?show=discovered')
  const found = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Reviews Opened' }) })
  await found.getByRole('button', { name: 'Eintragen …' }).click()
  const dialog = page.getByRole('dialog')
  assert.equal(await dialog.getByLabel('Titel').inputValue(), 'Reviews Opened')
  await dialog.getByLabel('Titel').fill('Bewertungen gelesen')
  await dialog.getByLabel('Moment').selectOption({ label: 'vor dem Kauf' })
  await dialog.getByText(/trifft die Regel/).waitFor()
  await dialog.getByRole('button', { name: 'Touchpoint und Regel speichern' }).click()
  await page.getByText('„Bewertungen gelesen“ eingetragen, die Regel gilt').waitFor()
  await found.waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: /^Register/ }).click()
  await page.getByRole('link', { name: 'Bewertungen gelesen', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Bewertungen gelesen' }).waitFor()
  await page.getByRole('heading', { name: 'Regeln, die hierher führen' }).waitFor()
})
