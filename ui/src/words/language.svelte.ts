/** The languages of the app. German is written first; English has to have every word that German has. */
export type Language = 'de' | 'en'

const KEPT = 'geleit.language'

function initial(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'de' || kept === 'en') return kept
  return navigator.languages.some((wanted) => wanted.toLowerCase().startsWith('de')) ? 'de' : 'en'
}

class Chosen {
  #code = $state<Language>(initial())

  get code(): Language {
    return this.#code
  }

  set code(code: Language) {
    this.#code = code
    localStorage.setItem(KEPT, code)
    document.documentElement.lang = code
  }
}

/** The language in which the app speaks now; setting it changes every word on the page. */
export const language = new Chosen()
document.documentElement.lang = language.code

/**
 * Words in both languages, read as `w().title`. Whoever reads them in a template or an effect is told of a change of
 * language. Write the second as `const en: typeof de`, so that a missing word does not compile.
 */
export function dictionary<W>(de: W, en: NoInfer<W>): () => W {
  return () => (language.code === 'de' ? de : en)
}
