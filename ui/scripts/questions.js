// Writes src/api/questions.ts out of the description of the API: what each question of /v1/mining takes of its own. Forms are
// made of it, and words are held to it: a question or a setting without words does not compile.
import { readFileSync, writeFileSync } from 'node:fs'

const description = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'))

/** What every question takes, and what is about files. */
const SHARED = new Set([
  'journey', 'from', 'to', 'only', 'where', 'segment', 'compare', 'against', 'time_limit', 'memory_limit', 'format', 'table',
])
const FORMS = { NAME: 'touchpoint', 'Touchpoints between commas': 'touchpoints', 'Such as `7d`': 'duration', WAY: 'way' }

function kindOf({ type, enum: choices, description: form }) {
  if (choices) return 'choice'
  if (type === 'integer') return 'whole'
  if (form in FORMS) return FORMS[form]
  return form?.startsWith('Such as `1h`') ? 'duration' : 'text'
}

function settingOf({ name, description: says = '', schema, required = false }) {
  return {
    name,
    kind: kindOf(schema),
    required,
    fallback: /`([^`]*)` if not given/.exec(says)?.[1] ?? '',
    choices: schema.enum ?? [],
  }
}

const questions = {}
for (const [path, { get }] of Object.entries(description.paths)) {
  const name = /^\/v1\/mining\/([a-z]+)$/.exec(path)?.[1]
  if (!name || !get) continue
  questions[name] = (get.parameters ?? [])
    .filter((one) => one.in === 'query' && !SHARED.has(one.name) && !one.description.startsWith('Edges drawn in'))
    .map(settingOf)
}

writeFileSync(
  new URL('../src/api/questions.ts', import.meta.url),
  `// Made by scripts/questions.js out of docs/openapi.json.\nexport const questions = ${JSON.stringify(questions, null, 2)} as const\n`,
)
