// What no page may do while it is tested: complain, throw, break its own policy, ask elsewhere, be refused.

/** A stream or a question that the app itself gave up. */
const GIVEN_UP = 'net::ERR_ABORTED'
/** Chromium tells of each refused answer; the answer itself is judged. */
const REFUSED = 'Failed to load resource'

/**
 * Watches all pages of a context. `expects` names an answer that is refused on purpose, by its status and a part of its
 * path; `faults` are all others, and what was expected and never came.
 */
export function watch(context, origin) {
  const faults = []
  const expected = []
  const pathOf = (url) => (url.startsWith(origin) ? url.slice(origin.length) : url)

  context.on('weberror', (error) => faults.push(`error: ${error.error().message}`))
  context.on('console', (message) => {
    const text = message.text()
    if (['error', 'warning'].includes(message.type()) && !text.startsWith(REFUSED)) faults.push(`console: ${text}`)
  })
  context.on('request', (request) => {
    const url = request.url()
    if (!/^(data|blob):/.test(url) && !url.startsWith(`${origin}/`)) faults.push(`request elsewhere: ${url}`)
  })
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText
    if (why !== GIVEN_UP) faults.push(`failed: ${request.method()} ${pathOf(request.url())}: ${why}`)
  })
  context.on('response', (response) => {
    if (response.status() < 400) return
    const path = pathOf(response.url())
    const known = expected.find((one) => one.status === response.status() && path.includes(one.path))
    if (known) known.came = true
    else faults.push(`refused: ${response.request().method()} ${path}: ${response.status()}`)
  })
  return {
    /** Those since it was last asked. */
    found: () => [...new Set(faults.splice(0))],
    expects: (status, path) => expected.push({ status, path, came: false }),
    faults: () => [
      ...new Set(faults),
      ...expected.filter((one) => !one.came).map((one) => `no ${one.status} came from ${one.path}`),
    ],
  }
}

/** Runs in every page: violations of the policy that the console does not tell of become errors there. */
export function tellViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.violatedDirective} of ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)
  })
}
