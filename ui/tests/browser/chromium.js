// The browser of a file of tests, and where what is seen of it is kept. Files that share one wait for each other's drawing:
// two at a time take longer than one after the other.
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

let running
/** Started when it is first asked for. */
export function browser() {
  running ??= chromium.launch(options())
  return running
}

/** What was downloaded. */
export async function bytesOf(download) {
  const chunks = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Lets go of it. */
export async function leave() {
  await (await running)?.close()
}
