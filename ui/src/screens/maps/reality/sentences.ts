/** Deviations in words: how many, what it goes along with, how it felt. Nothing here says what causes what. */
import type { Deviation } from '../../../api/conformance.svelte'
import { duration, number, percent, signed } from '../../../words/format'
import { frequencyOf } from './frequency'
import { TOO_FEW } from './signs'
import { w } from './words'

export type Named = {
  readonly step: (id: string) => string
  readonly touchpoint: (name: string) => string
}

export type Sentences = {
  /** How many go otherwise, and how. */
  readonly what: string
  /** The figures behind it: counts, share, interval. */
  readonly figures: string
  /** How often these journeys come to an end of the plan, beside the others. */
  readonly completed: string
  /** How they felt, beside the others; empty where nobody told a mood. */
  readonly mood: string
  /** Too few journeys to tell anything of. */
  readonly few: boolean
}

const points = (difference: number) => w().say.points(signed(100 * difference))

/** True where an interval leaves no doubt on which side of 0 a difference is. */
export function isClear(interval: readonly number[] | null | undefined): boolean {
  const [low, high] = interval ?? []
  return low !== undefined && high !== undefined && (low > 0 || high < 0)
}

const between = (interval: readonly number[], written: (value: number) => string) => w().say.between(written(interval[0] ?? 0), written(interval[1] ?? 0))

/** `1 of 4`, `nearly all`, and whether the verb stands for one. */
function howMany({ journeys, of }: Deviation): { text: string; one: boolean } {
  const say = w().say
  const found = frequencyOf(journeys, of)
  switch (found) {
    case 'all':
      return { text: say.all, one: false }
    case 'nearly all':
      return { text: say.nearlyAll, one: false }
    case 'none':
      return { text: say.none, one: false }
    default:
      return { text: say.oneOf(number(found.one), number(found.of)), one: found.one === 1 }
  }
}

function whatOf(deviation: Deviation, named: Named): string {
  const say = w().say
  const { text, one } = howMany(deviation)
  const step = deviation.step === null || deviation.step === undefined ? null : named.step(deviation.step)
  switch (deviation.kind) {
    case 'missing':
      return say.missing(text, one, step ?? '')
    case 'failing':
      return say.failing(text, one, step ?? '')
    case 'late':
      return say.late(text, one, step ?? '')
    case 'out_of_order':
      return say.outOfOrder(text, one, step ?? '')
    case 'unplanned': {
      const touchpoint = named.touchpoint(deviation.touchpoint ?? '')
      return step === null ? say.unplannedFirst(text, one, touchpoint) : say.unplanned(text, one, step, touchpoint)
    }
  }
}

function completedOf({ completed_with, completed_without, difference, difference_interval, lost }: Deviation): string {
  const say = w().say
  if (typeof completed_with !== 'number' || typeof completed_without !== 'number' || typeof difference !== 'number' || !difference_interval) return say.completedUnknown
  const [here, elsewhere] = [percent(completed_with), percent(completed_without)]
  const range = between(difference_interval, (value) => signed(100 * value))
  if (!isClear(difference_interval)) return say.completedAlike(here, elsewhere, range)
  const said = difference < 0 ? say.completedLess(here, elsewhere, points(difference), range) : say.completedMore(here, elsewhere, points(difference), range)
  return difference < 0 && lost >= 0.5 ? `${said} ${say.lost(number(Math.round(lost)), Math.round(lost) === 1)}` : said
}

function moodOf({ mood }: Deviation): string {
  const say = w().say
  if (!mood) return ''
  const n = say.against(number(mood.n_with), number(mood.n_without))
  if (mood.n_with < TOO_FEW || mood.n_without < TOO_FEW) return say.moodFew(n)
  const interval = mood.difference_interval
  const range = interval ? between(interval, (value) => signed(value, 2)) : ''
  if (!isClear(interval)) return say.moodAlike(signed(mood.difference, 2), range, n)
  const after = typeof mood.after_median_s === 'number' && mood.after_n >= TOO_FEW ? say.later(duration(mood.after_median_s), number(mood.after_n)) : ''
  const size = number(Math.abs(mood.difference), 1)
  return mood.difference < 0 ? say.moodLower(after, size, range, n) : say.moodHigher(after, size, range, n)
}

/** Everything that is said of a deviation. */
export function sentencesOf(deviation: Deviation, named: Named): Sentences {
  const { journeys, of, of_share, of_interval } = deviation
  const share = typeof of_share === 'number' ? percent(of_share) : w().say.undefined
  return {
    what: whatOf(deviation, named),
    figures: w().say.figures(number(journeys), number(of), share, of_interval ? between(of_interval, (value) => percent(value)) : ''),
    completed: completedOf(deviation),
    mood: moodOf(deviation),
    few: journeys < TOO_FEW,
  }
}
