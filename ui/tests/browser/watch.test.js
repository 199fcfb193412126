// A check that cannot fail is no check: each of them finds what was planted for it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axe, small, wide } from './looking.js'
import { demo } from './servers.js'
import { open } from './visit.js'

/** The faults of a visit to the start screen on which something is planted. */
async function planted(plant, how) {
  const visit = await open(await demo(), how)
  await visit.page.goto('/')
  await visit.page.getByRole('heading', { level: 1 }).waitFor()
  const found = await visit.page.evaluate(plant).then(() => how?.look?.(visit.page))
  const faults = await visit.close()
  return found ?? faults
}

const of = (faults, pattern) => assert.ok(faults.some((fault) => pattern.test(fault)), `${pattern} is none of ${JSON.stringify(faults)}`)

test('a warning on the console is found', async () => of(await planted(() => console.warn('planted')), /console: planted/))

test('an error that nobody catches is found', async () =>
  of(await planted(() => new Promise((done) => { setTimeout(() => { setTimeout(done); throw new Error('planted') }) })), /error: planted/))

test('a script that the policy forbids is found', async () =>
  of(await planted(() => {
    const script = document.createElement('script')
    script.textContent = 'window.planted = true'
    document.head.append(script)
    if (window.planted) throw new Error('the policy let it run')
  }), /policy: script-src-elem of inline|Executing inline script violates/))

test('a request to another place is found', async () =>
  of(await planted(() => fetch('http://127.0.0.1:9/planted').catch(() => {})), /request elsewhere: http:\/\/127\.0\.0\.1:9\/planted|policy: connect-src of http:\/\/127\.0\.0\.1:9|Connecting to 'http:\/\/127\.0\.0\.1:9\/planted' violates/))

test('an answer that is refused is found, and one that was expected and never came', async () => {
  const visit = await open(await demo())
  visit.expects(404, '/v1/nothing')
  visit.expects(409, '/v1/never')
  await visit.page.goto('/')
  await visit.page.evaluate(() => Promise.all(['/v1/nothing', '/v1/planted'].map((path) => fetch(path))))
  const faults = await visit.close()
  of(faults, /refused: GET \/v1\/planted: 404/)
  of(faults, /no 409 came from \/v1\/never/)
  assert.equal(faults.length, 2, String(faults))
})

test('axe finds a button without a name', async () =>
  of(await planted(() => document.querySelector('main').append(document.createElement('button')), { look: axe }), /button-name/))

test('axe finds a text without contrast', async () =>
  of(await planted(() => {
    const text = document.createElement('p')
    text.textContent = 'planted'
    text.style.cssText = 'color: #999; background: #aaa'
    document.querySelector('main h1').after(text)
  }, { look: axe }), /color-contrast/))

test('what is wider than the window is found', async () =>
  of(await planted(() => { document.querySelector('main h1').style.minWidth = '2000px' }, { size: 'phone', look: wide }), /wider/))

test('a target too small for a finger is found', async () =>
  of(await planted(() => {
    const button = document.createElement('button')
    button.textContent = 'x'
    button.style.cssText = 'width: 20px; height: 20px; min-height: 0; padding: 0'
    document.querySelector('main h1').after(button)
  }, { size: 'phone', look: small }), /20 x 20/))
