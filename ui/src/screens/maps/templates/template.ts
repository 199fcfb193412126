/** Maps to begin with: their texts in both languages, and how a map is made of one. */
import type { Edge, MapPlan, MomentOfPurchase, Step } from '../../../api/maps'
import type { Language } from '../../../words'

/** German, then English. */
export type Pair = readonly [string, string]

export type TemplateStep = {
  readonly id: string
  readonly stage: string
  readonly title: Pair
  readonly expectation: Pair
  /** How customers are assumed to feel, and how they expect to, -2 to 2. */
  readonly mood: number
  readonly expected?: number
  readonly optional?: true
  readonly parallel?: Pair
  readonly truth?: 'zero' | 'first' | 'second' | 'ultimate'
  readonly touchpoints?: readonly string[]
  readonly failing?: readonly string[]
  readonly front?: Pair
  readonly back?: Pair
  readonly kpis?: readonly Pair[]
}

export type TemplateTouchpoint = {
  readonly id: string
  readonly title: Pair
  readonly channel: string
  readonly peso: 'paid' | 'earned' | 'shared' | 'owned'
  readonly moment: MomentOfPurchase
}

export type Template = {
  readonly title: Pair
  readonly description: Pair
  /** Id, moment, title. */
  readonly stages: readonly (readonly [string, MomentOfPurchase, Pair])[]
  readonly steps: readonly TemplateStep[]
  /** From, to, and what more is said of the way. */
  readonly edges: readonly (readonly [string, string, { readonly within?: string; readonly title?: Pair }?])[]
  readonly touchpoints: readonly TemplateTouchpoint[]
  readonly overAfter: string
}

/** The map in a language. Of the touchpoints it keeps those that are known: others can be registered with it. */
export function mapFrom(template: Template, language: Language, title: string, known: (touchpoint: string) => boolean): MapPlan {
  const say = (pair: Pair | undefined) => pair?.[language === 'de' ? 0 : 1]
  const places = (names: readonly string[] | undefined) => names?.filter(known)
  return {
    title,
    description: say(template.description),
    over_after: template.overAfter,
    stage: template.stages.map(([id, moment, name]) => ({ id, title: say(name) ?? id, moment })),
    step: template.steps.map(
      (step): Step => ({
        id: step.id,
        title: say(step.title) ?? step.id,
        stage: step.stage,
        touchpoints: places(step.touchpoints),
        failing: places(step.failing),
        optional: step.optional,
        parallel: say(step.parallel),
        front_stage: say(step.front),
        back_stage: say(step.back),
        expectation: say(step.expectation),
        expected: step.expected,
        emotion: { all: step.mood },
        evidence: 'assumed',
        moment_of_truth: step.truth,
        kpis: step.kpis?.map((kpi) => say(kpi) ?? ''),
      }),
    ),
    edge: template.edges.map(([from, to, more]): Edge => ({ from, to, within: more?.within, title: say(more?.title) })),
  }
}
