/** What screen readers are told without moving the focus: results that came, things that were done. */
class Announcer {
  text = $state('')

  say(text: string) {
    // The same words twice are only read twice if the region changes between.
    this.text = ''
    setTimeout(() => (this.text = text), 50)
  }
}

export const announcer = new Announcer()
