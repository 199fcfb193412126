/** All questions of the API, each with its place: here, in a view of its own, or on a screen of its own. */
import { questions } from '../../../api/questions'

export type Name = keyof typeof questions
type Setting<N extends Name> = (typeof questions)[N][number]

/** A new question of the API that has no place does not compile. */
const ELSEWHERE = {
  graph: 'graph',
  sankey: 'sankey',
  variants: 'variants',
  funnel: 'funnel',
  steps: 'steps',
  retention: 'retention',
  customers: 'graph',
  moods: 'graph',
} as const
/** Those with a screen of their own: its address. */
const SCREENS = { importance: '/journeys/evaluation' } as const
const HERE = ['transitions', 'conversion', 'pattern', 'loops', 'dropoff', 'hops', 'sessions', 'centrality', 'clusters', 'live', 'running'] as const

export type Elsewhere = keyof typeof ELSEWHERE
export type Here = (typeof HERE)[number]
export type OwnScreen = keyof typeof SCREENS
type Placed = Elsewhere | OwnScreen | Here
export const everyQuestionHasAPlace: [Exclude<Name, Placed>, Exclude<Placed, Name>] extends [never, never] ? true : false = true

export const here: readonly Here[] = HERE
export const elsewhere = Object.entries(ELSEWHERE) as readonly [Elsewhere, string][]
export const screens = Object.entries(SCREENS) as readonly [OwnScreen, string][]

/** A setting by its question: the same name means different things. */
export type SettingKey = { [N in Here]: `${N}.${Setting<N>['name']}` }[Here]

export type SettingOf = {
  readonly name: string
  readonly kind: 'touchpoint' | 'touchpoints' | 'duration' | 'way' | 'whole' | 'choice' | 'text'
  readonly required: boolean
  readonly fallback: string
  readonly choices: readonly string[]
}

export function settingsOf(name: Here): readonly SettingOf[] {
  return questions[name]
}

export function keyOf(question: Here, setting: SettingOf): SettingKey {
  return `${question}.${setting.name}` as SettingKey
}
