/** Which objects a text that is typed fits, and which are still to be worked on. */
import { namesIn, progressOf, settled, textIn } from './fields'
import type { Naming } from './show'
import type { Item } from './references'

/** True if the text stands in what an object says, or in the titles of what it names. */
export function fits({ kind, name, title, body }: Item, typed: string, naming: Naming): boolean {
  const wanted = typed.trim().toLowerCase()
  if (!wanted) return true
  const said = [name, title, textIn(body, 'description'), textIn(body, 'owner'), textIn(body, 'quote'), ...namesIn(body, 'goals')]
  const named = [
    ...namesIn(body, 'touchpoints').map((one) => naming.title('touchpoint', one)),
    ...namesIn(body, 'pain_points').map((one) => naming.title('pain_point', one)),
    ...(kind === 'solution' ? namesIn(body, 'opportunities').map((one) => naming.title('opportunity', one)) : []),
  ]
  return [...said, ...named].some((one) => one.toLowerCase().includes(wanted))
}

/** True where somebody may still work on it. */
export function unsettled({ body }: Item): boolean {
  return !settled(progressOf(body))
}
