// The one browser of all tests, and where what is seen of it is kept.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const HOST = 'http://127.0.0.1'

/** Screenshots of every screen, and the traces of what failed. */
export const kept = process.env.GELEIT_SEEN ?? fileURLToPath(new URL('../../../target/browser', import.meta.url))

function options() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: install Debian's chromium, or name another in CHROMIUM`)
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      // Nothing but this machine has an address.
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${new URL(HOST).hostname}`,
    ],
  }
}

/** Starts it for several processes, which find it by the address. */
export const share = () => chromium.launchServer(options())

let running
/** The shared browser where there is one, else one of this process. */
export function browser() {
  running ??= process.env.GELEIT_BROWSER ? chromium.connect(process.env.GELEIT_BROWSER) : chromium.launch(options())
  return running
}

/** Lets go of it. */
export async function leave() {
  await (await running)?.close()
}
