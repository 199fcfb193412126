// The servers that tests visit: the demo that all share and nobody changes, and fresh ones to be written to.
import { after } from 'node:test'
import { command, commandWith, dataDirectory, start } from '../../../tests/server.js'
import { startDemo } from './world.js'

export const PASSWORD = 'ein ganzer langer Satz'

/** Ends what was started, when the tests of the file are over. */
const ends = []
after(async () => {
  for (const end of ends.reverse()) await end()
})

/** One of its kind for a file of tests, started when it is first visited. */
function once(begin) {
  let begun
  return () => (begun ??= begin())
}

/** The world that is read only; `run.js` starts one for all files. */
export const demo = once(async () => {
  if (process.env.GELEIT_DEMO) return process.env.GELEIT_DEMO
  const server = await startDemo(1000)
  ends.push(server.stop)
  return server.url
})

/** A small world of the file's own, to be changed. */
export const ownDemo = (customers = 60) =>
  once(async () => {
    const server = await startDemo(customers)
    ends.push(server.stop)
    return server.url
  })

/**
 * A server with a data directory, people who can log in (`{ ada: 'admin' }`) and files imported before it starts
 * (arguments of `geleit import`). `at` is its address; `run` calls a command on its data.
 */
export function own({ people = {}, files = [] } = {}) {
  const begun = once(async () => {
    const data = await dataDirectory()
    ends.push(data.discard)
    for (const [name, role] of Object.entries(people)) {
      await commandWith(`${PASSWORD}\n`, 'user', 'create', name, '--role', role, '--data', data.path)
    }
    for (const file of files) await command('import', ...file, '--data', data.path)
    const server = await start('serve', '--data', data.path)
    ends.push(server.stop)
    return { ...server, data: data.path }
  })
  return {
    at: async () => (await begun()).url,
    heard: async (pattern) => (await begun()).heard(pattern),
    run: async (...args) => command(...args, '--data', (await begun()).data),
  }
}

const LOG_IN = {
  de: { name: 'Name', password: 'Passwort', act: 'Anmelden' },
  en: { name: 'User name', password: 'Password', act: 'Log in' },
}

/** Logs in on the page of the log-in. */
export async function logIn(page, name, password = PASSWORD, language = 'de') {
  const words = LOG_IN[language]
  await page.getByLabel(words.name, { exact: true }).fill(name)
  await page.getByLabel(words.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: words.act }).click()
}
