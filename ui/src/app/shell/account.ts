/** What stands in the menu of the account: display, language, help, the way out. */
import type { Item } from '../../parts/menus.svelte'
import { language, words } from '../../words'
import { keys } from '../keys.svelte'
import { session } from '../session.svelte'
import { theme, type Theme } from '../theme.svelte'

const THEMES = [
  ['light', 'sun'],
  ['dark', 'moon'],
  ['system', 'display'],
] as const satisfies readonly (readonly [Theme, string])[]

export function accountItems(): Item[] {
  const w = words()
  return [
    { heading: w.theme.name },
    ...THEMES.map(([choice, icon]) => ({
      label: w.theme[choice],
      icon,
      checked: theme.choice === choice,
      onselect: () => (theme.choice = choice),
    })),
    { heading: w.language.name },
    ...(['de', 'en'] as const).map((code) => ({
      label: w.language[code],
      checked: language.code === code,
      onselect: () => (language.code = code),
    })),
    'line',
    { label: w.keys.title, icon: 'keyboard', onselect: () => setTimeout(() => (keys.help = true), 60) },
    ...(session.me?.csrf && !session.me.demo ? [{ label: w.app.logOut, icon: 'leave' as const, onselect: () => session.end() }] : []),
    { heading: w.app.version(session.me?.version ?? '') },
  ]
}
