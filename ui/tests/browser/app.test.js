// The app around the screens: language, appearance, roles, what is nowhere, and the server gone.
import assert from 'node:assert/strict'
import { demo, logIn, own } from './servers.js'
import { journey } from './visit.js'

const roles = own({ people: { ada: 'admin', sam: 'service' } })

journey('every word is of the chosen language, and it is kept', { at: demo }, async (page) => {
  await page.goto('/')
  const labels = () => page.getByRole('navigation').locator('a.entry').allInnerTexts()
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  const german = await labels()
  await page.getByRole('button', { name: /demo/ }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'How it goes' }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  const english = await labels()
  assert.equal(english.length, german.length)
  const same = english.filter((label) => german.includes(label))
  assert.deepEqual(same.toSorted(), ['Import', 'Start', 'Touchpoints'], 'all others differ')
  await page.reload()
  await page.getByRole('heading', { name: 'How it goes' }).waitFor()
})

journey('dark is dark, light is light, and it is kept', { at: demo }, async (page) => {
  await page.goto('/')
  const ground = () => page.evaluate(() => {
    const [red, green, blue] = getComputedStyle(document.querySelector('main')).backgroundColor.match(/[\d.]+/g).map(Number)
    return (red + green + blue) / 3
  })
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.ok((await ground()) > 200)
  await page.getByRole('button', { name: /demo/ }).click()
  await page.getByRole('menuitemradio', { name: 'Dunkel' }).click()
  assert.ok((await ground()) < 80)
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.ok((await ground()) < 80)
})

journey('whoever serves customers sees customers and no analyses', { at: roles.at }, async (page) => {
  await page.goto('/login')
  await logIn(page, 'sam')
  await page.getByText('Diese Rolle sieht keine Auswertungen.').waitFor()
  const entries = await page.getByRole('navigation').locator('a.entry').allInnerTexts()
  assert.ok(entries.includes('Kunden'), String(entries))
  assert.ok(!entries.includes('Erkunden') && !entries.includes('Import'), String(entries))
  await page.goto('/journeys/explorer')
  await page.getByRole('heading', { name: 'Kein Zugriff' }).waitFor()
  await page.goto('/touchpoints')
  await page.getByRole('heading', { level: 1, name: 'Touchpoints' }).waitFor()
})

journey('a path that is nowhere says so and leads back', { at: demo }, async (page) => {
  await page.goto('/nirgends')
  await page.getByRole('heading', { name: 'Diese Seite gibt es nicht' }).waitFor()
  await page.getByRole('link', { name: 'Zum Start' }).click()
  await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor()
})
