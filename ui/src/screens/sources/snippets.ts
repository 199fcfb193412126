/** How to send from each kind of client: to be copied, with address and key filled in. */

export const CLIENTS = ['curl', 'browser', 'node', 'python', 'cloudevents', 'file'] as const
export type Client = (typeof CLIENTS)[number]

export const CLIENT_NAMES: Record<Client, string> = {
  curl: 'curl',
  browser: 'analytics.js',
  node: 'Node',
  python: 'Python',
  cloudevents: 'CloudEvents',
  file: 'CSV',
}

/** Stands where the key belongs while none is known. */
export const NO_KEY = 'glw_...'

type Place = { readonly address: string; readonly key: string; readonly source: string }

/** A text between single quotes of a shell. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export function snippet(client: Client, { address, key, source }: Place): string {
  switch (client) {
    case 'curl':
      return `curl -u ${shell(`${key}:`)} ${address}/v1/events \\
  -H 'content-type: application/json' \\
  -d '{
    "name": "Product Viewed",
    "identifiers": [{ "kind": "anonymous_id", "value": "cookie-1" }],
    "channel": "web",
    "properties": { "product": "EB-70" }
  }'`
    case 'browser':
      return `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({
  writeKey: '${key}',
  cdnURL: '${address}',
})
analytics.page('Product')
analytics.track('Product Viewed', { product: 'EB-70' })
analytics.identify('customer-1')`
    case 'node':
      return `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: '${key}', host: '${address}' })
analytics.track({
  anonymousId: 'cookie-1',
  event: 'Product Viewed',
  properties: { product: 'EB-70' },
})
await analytics.closeAndFlush()`
    case 'python':
      return `# pip install segment-analytics-python
from segment.analytics.client import Client

client = Client("${key}", host="${address}")
client.track(
    anonymous_id="cookie-1",
    event="Product Viewed",
    properties={"product": "EB-70"},
)
client.flush()
client.join()`
    case 'cloudevents':
      return `curl -u ${shell(`${key}:`)} ${address}/v1/cloudevents \\
  -H 'content-type: application/cloudevents+json' \\
  -d '{
    "specversion": "1.0",
    "id": "1",
    "source": "urn:example:shop",
    "type": "com.example.product.viewed",
    "time": "${new Date().toISOString()}",
    "anonymousid": "cookie-1",
    "data": { "product": "EB-70" }
  }'`
    case 'file':
      return `geleit import orders.csv --data ./data --source ${shell(source)} \\
  --customer customer_id --touchpoint step --time at --dry-run`
  }
}
