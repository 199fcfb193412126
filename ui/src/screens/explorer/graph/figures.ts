/** The figures on paths and steps as people read them. */
import { duration, number, percent, signed } from '../../../words/format'
import { words } from '../../../words'
import { endShare, TOO_FEW, type Measure } from './measures'
import type { Moods } from './moods'
import type { Path, Step } from './network'

/** The figure on a path; none where the steps say it, and where too few told how they felt. */
export function onPath(path: Path, measure: Measure, moods?: Moods): string {
  switch (measure) {
    case 'customers':
      return number(path.customers)
    case 'occurrences':
      return number(path.occurrences)
    case 'wait':
      return duration(path.wait.median_s)
    case 'end':
      return ''
    case 'mood': {
      const felt = moods?.path(path)
      return felt && felt.n >= TOO_FEW ? signed(felt.mean) : ''
    }
  }
}

/** A share, or that it is over nothing. */
export const shareText = (share: number | null, digits?: number) => (share === null ? words().figure.undefined : percent(share, digits))

export const endText = (step: Step) => shareText(endShare(step), 0)
