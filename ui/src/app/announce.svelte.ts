/** What screen readers are told without moving the focus: results that came, things that were done. */
const GATHER_MS = 400

class Announcer {
  text = $state('')
  #waiting: string[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Says a text; what several parts of a view say at once is said together. */
  say(text: string) {
    this.#waiting.push(text)
    // The same words twice are only read twice if the region changes between.
    this.text = ''
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.text = this.#waiting.join('. ')
      this.#waiting = []
    }, GATHER_MS)
  }
}

export const announcer = new Announcer()
