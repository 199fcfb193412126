import { dictionary } from '../../../words'
import type { Lane, LaneName } from './lanes'
import { de } from './words.de'
import { en } from './words.en'

export const w = dictionary(de, en)

export function laneTitle(lane: Lane): string {
  return lane.own ? lane.own.title || w().untitled : w().lanes[lane.id as LaneName]
}
