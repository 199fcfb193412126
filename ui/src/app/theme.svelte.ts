/** Light, dark, or what the system says. */
export type Theme = 'light' | 'dark' | 'system'

const KEPT = 'geleit.theme'

function initial(): Theme {
  const kept = localStorage.getItem(KEPT)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

class Chosen {
  #choice = $state<Theme>(initial())

  get choice(): Theme {
    return this.#choice
  }

  set choice(choice: Theme) {
    this.#choice = choice
    localStorage.setItem(KEPT, choice)
    show(choice)
  }
}

function show(choice: Theme) {
  document.documentElement.style.colorScheme = choice === 'system' ? 'light dark' : choice
}

export const theme = new Chosen()
show(theme.choice)
