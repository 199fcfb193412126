/** A map on the desk as it is put on paper: with its words, colours and measures. */
import type { Step } from '../../../api/maps'
import { channelName } from '../../../words/channels'
import { list } from '../../../words/format'
import { curveOf, voices } from '../curve/curve'
import { columnsOf, type Sizes } from '../document/columns'
import { edgesInForce } from '../document/network'
import { edgeKey } from '../document/merge'
import type { Desk } from '../editor/desk.svelte'
import { textAt, type Lane } from '../editor/lanes'
import { voiceTitle } from '../editor/moods'
import { limit } from '../editor/saying'
import { truthLetter } from '../editor/truth'
import { laneTitle, w } from '../editor/words'
import { routed } from '../edges/routing'
import type { LaneOnPaper, OnPaper, Palette, Piece } from './drawing'
import type { Font, Measure } from './text'

const FAMILY = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
const CURVE = 118

export const fontFamily = FAMILY

/** Measures texts as they are drawn. */
export function measuring(): Measure {
  const context = document.createElement('canvas').getContext('2d')
  const known = new Map<string, number>()
  return (text, font: Font) => {
    const key = `${font.weight} ${font.size} ${text}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (!context) return text.length * font.size * 0.6
    context.font = `${font.weight} ${font.size}px ${FAMILY}`
    const { width } = context.measureText(text)
    known.set(key, width)
    return width
  }
}

/** The colours of the app as they are on light paper. */
export function palette(): Palette {
  const probe = document.createElement('span')
  probe.style.colorScheme = 'light'
  document.body.append(probe)
  const of = (token: string) => {
    probe.style.color = `var(--${token})`
    return getComputedStyle(probe).color
  }
  const made: Palette = {
    paper: '#ffffff',
    raised: '#ffffff',
    ink: of('ink'),
    ink2: of('ink-2'),
    ink3: of('ink-3'),
    line: of('line'),
    lineStrong: of('line-strong'),
    way: of('line-control'),
    accent: of('accent'),
    accentSoft: of('accent-soft'),
    accentStrong: of('accent-strong'),
    onAccent: of('on-accent'),
    bad: of('bad'),
    good: of('good'),
    voices: ['data-1', 'data-2', 'data-3', 'data-5', 'data-6'].map(of),
    peso: { paid: of('data-2'), earned: of('data-3'), shared: of('data-5'), owned: of('data-1') },
  }
  probe.remove()
  return made
}

function pieces(desk: Desk, step: Step, lane: Lane): readonly Piece[] {
  const { registers } = desk
  const touch = (struck: boolean) => (name: string): Piece => ({ text: registers.title('touchpoint', name), mark: registers.touchpoint(name)?.peso ?? 'unknown', struck })
  if (lane.kind === 'text') {
    const text = textAt(step, lane)
    return text ? [{ text }] : []
  }
  switch (lane.id) {
    case 'touchpoints':
      return [...(step.touchpoints ?? []).map(touch(false)), ...(step.failing ?? []).map(touch(true))]
    case 'channel': {
      const channels = [...new Set((step.touchpoints ?? []).flatMap((name) => registers.touchpoint(name)?.channel ?? []))]
      return channels.length ? [{ text: list(channels.map(channelName)) }] : []
    }
    case 'pain_points':
      return (step.pain_points ?? []).map((name) => ({ text: registers.title('pain_point', name), mark: 'pain' }))
    case 'opportunities':
      return (step.opportunities ?? []).map((name) => ({ text: registers.title('opportunity', name), mark: 'chance' }))
    case 'emotion':
      return []
  }
}

/** What is on the desk now, lanes that are not shown left out, and those in which nothing stands. */
export function onPaper(desk: Desk, sizes: Sizes): OnPaper {
  const { plan, registers } = desk
  const columns = columnsOf(plan, sizes)
  const edges = edgesInForce(plan)
  const ways = new Map(edges.map((edge) => [edgeKey(edge), [edge.title, edge.within && `≤ ${limit(edge.within)}`].filter(Boolean).join(' · ')]))
  const curve = curveOf(plan, columns, CURVE, desk.view.now.voices)
  const known = voices(plan)
  const mixed = new Set(columns.steps.map(({ step }) => step.evidence)).size > 1
  const lanes = desk.shownLanes.flatMap((lane): LaneOnPaper[] => {
    const title = laneTitle(lane)
    if (lane.id === 'emotion') {
      if (curve.lines.length === 0 && !curve.expected) return []
      return [{ title, kind: 'curve', voices: known.map((id) => ({ id, title: voiceTitle(id, registers) })), expected: curve.expected && w().expected }]
    }
    const cells = new Map(columns.steps.map(({ step }) => [step.id, pieces(desk, step, lane)]))
    return [...cells.values()].some((all) => all.length) ? [{ title, kind: 'text', cells }] : []
  })
  return {
    columns,
    routing: desk.shows('ways') ? routed(columns, edges) : null,
    curve,
    waySays: (key) => ways.get(key) ?? '',
    steps: new Map(
      columns.steps.map(({ step }) => [
        step.id,
        {
          title: step.title || w().untitled,
          truth: step.moment_of_truth ? truthLetter(step.moment_of_truth) : '',
          optional: step.optional ?? false,
          notes: [
            step.optional ? w().optional : '',
            step.parallel ? `∥ ${step.parallel}` : '',
            step.map ? w().nested(registers.title('map', step.map)) : '',
            // What is the same everywhere need not be said at each step.
            mixed && step.evidence ? w().values[step.evidence] : '',
          ].filter(Boolean),
        },
      ]),
    ),
    stageTitle: (id) => (id === null ? w().noStage : plan.stage?.find((stage) => stage.id === id)?.title || w().untitled),
    heads: { steps: w().steps, ways: w().ways.title, back: w().ways.backTitle },
    lanes,
  }
}
