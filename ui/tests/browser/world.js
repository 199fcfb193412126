import { start } from '../../../tests/server.js'

/** A demo with all its people in it. */
export async function startDemo(customers) {
  const demo = await start('demo', '--customers', String(customers))
  await demo.heard(/The demo ends with/)
  return demo
}
