// Journey maps: made from a template, worked on in place, by pointer and by keys, by two people at once; saved by themselves,
// brought back, remarked on, shown, and put on paper.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { bytesOf } from './chromium.js'
import { logIn, own } from './servers.js'
import { journey, open } from './visit.js'

const server = own({ people: { ada: 'admin', ben: 'manager', mia: 'marketer' } })

/** Speaks to the API as a program does. */
let token
async function api(method, path, body) {
  token ??= (await server.run('token', 'create', '--name', 'tests', '--role', 'admin')).token
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }
  return fetch((await server.at()) + path, { method, headers, body: body && JSON.stringify(body) })
}
const stored = async (name) => (await api('GET', `/v1/plans/map/${name}`)).json()
async function put(name, body) {
  const now = await api('GET', `/v1/plans/map/${name}`)
  const expected_version = now.ok ? (await now.json()).version : 0
  const answer = await api('PUT', `/v1/plans/map/${name}`, { body, expected_version })
  assert.equal(answer.status, 200, await answer.text())
}

/** A small map under a name of its own. */
const small = () => ({
  title: 'Probefahrt',
  stage: [{ id: 'before', title: 'Vorher' }, { id: 'there', title: 'Im Laden' }, { id: 'after', title: 'Danach' }],
  step: [
    { id: 'books', title: 'Bucht', stage: 'before', expectation: 'Ein Termin diese Woche', emotion: { all: 0 } },
    { id: 'comes', title: 'Kommt', stage: 'there', emotion: { all: 1 }, expected: 1 },
    { id: 'rides', title: 'Fährt', stage: 'there', emotion: { all: 2 }, expected: 2, moment_of_truth: 'first' },
  ],
})

/** Logs in on the way to a place. */
async function come(page, path, who = 'ada') {
  await page.goto(`/login?next=${encodeURIComponent(path)}`)
  await logIn(page, who)
}

async function visit(page, name, { query = '', who = 'ada' } = {}) {
  await come(page, `/journeys/maps/${name}${query}`, who)
  await page.locator('[data-step]').first().waitFor()
}
const saved = (page, version) => page.getByText(version ? `Gesichert, Fassung ${version}` : /^Gesichert, Fassung/).first().waitFor({ state: 'attached' })
const card = (page, id) => page.locator(`[data-step="${id}"]`)
const order = (page) => page.locator('[data-step]').evaluateAll((cards) => cards.map((one) => one.dataset.step))
/** The cell of a lane at a step. */
async function cell(page, lane, id) {
  const at = await card(page, id).getAttribute('data-at')
  return page.locator(`[data-at="${lane}|${at.split('|')[1]}"]`)
}
const steps = async (name) => (await stored(name)).body.step.map((step) => `${step.id} ${step.stage ?? '-'}`)
/** Waits until the server has what is wanted of a map. */
async function until(name, wanted) {
  for (let turn = 0; ; turn += 1) {
    const { body } = await stored(name)
    if (wanted(body)) return body
    assert.ok(turn < 60, `the server has\n${JSON.stringify(body, null, 1)}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

test('the server refuses what the editor says it would, and takes the rest', async () => {
  const { refused, taken } = JSON.parse(readFileSync(new URL('../../src/screens/maps/document/checks.json', import.meta.url), 'utf8'))
  for (const [what, plan] of refused) {
    const answer = await api('PUT', '/v1/plans/map/refused', { body: { title: 'Kauf', ...plan }, expected_version: 0 })
    assert.equal(answer.status, 400, `${what}: ${await answer.text()}`)
  }
  for (const [at, [what, plan]] of taken.entries()) {
    const answer = await api('PUT', '/v1/plans/map/taken', { body: { title: 'Kauf', ...plan }, expected_version: at })
    assert.equal(answer.status, 200, `${what}: ${await answer.text()}`)
  }
})

journey('every template becomes a map that the server takes, with its touchpoints in the register', { at: server.at }, async (page) => {
  await come(page, '/journeys/maps')
  await page.getByRole('heading', { level: 1, name: 'Journey Maps' }).waitFor()
  for (const [name, title, slug] of [
    ['car', 'Autokauf', 'autokauf'],
    ['ebike', 'E-Bike-Kauf', 'e-bike-kauf'],
    ['insurance', 'Versicherung abschließen', 'versicherung-abschliessen'],
    ['bank', 'Girokonto eröffnen', 'girokonto-eroeffnen'],
    ['b2b', 'B2B-Beschaffung', 'b2b-beschaffung'],
    ['service', 'Servicefall', 'servicefall'],
    ['connected', 'Vernetztes Produkt nach dem Kauf', 'vernetztes-produkt-nach-dem-kauf'],
  ]) {
    await page.goto('/journeys/maps')
    await page.getByRole('button', { name: 'Map anlegen' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Neue Map' })
    await dialog.getByRole('radio', { name: new RegExp(`^${title}`) }).check()
    assert.equal(await dialog.getByLabel('Titel').inputValue(), title)
    await dialog.getByText('Touchpoints der Vorlage ins Register eintragen').waitFor()
    await dialog.getByRole('button', { name: 'Anlegen' }).click()
    await page.waitForURL(`**/journeys/maps/${slug}`)
    await saved(page, 1)
    const { body, note } = await stored(slug)
    assert.equal(note, `aus der Vorlage „${title}“`)
    assert.equal(await page.locator('[data-step]').count(), body.step.length, name)
    const register = await (await api('GET', '/v1/plans?kind=touchpoint&limit=1000')).json()
    const known = new Set(register.documents.map((one) => one.name))
    const named = body.step.flatMap((step) => [...(step.touchpoints ?? []), ...(step.failing ?? [])])
    assert.ok(named.length > 10 && named.every((touchpoint) => known.has(touchpoint)), name)
  }
})

journey('texts are written in their place, taken back, done again, saved by themselves, and are there after a reload', { at: server.at }, async (page) => {
  await put('texts', small())
  await visit(page, 'texts')
  await card(page, 'books').focus()
  await page.keyboard.press('F2')
  await page.keyboard.type('Bucht online')
  await page.keyboard.press('Enter')
  await until('texts', (body) => body.step[0].title === 'Bucht online')

  const expectation = await cell(page, 'expectation', 'books')
  await expectation.click()
  await page.keyboard.type('Heute noch')
  await page.keyboard.press('Tab')
  const next = await cell(page, 'expectation', 'comes')
  await page.waitForFunction((at) => document.activeElement?.dataset?.at === at, await next.getAttribute('data-at'))
  await page.keyboard.press('Enter')
  await page.keyboard.type('verworfen')
  await page.keyboard.press('Escape')
  await until('texts', (body) => body.step[0].expectation === 'Heute noch' && !body.step[1].expectation)

  await page.keyboard.press('Control+z')
  await page.getByText('Ein Termin diese Woche').waitFor()
  await page.keyboard.press('Control+z')
  await card(page, 'books').getByText('Bucht', { exact: true }).waitFor()
  await page.keyboard.press('Control+Shift+z')
  await page.getByRole('button', { name: /^Wiederholen: Erwartung/ }).click()
  await until('texts', (body) => body.step[0].title === 'Bucht online' && body.step[0].expectation === 'Heute noch')
  await saved(page)

  await page.reload()
  await card(page, 'books').getByText('Bucht online').waitFor()
  assert.match(await (await cell(page, 'expectation', 'books')).innerText(), /Heute noch/)
})

journey('a step is dragged into another stage, moved by keys and by its menu, added and removed', { at: server.at }, async (page) => {
  await put('moves', small())
  await visit(page, 'moves')
  const from = await card(page, 'comes').boundingBox()
  const to = await card(page, 'books').boundingBox()
  await page.mouse.move(from.x + 40, from.y + 20)
  await page.mouse.down()
  await page.mouse.move(from.x - 40, from.y + 24, { steps: 4 })
  await page.mouse.move(to.x + 20, to.y + 24, { steps: 4 })
  await page.locator('.gap').waitFor()
  await page.mouse.up()
  assert.deepEqual(await order(page), ['comes', 'books', 'rides'])
  await until('moves', (body) => body.step[0].id === 'comes' && body.step[0].stage === 'before')
  assert.equal(await page.getByRole('dialog').count(), 0, 'a drag opens nothing')

  await card(page, 'comes').focus()
  await page.keyboard.press('Alt+ArrowRight')
  assert.deepEqual(await order(page), ['books', 'comes', 'rides'])
  await page.keyboard.press('Alt+ArrowRight')
  await until('moves', (body) => body.step.map((step) => step.stage).join(' ') === 'before there there')
  await page.waitForFunction(() => document.activeElement?.dataset.step === 'comes')

  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Danach', exact: true }).click()
  await until('moves', (body) => body.step.at(-1).id === 'comes' && body.step.at(-1).stage === 'after')

  await card(page, 'comes').focus()
  await page.keyboard.press('Insert')
  await page.keyboard.type('Überlegt')
  await page.keyboard.press('Enter')
  await card(page, 'ueberlegt').waitFor()
  await page.waitForFunction(() => document.activeElement?.dataset.step === 'ueberlegt')
  await page.keyboard.press('Delete')
  await card(page, 'ueberlegt').waitFor({ state: 'detached' })
  await page.getByRole('region', { name: 'Meldungen' }).getByRole('button', { name: 'Rückgängig' }).click()
  await card(page, 'ueberlegt').waitFor()
  assert.deepEqual(await steps('moves').then((all) => all.slice(0, 3)), ['books before', 'rides there', 'comes after'])

  await page.locator('[data-stage="after"]').focus()
  await page.keyboard.press('Alt+ArrowLeft')
  await until('moves', (body) => body.stage.map((stage) => stage.id).join(' ') === 'before after there' && body.step.length === 4)
  await page.locator('[data-at="stages|0"]').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  assert.equal(await page.evaluate(() => document.activeElement.dataset.step), 'comes')
})

journey('a loop is laid down with its limit; what the server would refuse is said in words while one works on', { at: server.at }, async (page) => {
  await put('ways', small())
  await visit(page, 'ways', { query: '?step=rides&part=ways' })
  const drawer = page.getByRole('dialog', { name: 'Fährt' })
  await drawer.getByText('Noch ist kein Weg festgelegt').waitFor()
  await drawer.getByRole('button', { name: 'Weg von hier' }).click()
  await drawer.getByRole('combobox', { name: 'Weg von hier' }).selectOption({ label: 'Bucht' })
  const body = await until('ways', (now) => now.edge?.length)
  assert.deepEqual(body.edge.map((edge) => `${edge.from} > ${edge.to}`).toSorted(), ['books > comes', 'comes > rides', 'rides > books', 'rides > end', 'start > books'])
  assert.equal(await page.locator('[data-ways="below"] [data-way="rides > books"]').count(), 1)

  await drawer.getByRole('button', { name: 'Bucht', exact: true }).click()
  await drawer.getByLabel('Innerhalb von').fill('2')
  await drawer.getByLabel('Innerhalb von').press('Tab')
  await page.getByRole('button', { name: 'Nicht gesichert: etwas fehlt noch' }).click()
  await page.getByRole('button', { name: 'Weg „Fährt → Bucht“, Innerhalb von: „2“ ist keine Dauer mit Einheit wie 90s, 30m, 12h, 30d oder 2w.' }).waitFor()
  await page.keyboard.press('Escape')
  await drawer.getByLabel('Innerhalb von').fill('14d')
  await drawer.getByLabel('Innerhalb von').press('Tab')
  await saved(page)
  assert.equal((await stored('ways')).body.edge.find((edge) => edge.to === 'books' && edge.from === 'rides').within, '14d')
  await page.locator('[data-way="rides > books"]').getByText('≤ 14 Tage').waitFor()
})

journey('lanes of one’s own are added, written in, moved, hidden and removed; what is hidden stands in the address', { at: server.at }, async (page) => {
  await put('lanes', small())
  await visit(page, 'lanes')
  for (const title of ['Systeme', 'Recht']) {
    await page.getByRole('button', { name: 'Bahnen' }).click()
    await page.getByRole('button', { name: 'Bahn anlegen' }).click()
    await page.keyboard.type(title)
    await page.keyboard.press('Enter')
    await page.getByRole('rowheader', { name: title }).waitFor()
  }
  await write(page, 'lane:recht', 'rides', 'Haftung geklärt')
  await page.locator('[data-at="lane:recht|-1"]').focus()
  await page.keyboard.press('Alt+ArrowUp')
  await until('lanes', (body) => body.lane?.map((lane) => lane.id).join(' ') === 'recht systeme' && body.step[2].cells?.recht === 'Haftung geklärt')

  await page.getByRole('button', { name: 'Bahnen' }).click()
  await page.getByRole('checkbox', { name: 'Kanal' }).uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('rowheader', { name: 'Kanal' }).waitFor({ state: 'detached' })
  assert.match(page.url(), /hide=channel/)
  await page.reload()
  await page.getByRole('rowheader', { name: 'Recht' }).waitFor()
  assert.equal(await page.getByRole('rowheader', { name: 'Kanal' }).count(), 0)

  await page.locator('[data-at="lane:recht|-1"]').hover()
  await page.getByRole('button', { name: 'Mehr zu Recht' }).click()
  await page.getByRole('menuitem', { name: 'Bahn entfernen' }).click()
  const body = await until('lanes', (now) => now.lane?.length === 1)
  assert.equal(body.step[2].cells, undefined)
})

journey('a map that somebody else deletes stays on the page, and can be made anew', { at: server.at }, async (page, { expects }) => {
  await put('gone', small())
  await visit(page, 'gone')
  expects(404, '/v1/plans/map/gone')
  await api('DELETE', '/v1/plans/map/gone?expected_version=1')
  await page.getByRole('button', { name: 'Nicht gesichert: die Map wurde gelöscht' }).click()
  await page.getByRole('button', { name: 'Wieder anlegen' }).click()
  await saved(page, 3)
  assert.deepEqual(await steps('gone'), ['books before', 'comes there', 'rides there'])
})

journey('the emotion curve is set by pointer and by keys, and is seen in the drawer', { at: server.at }, async (page) => {
  await put('moods', small())
  await visit(page, 'moods')
  const mood = page.locator('[data-mood="books"]')
  await mood.scrollIntoViewIfNeeded()
  const { height } = await mood.boundingBox()
  await mood.click({ position: { x: 60, y: height - 16 } })
  await until('moods', (body) => body.step[0].emotion.all === -2)
  await mood.focus()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  await until('moods', (body) => body.step[0].emotion.all === 0)
  await card(page, 'books').click()
  const drawer = page.getByRole('dialog', { name: 'Bucht' })
  const felt = drawer.getByRole('group', { name: 'Gefühl: alle' })
  assert.ok(await felt.getByRole('radio', { name: /neutral/ }).isChecked())
  await drawer.getByRole('group', { name: 'Erwartetes Gefühl' }).getByRole('radio', { name: '+1 gut' }).check()
  await until('moods', (body) => body.step[0].expected === 1)
})

journey('two people write at once: all is merged, what both changed is shown to both and can be taken', { at: server.at }, async (page, { expects }) => {
  await put('two', small())
  await visit(page, 'two')
  const other = await open(await server.at())
  const ben = other.page
  await visit(ben, 'two', { who: 'ben' })

  // Ada's first version is held up on its way until Ben's is there.
  let letGo
  const held = new Promise((done) => (letGo = done))
  let first = true
  await page.route('**/v1/plans/map/two', async (route) => {
    if (route.request().method() === 'PUT' && first) {
      first = false
      await held
    }
    await route.continue()
  })
  expects(409, '/v1/plans/map/two')
  await rename(page, 'comes', 'Kommt zu uns')
  await write(page, 'owner', 'rides', 'Laden')
  await page.getByText('Wird gesichert').first().waitFor({ state: 'attached' })

  await rename(ben, 'comes', 'Ist da')
  await write(ben, 'front_stage', 'rides', 'Rad steht bereit')
  await until('two', (body) => body.step[1].title === 'Ist da' && body.step[2].front_stage === 'Rad steht bereit')
  letGo()

  const body = await until('two', (now) => now.step[2].owner === 'Laden')
  assert.equal(body.step[1].title, 'Kommt zu uns')
  assert.equal(body.step[2].front_stage, 'Rad steht bereit')
  assert.match((await (await api('GET', '/v1/plans/map/two/history')).json()).documents.map((one) => one.note).join(), /mit Fassung \d+ zusammengeführt/)

  // Both see what came from the other.
  await page.getByText(/^ben hat geändert: /).waitFor()
  assert.match(await (await cell(page, 'front_stage', 'rides')).innerText(), /Rad steht bereit/)
  await ben.getByText(/^ada hat geändert: .*Verantwortlich von „Fährt“ geändert/).waitFor()
  await card(ben, 'comes').getByText('Kommt zu uns').waitFor()

  await page.getByText('Eine Stelle haben beide geändert').waitFor()
  await page.getByRole('button', { name: 'Ansehen' }).click()
  const conflicts = page.getByRole('dialog', { name: 'Beide geändert' })
  await conflicts.getByText('Kommt zu uns').first().waitFor()
  await conflicts.getByText('Ist da').waitFor()
  await conflicts.getByRole('button', { name: 'Diese nehmen' }).click()
  await until('two', (now) => now.step[1].title === 'Ist da')
  await page.getByText('Eine Stelle haben beide geändert').waitFor({ state: 'detached' })

  // Taking back still works, and takes back only what was done here.
  await page.keyboard.press('Control+z')
  const back = await until('two', (now) => now.step[1].title === 'Kommt zu uns')
  assert.equal(back.step[2].front_stage, 'Rad steht bereit')
  assert.deepEqual(await other.close(), [])
})

async function rename(page, id, title) {
  await card(page, id).focus()
  await page.keyboard.press('F2')
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
}

async function write(page, lane, id, text) {
  await (await cell(page, lane, id)).click()
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

journey('what could not be saved is offered after a reload, and merged with what came since', { at: server.at }, async (page) => {
  await put('crash', small())
  await visit(page, 'crash', { query: '?panel=map' })
  const details = page.getByRole('dialog', { name: 'Angaben' })
  await details.getByLabel('Vorbei nach').fill('30')
  await details.getByLabel('Vorbei nach').press('Tab')
  await details.getByText('Vorbei nach: „30“ ist keine Dauer').waitFor()
  await rename(page, 'books', 'Bucht im Netz')
  await page.getByRole('button', { name: 'Nicht gesichert: etwas fehlt noch' }).waitFor()
  assert.equal((await stored('crash')).version, 1)

  await page.reload()
  await page.getByText('liegen hier Änderungen, die nicht gesichert wurden').waitFor()
  await card(page, 'books').getByText('Bucht', { exact: true }).waitFor()
  await put('crash', { ...small(), owner: 'Laden' })
  await page.getByText(/hat geändert: Verantwortlich der Map geändert$/).waitFor()
  await page.getByRole('button', { name: 'Übernehmen' }).click()
  await card(page, 'books').getByText('Bucht im Netz').waitFor()
  await details.getByLabel('Vorbei nach').fill('30d')
  await details.getByLabel('Vorbei nach').press('Tab')
  const body = await until('crash', (now) => now.over_after === '30d')
  assert.equal(body.step[0].title, 'Bucht im Netz')
  assert.equal(body.owner, 'Laden')
  await saved(page)
  await page.reload()
  await card(page, 'books').getByText('Bucht im Netz').waitFor()
  assert.equal(await page.getByText('liegen hier Änderungen').count(), 0)
})

journey('while the server cannot take it, it is said, kept, and tried again', { at: server.at }, async (page, { expects }) => {
  await put('full', small())
  await visit(page, 'full')
  expects(503, '/v1/plans/map/full')
  const problem = { type: 'urn:geleit:problem:disk_full', title: 'The disk is full', status: 503, detail: 'the disk is full', code: 'disk_full', request_id: 'x' }
  const refuse = (route) => (route.request().method() === 'PUT' ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }) : route.continue())
  await page.route('**/v1/plans/map/full', refuse)
  await rename(page, 'books', 'Bucht im Netz')
  await page.getByRole('button', { name: 'Nicht gesichert: der Server kann gerade nicht' }).click()
  await page.getByText('the disk is full').waitFor()
  await page.getByText('Nichts geht verloren').waitFor()
  await page.keyboard.press('Escape')
  await rename(page, 'rides', 'Fährt zur Probe')
  await page.unroute('**/v1/plans/map/full', refuse)
  const body = await until('full', (now) => now.step[0].title === 'Bucht im Netz')
  assert.equal(body.step[2].title, 'Fährt zur Probe')
  await saved(page)
})

journey('a state is given a name, looked at later, and restored', { at: server.at }, async (page) => {
  await put('history', small())
  await visit(page, 'history')
  await page.getByRole('button', { name: 'Verlauf' }).click()
  const drawer = page.getByRole('dialog', { name: 'Verlauf' })
  await drawer.getByLabel('Name für den jetzigen Stand').fill('vor dem Workshop')
  await drawer.getByRole('button', { name: 'Benennen' }).click()
  await drawer.getByRole('button', { name: /vor dem Workshop/ }).waitFor()
  await drawer.getByRole('button', { name: 'Schließen' }).click()
  await rename(page, 'books', 'Bucht per Telefon')
  await saved(page, 3)
  await card(page, 'rides').focus()
  await page.keyboard.press('Delete')
  await saved(page, 4)

  await page.getByRole('button', { name: 'Verlauf' }).click()
  await drawer.getByRole('button', { name: /^Fassung 4/ }).click()
  await drawer.getByText('Schritt „Fährt“ entfernt').waitFor()
  await drawer.getByRole('button', { name: /vor dem Workshop/ }).click()
  await drawer.getByRole('combobox', { name: 'Vergleichen mit' }).selectOption('4')
  await drawer.getByText('Titel von „Bucht“ geändert').waitFor()
  await drawer.getByRole('button', { name: 'Ansehen' }).click()
  await page.getByText(/^Fassung 2 vom .* Nur zum Ansehen\.$/).waitFor()
  assert.deepEqual(await order(page), ['books', 'comes', 'rides'])
  assert.equal(await page.getByRole('button', { name: 'Phase anlegen' }).count(), 0)
  await drawer.getByRole('button', { name: 'Wiederherstellen' }).click()
  const body = await until('history', (now) => now.step.length === 3)
  assert.equal(body.step[0].title, 'Bucht')
  await saved(page, 5)
  assert.equal((await stored('history')).note, 'Fassung 2 wiederhergestellt')
  await page.getByRole('button', { name: /^Rückgängig: / }).click()
  await until('history', (now) => now.step.length === 2 && now.step[0].title === 'Bucht per Telefon')
})

journey('a step is remarked on, answered, and the thread settled and brought back', { at: server.at }, async (page) => {
  await put('remarks', small())
  await visit(page, 'remarks', { query: '?step=comes&part=comments' })
  const drawer = page.getByRole('dialog', { name: 'Kommt' })
  await drawer.getByLabel('Kommentar schreiben').fill('Weiß der Laden davon?')
  await drawer.getByRole('button', { name: 'Senden' }).click()
  await drawer.getByText('Weiß der Laden davon?').waitFor()
  await drawer.getByRole('button', { name: 'Antworten' }).click()
  await drawer.getByRole('textbox', { name: 'Antworten' }).fill('Ja, seit Montag.')
  await page.keyboard.press('Control+Enter')
  await drawer.getByText('Ja, seit Montag.').waitFor()
  const about = async () => (await (await api('GET', '/v1/plans?kind=comment')).json()).documents.filter((one) => one.body.about === 'map/remarks')
  assert.deepEqual((await about()).map(({ author, body }) => [author, body.place, Boolean(body.reply_to)]).toSorted(), [['ada', 'step/comes', false], ['ada', 'step/comes', true]])
  await card(page, 'comes').getByRole('button', { name: '2 Kommentare' }).waitFor({ state: 'attached' })

  await drawer.getByRole('button', { name: 'Erledigt' }).click()
  await drawer.getByText('Noch kein Kommentar.').waitFor()
  assert.equal((await about()).length, 0)
  await page.getByRole('region', { name: 'Meldungen' }).getByRole('button', { name: 'Rückgängig' }).click()
  await drawer.getByText('Ja, seit Montag.').waitFor()
  assert.equal((await about()).length, 2)
})

journey('the map is shown page by page, by keys', { at: server.at }, async (page) => {
  await put('shown', small())
  await visit(page, 'shown')
  await page.getByRole('button', { name: 'Vorführen' }).click()
  const shown = page.getByRole('dialog', { name: 'Vorführung: Probefahrt' })
  await shown.getByRole('heading', { name: 'Probefahrt' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await shown.getByRole('heading', { level: 2, name: 'Vorher' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await shown.getByRole('heading', { level: 3, name: 'Fährt' }).waitFor()
  assert.match(page.url(), /mode=present&slide=2/)
  await page.keyboard.press('ArrowLeft')
  await shown.getByRole('heading', { level: 2, name: 'Vorher' }).waitFor()
  // The first may end the full screen only.
  await page.keyboard.press('Escape')
  if (await shown.count()) await page.keyboard.press('Escape')
  await shown.waitFor({ state: 'detached' })
  await page.getByRole('grid', { name: 'Probefahrt' }).waitFor()
})

journey('the map becomes a picture and sheets of A3', { at: server.at }, async (page) => {
  const plan = small()
  const many = Array.from({ length: 24 }, (_, n) => ({ id: `s${n}`, title: `Schritt ${n + 1}`, stage: 'after', front_stage: 'Ein Satz, der sagt, was man sieht.' }))
  await put('paper', { ...plan, step: [...plan.step, ...many], edge: [{ from: 'books', to: 'rides', within: '2d' }, { from: 's9', to: 's2' }, { from: 'comes', to: 'books' }, ...many.slice(1).map((step, n) => ({ from: `s${n}`, to: step.id })), { from: 'rides', to: 's0' }, { from: 'start', to: 'comes' }, { from: 'start', to: 'books' }] })
  await visit(page, 'paper')
  const titles = [...plan.step, ...many].map((step) => step.title)

  const files = {}
  for (const format of ['SVG', 'PNG']) {
    await page.getByRole('button', { name: 'Exportieren' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: `Als Bild (${format})` }).click()
    const file = await download
    assert.match(file.suggestedFilename(), new RegExp(`^probefahrt-\\d{4}-\\d{2}-\\d{2}\\.${format.toLowerCase()}$`))
    files[format] = await bytesOf(file)
  }
  const said = await page.evaluate((text) => {
    const svg = new DOMParser().parseFromString(text, 'image/svg+xml')
    if (svg.querySelector('parsererror')) throw new Error(svg.querySelector('parsererror').textContent)
    return { foreign: svg.querySelectorAll('foreignObject').length, width: Number(svg.documentElement.getAttribute('width')), height: Number(svg.documentElement.getAttribute('height')), texts: [...svg.querySelectorAll('text')].map((one) => one.textContent) }
  }, files.SVG.toString('utf8'))
  assert.equal(said.foreign, 0)
  for (const title of [...titles, 'Probefahrt', 'Vorher', 'Im Laden', '≤ 2 Tage']) assert.ok(said.texts.includes(title), `${title} is not in the picture`)
  assert.deepEqual([...files.PNG.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const [width, height] = [files.PNG.readUInt32BE(16), files.PNG.readUInt32BE(20)]
  assert.ok(Math.abs(width - 2 * said.width) <= 2 && Math.abs(height - 2 * said.height) <= 2, `${width} x ${height} of ${said.width} x ${said.height}`)

  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
  const text = pdf.toString('latin1')
  const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*([\d.\s]+?)\s*\]/g)].map(([, box]) => box.split(/\s+/).map(Number))
  assert.ok(boxes.length >= 2, `${boxes.length} sheets`)
  for (const [x, y, right, top] of boxes) {
    // A3 in landscape: 420 x 297 mm at 72 points per inch.
    assert.ok(x === 0 && y === 0 && Math.abs(right - 1190.55) < 2 && Math.abs(top - 841.89) < 2, `${right} x ${top}`)
  }
  // Every step stands whole on one of the sheets.
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  const sheets = await page.locator('.sheet').evaluateAll((all) => all.map((sheet) => [...sheet.querySelectorAll('text')].map((one) => one.textContent)))
  assert.equal(sheets.length, boxes.length)
  for (const title of titles) assert.equal(sheets.filter((texts) => texts.includes(title)).length, 1, title)
  assert.ok(sheets.every((texts) => texts.includes('Probefahrt') && texts.some((one) => one.includes('Fassung 1')) && texts.some((one) => one.startsWith('Moment der Wahrheit'))))
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  assert.equal(await page.locator('.sheet').count(), 0)
})

journey('maps are listed with what they are part of, copied, and deleted and brought back', { at: server.at }, async (page) => {
  await put('part', { ...small(), title: 'Termin buchen' })
  await put('whole', { ...small(), title: 'Zum Rad', step: [{ id: 'a', title: 'A', map: 'part' }] })
  await come(page, '/journeys/maps')
  const item = (title) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name: title, exact: true }) })
  await item('Termin buchen').getByText('Teil von Zum Rad').waitFor()
  await item('Termin buchen').getByText('3 Phasen, 3 Schritte').waitFor()
  await item('Termin buchen').getByRole('button', { name: 'Mehr zu Termin buchen' }).click()
  await page.getByRole('menuitem', { name: 'Kopie anlegen' }).click()
  await page.getByRole('dialog', { name: 'Neue Map' }).getByRole('button', { name: 'Anlegen' }).click()
  await page.getByRole('heading', { level: 1, name: 'Termin buchen (Kopie)' }).waitFor()
  assert.equal((await stored('termin-buchen-kopie')).body.step.length, 3)

  await page.getByRole('link', { name: 'Journey Maps' }).first().click()
  await item('Termin buchen (Kopie)').getByRole('button', { name: 'Mehr zu Termin buchen (Kopie)' }).click()
  await page.getByRole('menuitem', { name: 'Löschen' }).click()
  await item('Termin buchen (Kopie)').waitFor({ state: 'detached' })
  assert.equal((await api('GET', '/v1/plans/map/termin-buchen-kopie')).status, 404)
  await page.getByRole('button', { name: 'Rückgängig' }).click()
  await item('Termin buchen (Kopie)').waitFor()
})

journey('whoever may not write sees all and changes nothing', { at: server.at }, async (page) => {
  await put('reading', small())
  await visit(page, 'reading', { who: 'mia' })
  await page.getByText('Nur zum Lesen').waitFor()
  await card(page, 'books').focus()
  await page.keyboard.press('F2')
  const drawer = page.getByRole('dialog', { name: 'Bucht' })
  await drawer.waitFor()
  assert.ok(await drawer.getByLabel('Titel').evaluate((field) => field.readOnly))
  await page.keyboard.press('Escape')
  await card(page, 'books').focus()
  for (const key of ['Alt+ArrowRight', 'Delete', 'Insert']) await page.keyboard.press(key)
  assert.equal(await page.locator('textarea').count(), 0)
  assert.deepEqual(await order(page), ['books', 'comes', 'rides'])
  for (const name of ['Phase anlegen', 'Schritt', 'Rückgängig']) assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name)
  assert.equal((await stored('reading')).version, 1)
})

journey('on a phone the map is a list that is worked on, too', { at: server.at, size: 'phone' }, async (page) => {
  await put('phone', small())
  await visit(page, 'phone')
  await card(page, 'comes').getByRole('button', { name: 'Mehr zu Kommt' }).click()
  await page.getByRole('menuitem', { name: 'Vorher' }).click()
  await until('phone', (body) => body.step.map((step) => step.id).join(' ') === 'books comes rides' && body.step[1].stage === 'before')
  await page.getByRole('region', { name: 'Vorher' }).getByRole('button', { name: 'Schritt anlegen' }).click()
  await page.keyboard.type('Ruft an')
  await page.keyboard.press('Enter')
  await card(page, 'ruft-an').waitFor()
  await card(page, 'ruft-an').getByRole('button', { name: 'Ruft an', exact: true }).click()
  const drawer = page.getByRole('dialog', { name: 'Ruft an' })
  await drawer.getByLabel('Erwartung').fill('Jemand hebt ab')
  await until('phone', (body) => body.step.some((step) => step.expectation === 'Jemand hebt ab'))
})
