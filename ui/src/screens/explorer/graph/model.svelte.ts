/** All that the graph shows, from the filter and the settings in the URL to places and lines. */
import { asking, queryOf } from '../../../api/ask.svelte'
import type { Schemas } from '../../../api/client'
import { touchpointRegister } from '../../../api/register.svelte'
import { filter } from '../../../app/filter.svelte'
import { choice, parameters, text, whole } from '../../../app/parameters.svelte'
import { signed } from '../../../words/format'
import { Automatic } from './automatic.svelte'
import { compare, type Compared } from './comparing'
import { draw, drawThrough, label, type Drawn } from './drawing'
import { onPath } from './figures'
import { MEASURES, widths } from './measures'
import { moodsOf, type Moods } from './moods'
import { inSight, inSightOrder, usualWay, type Network, type Path } from './network'
import { COLUMNS_LEAST, columnsFor, MARGIN, place, ROW, STEP_HEIGHT, TOP } from './placing'
import { widthOf } from './text'
import { w } from './words'

export const LABEL_SIZE = 11
const STEPS_LEAST = 2
/** Room for lines that run back below the last row. */
const BELOW = 36

const none: Network = { nodes: [], edges: [] }

/** True if an answer is about all events of all customers. */
function isWhole({ journey, from, to, only, where, compare }: Schemas['Recipe']): boolean {
  return journey === 'whole' && !from && !to && !only && !where && !compare
}

type Drawable = {
  readonly network: Network
  readonly compared: Compared | null
  /** What the answers say of themselves, for the frame. */
  readonly answer: { readonly recipe: Schemas['Recipe']; readonly timing: Schemas['Timing']; readonly coverage?: Schemas['Coverage'] }
  readonly sides: { readonly a: string; readonly b: string }
}

export class Model {
  readonly view = parameters({
    'graph-steps': whole(0, { least: 0, most: 5_000 }),
    'graph-share': whole(0, { least: 0, most: 100 }),
    'graph-measure': choice(MEASURES, 'customers'),
    'graph-layout': choice(['moments', 'automatic'], 'moments'),
    'graph-from': text(),
    'graph-to': text(),
  })
  readonly register = touchpointRegister()

  /** The filtered network, and how many customers it is about. */
  readonly asked = asking(() => ({ question: 'graph' }))
  readonly people = asking(() => ({ question: 'pattern', settings: { way: 'start -> *', top: 1 } }))
  readonly #felt = asking(() => ({ question: 'moods' }))
  // The unfiltered one, which places depend on; where nothing is filtered it is the same.
  readonly #unfiltered = $derived(queryOf({ question: 'graph' }) === '')
  readonly #whole = asking(() => (this.#unfiltered ? null : { question: 'graph', about: {} }))

  width = $state(0)
  // What is being dragged; the URL follows when it is let go.
  steps = $derived(this.view.now['graph-steps'])
  share = $derived(this.view.now['graph-share'])

  /** How customers felt; undefined where nobody told, and where two groups are compared. */
  readonly moods = $derived<Moods | undefined>(moodsOf(this.#felt.plain))
  readonly measure = $derived(this.view.now['graph-measure'])
  readonly automatic = $derived(this.view.now['graph-layout'] === 'automatic')
  readonly chosen = $derived({ from: this.view.now['graph-from'], to: this.view.now['graph-to'] })

  #knownBase: Network | undefined
  readonly #base = $derived.by((): Network | undefined => {
    // An answer stays until the next is there, so its recipe says whether it is the unfiltered one. Until there is a newer one
    // the one before goes on to hold the places.
    const found = [this.asked.plain, this.#whole.plain].find((one) => one && isWhole(one.recipe))
    if (found) this.#knownBase = found
    return this.#knownBase
  })

  /** What there is to draw: one network, or two held against each other. Undefined while a part of it is still to come. */
  #fresh(): Drawable | undefined {
    if (!this.#base) return undefined
    const [groups, people] = [this.asked.compared, this.people.compared]
    if (groups) {
      if (!people) return undefined
      const [a = '', b = ''] = groups.recipe.compare ?? []
      const compared = compare(groups.a, groups.b, people.a.customers, people.b.customers)
      const { recipe, timing } = groups
      return { network: compared.together, compared, answer: { recipe, timing }, sides: { a, b } }
    }
    const now = this.asked.plain
    if (!now) return undefined
    const sides = { a: w().legend.earlier, b: w().legend.now }
    if (!filter.aboutBefore) return { network: now, compared: null, answer: now, sides }
    const [peopleNow, before, peopleBefore] = [this.people.plain, this.asked.before.content, this.people.before.content]
    if (!peopleNow || !before || !peopleBefore || 'a' in before || 'a' in peopleBefore) return undefined
    const compared = compare(before, now, peopleBefore.customers, peopleNow.customers)
    return { network: compared.together, compared, answer: now, sides }
  }
  #knownDrawable: Drawable | undefined
  // The picture before stays until the next one is whole.
  readonly #drawable = $derived.by(() => {
    const fresh = this.#fresh()
    if (fresh) this.#knownDrawable = fresh
    return this.#knownDrawable
  })
  readonly network = $derived<Network>(this.#drawable?.network ?? none)
  readonly compared = $derived(this.#drawable?.compared ?? null)
  readonly answer = $derived(this.#drawable?.answer)
  /** What the two sides of a comparison are called. */
  readonly sides = $derived(this.#drawable?.sides ?? { a: '', b: '' })
  readonly busy = $derived(this.asked.busy || this.people.busy || this.#whole.busy || this.asked.before.busy)
  readonly problem = $derived(this.asked.problem ?? this.people.problem ?? this.#whole.problem ?? this.asked.before.problem)

  readonly way = $derived(usualWay(this.network))
  readonly order = $derived(inSightOrder(this.network, this.way))
  readonly stepsNow = $derived(Math.min(this.order.length, this.steps || this.way.length))
  readonly shown = $derived(inSight(this.network, this.way, this.order, { steps: this.steps, share: this.share / 100 }))

  /** Where there is no room for columns, steps stand in a list. */
  readonly asList = $derived(this.width > 0 && columnsFor(this.width) < COLUMNS_LEAST)
  readonly placing = $derived(
    place(this.#base ?? none, (name) => this.register.of(name)?.moment, Math.max(1, this.width)),
  )
  readonly #found = new Automatic(() =>
    this.automatic && !this.asList && this.width > 0
      ? {
          width: this.placing.stepWidth,
          height: STEP_HEIGHT,
          steps: this.shown.steps.map((step) => step.touchpoint),
          paths: this.shown.paths
            .filter((path) => path.from !== path.to)
            .map(({ from, to, occurrences }) => ({ from, to, weight: occurrences })),
        }
      : null,
  )

  /** Where each shown step stands, in the order of reading. */
  readonly standing = $derived.by(() => {
    const { places, stepWidth } = this.placing
    if (this.automatic && this.#found.found) {
      const at = new Map(this.#found.found.found.places)
      return new Map(
        this.shown.steps
          .flatMap((step) => {
            const here = at.get(step.touchpoint)
            return here ? [{ ...here, step, width: stepWidth, height: STEP_HEIGHT, column: 0, row: 0 }] : []
          })
          .sort((a, b) => a.y - b.y || a.x - b.x)
          .map((one) => [one.step.touchpoint, one] as const),
      )
    }
    // A step of which the unfiltered network does not know came while somebody looked: below the last column.
    const last = Math.max(0, ...[...places.values()].map((one) => one.row)) + 1
    return new Map(
      this.shown.steps
        .map((step, at) => {
          const found = places.get(step.touchpoint) ?? { column: 0, row: last + at, x: 0, y: TOP + (last + at) * ROW }
          return { ...found, step, width: stepWidth, height: STEP_HEIGHT }
        })
        .sort((a, b) => a.column - b.column || a.row - b.row)
        .map((one) => [one.step.touchpoint, one] as const),
    )
  })
  /**
   * Steps that are not in sight above such that are, in their columns: they keep their places, and it is told whose the empty
   * ones are.
   */
  readonly missing = $derived.by(() => {
    if (this.automatic) return []
    const lowest = new Map<number, number>()
    for (const { column, row } of this.standing.values()) lowest.set(column, Math.max(row, lowest.get(column) ?? 0))
    return [...this.placing.places]
      .filter(([name, at]) => !this.standing.has(name) && at.row < (lowest.get(at.column) ?? 0))
      .map(([name, { x, y }]) => ({ name, x, y }))
  })
  readonly size = $derived.by(() => {
    if (this.automatic && this.#found.found) {
      const { width, height } = this.#found.found.found
      return { width, height }
    }
    const lowest = Math.max(TOP + ROW, ...[...this.standing.values()].map((one) => one.y + one.height))
    return { width: this.placing.width, height: lowest + BELOW }
  })

  readonly #widthOfPath = $derived(widths(this.network, this.compared ? 'occurrences' : this.measure))
  readonly drawn = $derived.by((): Drawn[] => {
    if (!this.automatic || !this.#found.found) return draw(this.standing, this.shown.paths, this.#widthOfPath)
    const { asked, found } = this.#found.found
    const lines = new Map(asked.paths.map((path, at) => [`${path.from}\u0000${path.to}`, found.lines[at] ?? []]))
    return [
      ...draw(this.standing, this.shown.paths.filter((path) => path.from === path.to), this.#widthOfPath),
      ...this.shown.paths.flatMap((path) => {
        const points = lines.get(`${path.from}\u0000${path.to}`)
        return points?.length ? [drawThrough(path, points, this.#widthOfPath(path))] : []
      }),
    ]
  })
  readonly labels = $derived(
    label(
      this.drawn,
      [...this.standing.values()],
      { left: -MARGIN, right: this.size.width + MARGIN },
      (path) => this.figure(path),
      (text) => widthOf(text, LABEL_SIZE, 500),
    ),
  )

  readonly customers = $derived(this.people.plain?.customers)

  /** What stands on a path. */
  figure(path: Path): string {
    if (!this.compared) return onPath(path, this.measure, this.moods)
    const { difference, verdict } = this.compared.path(path)
    return difference === null || verdict === 'unclear' ? '' : signed(difference * 100)
  }

  title(name: string): string {
    return name === '(other)' ? w().other : this.register.title(name)
  }

  again() {
    this.asked.again()
    this.people.again()
    this.#felt.again()
    this.#whole.again()
  }

  show({ from = '', to = '' }: { from?: string; to?: string }) {
    this.view.set({ 'graph-from': from, 'graph-to': to })
  }

  /** While a slider is dragged nothing is written; when it is let go the URL says what is seen. */
  keep() {
    this.view.set({ 'graph-steps': this.steps === this.way.length ? 0 : this.steps, 'graph-share': this.share }, { replace: true })
  }

  /** One step more or less. */
  change(by: 1 | -1) {
    const steps = Math.min(this.order.length, Math.max(STEPS_LEAST, this.stepsNow + by))
    this.view.set({ 'graph-steps': steps === this.way.length ? 0 : steps }, { replace: true })
  }
}
