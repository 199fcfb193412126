/** What is said wherever something goes out as a file or comes from one. */
import { dictionary } from './language.svelte'

const de = {
  import: 'Importieren …',
  drop: (kinds: string) => `${kinds} hierher ziehen`,
  choose: 'Datei wählen',
  other: 'Andere Datei',
  wrongKind: (name: string, ends: string) => `„${name}“ ist keine Datei, die auf ${ends} endet.`,
  unread: (name: string) => `„${name}“ ließ sich nicht lesen.`,
  trying: 'Wird ausprobiert …',
  summary: (file: string) => `Was „${file}“ ändern würde`,
  refused: (file: string) => `„${file}“ lässt sich nicht übernehmen. Nichts ist geändert.`,
  changes: 'Was sich ändert',
  nothing: 'Die Datei ändert nichts.',
  more: (n: string) => `${n} weitere zeigen`,
  notes: {
    left_out: 'Nicht übernommen',
    changed: 'Anders als in der Datei',
    assumed: 'Angenommen',
    unknown: 'Noch nicht vorhanden',
    lived: 'Von einer gelebten Journey, nicht vom Plan',
  },
}

const en: typeof de = {
  import: 'Import …',
  drop: (kinds) => `Drop ${kinds} here`,
  choose: 'Choose a file',
  other: 'Another file',
  wrongKind: (name, ends) => `“${name}” does not end in ${ends}.`,
  unread: (name) => `“${name}” could not be read.`,
  trying: 'Being tried …',
  summary: (file) => `What “${file}” would change`,
  refused: (file) => `“${file}” cannot be taken over. Nothing has changed.`,
  changes: 'What changes',
  nothing: 'The file changes nothing.',
  more: (n) => `Show ${n} more`,
  notes: {
    left_out: 'Left out',
    changed: 'Not as in the file',
    assumed: 'Assumed',
    unknown: 'Not there yet',
    lived: 'Of a lived journey, not of the plan',
  },
}

export const w = dictionary(de, en)
