/** What maps refer to, by name: touchpoints, personas, pain points, opportunities, other maps, journey rules. */
import { Problem } from '../../../api/client'
import { plansOf, titleOf, writePlan } from '../../../api/plans'
import type { Registered } from '../../../api/register.svelte'
import { toasts } from '../../../app/toasts.svelte'
import { inOrder } from '../../../words/format'
import { freshId } from '../document/changes'

const KINDS = ['touchpoint', 'persona', 'pain_point', 'opportunity', 'map', 'journey'] as const
export type RegisterName = (typeof KINDS)[number]

export type Choice = { readonly value: string; readonly label: string }

export class Registers {
  readonly #plans = Object.fromEntries(KINDS.map((kind) => [kind, plansOf(kind)])) as Record<RegisterName, ReturnType<typeof plansOf>>
  /** Made here, not yet in what was loaded. */
  #made = $state.raw<readonly { readonly kind: RegisterName; readonly value: string; readonly label: string }[]>([])
  readonly #titles = $derived(
    Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        new Map([
          ...(this.#plans[kind].content ?? []).map((one) => [one.name, titleOf(one)] as const),
          ...this.#made.filter((one) => one.kind === kind).map((one) => [one.value, one.label] as const),
        ]),
      ]),
    ) as unknown as Record<RegisterName, ReadonlyMap<string, string>>,
  )
  readonly #touchpoints = $derived(
    new Map((this.#plans.touchpoint.content ?? []).map((one) => [one.name, { ...(one.body as Partial<Registered> | null), title: titleOf(one) } as Registered])),
  )

  /** The title of one that is there, the name of any other. */
  title(kind: RegisterName, name: string): string {
    return this.#titles[kind].get(name) ?? name
  }

  has(kind: RegisterName, name: string): boolean {
    return this.#titles[kind].has(name)
  }

  loaded(kind: RegisterName): boolean {
    return this.#plans[kind].content !== undefined
  }

  touchpoint(name: string): Registered | undefined {
    return this.#touchpoints.get(name)
  }

  /** All there are, by title. */
  choices(kind: RegisterName): readonly Choice[] {
    return [...this.#titles[kind]].map(([value, label]) => ({ value, label })).toSorted((a, b) => inOrder(a.label, b.label))
  }

  /** Makes one of which only the title is known; its name. Undefined if the server does not take it. */
  async make(kind: RegisterName, title: string): Promise<string | undefined> {
    const name = freshId(title, this.#titles[kind].keys())
    try {
      await writePlan(kind, name, { title }, 0)
      this.#made = [...this.#made, { kind, value: name, label: title }]
      return name
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      toasts.show(error.message, { tone: 'bad' })
      return undefined
    }
  }
}
