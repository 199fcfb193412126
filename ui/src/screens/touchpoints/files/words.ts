import { dictionary } from '../../../words'

const de = {
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  exportNote: 'Alle eingetragenen Touchpoints mit allen Feldern',
  title: 'Register aus einer Datei',
  note: 'Eine Zeile je Touchpoint, eine Spalte je Feld. Nur Spalten, die da sind, ändern etwas; eine leere Zelle leert ihr Feld. Touchpoints ohne Zeile bleiben. Erst wird nur ausprobiert.',
  verdicts: { new: 'neu', changed: 'geändert', same: 'bleibt' },
  counts: { new: 'neu', changed: 'geändert', same: 'unverändert', errors: 'Fehler' },
  errors: 'Was nicht stimmt',
  errorsNote: 'Solange etwas nicht stimmt, wird nichts geschrieben.',
  row: 'Zeile',
  column: 'Spalte',
  value: 'Wert',
  reason: 'Grund',
  wholeRow: 'ganze Zeile',
  save: (n: string) => `${n} übernehmen`,
  done: (made: string, changed: string) => `Aus der Datei: ${made} neu, ${changed} geändert`,
  moved: 'Das Register hat sich inzwischen geändert; die Vorschau ist neu gerechnet. Bitte noch einmal ansehen.',
  undone: (n: string) => `${n} aus der Datei zurückgenommen`,
  notUndone: (n: string) => `${n} nicht zurückgenommen: andere haben dort inzwischen etwas geändert`,
}

const en: typeof de = {
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  exportNote: 'All registered touchpoints with all fields',
  title: 'The register from a file',
  note: 'One row a touchpoint, one column a field. Only columns that are there change anything; an empty cell empties its field. Touchpoints without a row stay. At first it is only tried.',
  verdicts: { new: 'new', changed: 'changed', same: 'stays' },
  counts: { new: 'new', changed: 'changed', same: 'unchanged', errors: 'errors' },
  errors: 'What is wrong',
  errorsNote: 'Nothing is written while something is wrong.',
  row: 'Row',
  column: 'Column',
  value: 'Value',
  reason: 'Reason',
  wholeRow: 'whole row',
  save: (n) => `Take over ${n}`,
  done: (made, changed) => `From the file: ${made} new, ${changed} changed`,
  moved: 'The register has changed meanwhile; the preview is made anew. Please look again.',
  undone: (n) => `${n} from the file taken back`,
  notUndone: (n) => `${n} not taken back: others have changed something there meanwhile`,
}

export const w = dictionary(de, en)
