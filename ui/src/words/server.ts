/** What the server says in English and in a few fixed sentences: how an interval was found, and what sort a problem is of. */
import { language } from './language.svelte'

type Table = Readonly<Record<string, string>>

/** Methods; what is a name alone is the same in German. */
export const METHODS: Table = {
  'Newcombe, n by design effect': 'Newcombe, n nach Design-Effekt',
  "Student's t, customers as units": 'Student-t, Kunden als Einheiten',
  'Welch, customers as units': 'Welch, Kunden als Einheiten',
  'Wilson, n by design effect': 'Wilson, n nach Design-Effekt',
  'Woodruff, blocks': 'Woodruff, in Blöcken',
  'ratio of block sums': 'Quotient von Blocksummen',
}

/** Titles of problems. */
export const TITLES: Table = {
  'The request is not valid': 'Die Anfrage ist nicht gültig',
  'The body cannot be read': 'Der Inhalt ist nicht lesbar',
  'The event is not valid': 'Das Ereignis ist nicht gültig',
  'No valid credential came with the request': 'Die Anfrage kam ohne gültige Anmeldung',
  'The credential does not allow this': 'Diese Anmeldung erlaubt das nicht',
  'There is no such thing': 'Das gibt es nicht',
  'There is no such route': 'Diese Adresse gibt es nicht',
  'The route does not take this method': 'Diese Adresse nimmt das so nicht an',
  'The body did not arrive in time': 'Der Inhalt kam nicht rechtzeitig an',
  'Somebody changed it in between': 'Jemand hat es inzwischen geändert',
  'A rule keeps the two apart': 'Eine Regel hält die beiden getrennt',
  'There is one already': 'Das gibt es schon',
  'The same call is still being answered': 'Dieselbe Anfrage wird noch beantwortet',
  'The body is over a limit': 'Der Inhalt ist zu groß',
  'The content type is not application/json': 'Der Inhalt ist kein JSON',
  'The idempotency key was used for another call': 'Der Schlüssel gegen Wiederholungen gehört zu einer anderen Anfrage',
  'Too much waits already': 'Es wartet schon zu viel',
  'There are as many as can be': 'Mehr sind nicht möglich',
  'The server failed': 'Im Server ist etwas schiefgegangen',
  'The server cannot do this now': 'Der Server kann das gerade nicht',
  'The question ended without an answer': 'Die Frage endete ohne Antwort',
  'The disk is full': 'Die Festplatte des Servers ist voll',
}

/** A text in the language of the reader; one that is not in the table as it came. */
const translated = (table: Table) => (text: string) => (language.code === 'de' && Object.hasOwn(table, text) ? (table[text] ?? text) : text)

export const methodText = translated(METHODS)
export const titleText = translated(TITLES)
