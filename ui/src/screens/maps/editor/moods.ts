/** Moods of a step in words. */
import type { Step } from '../../../api/maps'
import { words } from '../../../words'
import { list, signed } from '../../../words/format'
import type { Registers } from './registers.svelte'
import { w } from './words'

export function voiceTitle(voice: string, registers: Pick<Registers, 'title'>): string {
  return voice === 'all' ? w().all : registers.title('persona', voice)
}

export function moodName(mood: number): string {
  return `${signed(mood)} ${words().mood.names[mood + 2] ?? ''}`.trim()
}

/** What is said of how people feel at a step, and what they expect. */
export function moodText(step: Step, voices: readonly string[], registers: Pick<Registers, 'title'>): string {
  const said = voices.flatMap((voice) => {
    const mood = step.emotion?.[voice]
    return mood === undefined ? [] : [`${voiceTitle(voice, registers)} ${moodName(mood)}`]
  })
  const expected = step.expected === undefined ? [] : [w().expectedIs(moodName(step.expected))]
  return [...said, ...expected].length ? list([...said, ...expected]) : w().nothing
}
