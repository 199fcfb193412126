import { de } from './de'
import { en } from './en'
import { dictionary } from './language.svelte'

/** The shared words in the chosen language: `words().act.save`. */
export const words = dictionary(de, en)

/** What is counted, by the name under which a `Figure` asks for it. */
export type Unit = keyof typeof de.units

export { dictionary, language, type Language } from './language.svelte'
