/** Where the nodes and ribbons of a flow from step to step are drawn. The widths of what flows are those of d3-sankey. */
import { sankey } from 'd3-sankey'
import type { Schemas } from '../../../api/client'
import { specialsOf, type Special } from '../naming/specials'

type Figures = Pick<Schemas['SankeyFigures'], 'journeys' | 'steps' | 'nodes' | 'links'>

export type FlowNode = {
  readonly id: string
  readonly step: number
  readonly touchpoint: string
  readonly special?: Special
  readonly journeys: number
  readonly share: number | null
  readonly x0: number
  readonly x1: number
  readonly y0: number
  readonly y1: number
}

export type FlowLink = {
  readonly id: string
  readonly step: number
  readonly from: FlowNode
  readonly to: FlowNode
  readonly journeys: number
  readonly share: number | null
  /** Where it leaves and arrives: the middle of the ribbon. */
  readonly y0: number
  readonly y1: number
  readonly width: number
}

export type Flow = { readonly nodes: readonly FlowNode[]; readonly links: readonly FlowLink[]; readonly height: number }

export type Room = {
  readonly width: number
  /** The least height; it grows where a step has more nodes than fit. */
  readonly height: number
  /** For the labels right of the last step. */
  readonly right: number
  readonly bar: number
  /** What a label takes, and so the least distance between the middles of two nodes. */
  readonly label: number
}

export const idOf = (step: number, touchpoint: string) => `${step} ${touchpoint}`

const LAST: Record<Special, number> = { start: 0, other: 1, end: 2 }
const SWEEPS = 6

/**
 * The order of the nodes in each step, so that few ribbons cross: each node goes to the weighted mean place of those it flows
 * from or to, there and back a few times. What stands for no touchpoint is last everywhere.
 */
export function orderOf({ nodes, links }: Figures, specials: ReadonlyMap<string, Special>): Map<string, number> {
  const place = new Map<string, number>()
  const bySteps = new Map<number, Schemas['SankeyNode'][]>()
  for (const node of nodes) bySteps.set(node.step, [...(bySteps.get(node.step) ?? []), node])
  const steps = [...bySteps.keys()].sort((a, b) => a - b)
  const write = (step: number, sorted: Schemas['SankeyNode'][]) => {
    bySteps.set(step, sorted)
    // Places are shares of the column, so that long and short columns can be compared.
    sorted.forEach((node, index) => place.set(idOf(step, node.touchpoint), (index + 0.5) / sorted.length))
  }
  for (const step of steps) {
    const given = bySteps.get(step) ?? []
    const last = (node: Schemas['SankeyNode']) => LAST[specials.get(node.touchpoint) ?? 'start']
    write(step, [...given].sort((a, b) => last(a) - last(b)))
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forwards = sweep % 2 === 0
    for (const step of forwards ? steps : [...steps].reverse()) {
      const mean = (node: Schemas['SankeyNode']) => {
        let sum = 0
        let weight = 0
        for (const link of links) {
          const here = forwards ? link.step === step - 1 && link.to === node.touchpoint : link.step === step && link.from === node.touchpoint
          if (!here) continue
          const there = forwards ? idOf(link.step, link.from) : idOf(link.step + 1, link.to)
          sum += (place.get(there) ?? 0) * link.journeys
          weight += link.journeys
        }
        return weight ? sum / weight : (place.get(idOf(step, node.touchpoint)) ?? 0)
      }
      const means = new Map((bySteps.get(step) ?? []).map((node) => [node, mean(node)]))
      const last = (node: Schemas['SankeyNode']) => LAST[specials.get(node.touchpoint) ?? 'start']
      write(
        step,
        [...means.keys()].sort((a, b) => last(a) - last(b) || (means.get(a) ?? 0) - (means.get(b) ?? 0)),
      )
    }
  }
  return place
}

type DrawnNode = Schemas['SankeyNode'] & { id: string; special?: Special }
type DrawnLink = Schemas['SankeyLink'] & { id: string; source: string; target: string; value: number }

export function flowOf(figures: Figures, room: Room): Flow {
  if (!figures.nodes.length) return { nodes: [], links: [], height: 0 }
  const specials = specialsOf(figures.nodes.map((node) => node.touchpoint))
  const order = orderOf(figures, specials)
  const inStep = new Map<number, number>()
  for (const node of figures.nodes) inStep.set(node.step, (inStep.get(node.step) ?? 0) + 1)
  const most = Math.max(...inStep.values())
  // Half of the room at least is for what flows, the rest for the gaps that keep labels apart.
  const height = Math.max(room.height, most * room.label * 1.5)
  const laid = sankey<DrawnNode, DrawnLink>()
    .nodeId((node) => node.id)
    .nodeAlign((node) => node.step - 1)
    .nodeWidth(room.bar)
    .nodePadding(room.label)
    .nodeSort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
    .extent([
      [0, room.label / 2],
      [room.width - room.right, height - room.label / 2],
    ])({
    nodes: figures.nodes.map((node) => ({ ...node, id: idOf(node.step, node.touchpoint), special: specials.get(node.touchpoint) })),
    links: figures.links.map((link) => ({
      ...link,
      id: `${link.step} ${link.from} ${link.to}`,
      source: idOf(link.step, link.from),
      target: idOf(link.step + 1, link.to),
      value: link.journeys,
    })),
  })
  const nodes = laid.nodes.map(
    (node): FlowNode => ({
      id: node.id,
      step: node.step,
      touchpoint: node.touchpoint,
      special: node.special,
      journeys: node.journeys,
      share: node.share,
      x0: node.x0 ?? 0,
      x1: node.x1 ?? 0,
      y0: node.y0 ?? 0,
      y1: node.y1 ?? 0,
    }),
  )
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const links = laid.links.flatMap((link): FlowLink[] => {
    const from = byId.get(idOf(link.step, link.from))
    const to = byId.get(idOf(link.step + 1, link.to))
    if (!from || !to) return []
    return [{ id: link.id, step: link.step, from, to, journeys: link.journeys, share: link.share, y0: link.y0 ?? 0, y1: link.y1 ?? 0, width: link.width ?? 0 }]
  })
  return { nodes, links, height }
}

/**
 * A ribbon as a filled area. A thick line would fold over itself where it bends tightly; an area keeps its width. `share` of it
 * from the top is drawn, 1 for all.
 */
export function ribbon({ from, to, y0, y1, width }: FlowLink, share = 1): string {
  const [x0, x1] = [from.x1, to.x0]
  const middle = (x0 + x1) / 2
  const [top0, top1] = [y0 - width / 2, y1 - width / 2]
  const thick = width * share
  return (
    `M${x0},${top0}C${middle},${top0} ${middle},${top1} ${x1},${top1}` +
    `V${top1 + thick}C${middle},${top1 + thick} ${middle},${top0 + thick} ${x0},${top0 + thick}Z`
  )
}

/** How many of some journeys are on each link of a flow, by the link's id. What has no node in the flow is in `(other)`. */
export function traced(flow: Figures, some: Figures): Map<string, number> {
  const specials = specialsOf(flow.nodes.map((node) => node.touchpoint))
  const theirs = specialsOf(some.nodes.map((node) => node.touchpoint))
  const nameOf = (kind: Special) => [...specials].find(([, one]) => one === kind)?.[0] ?? ''
  const known = new Set(flow.nodes.map((node) => idOf(node.step, node.touchpoint)))
  const here = (step: number, name: string) => {
    const special = theirs.get(name)
    if (special) return nameOf(special)
    return known.has(idOf(step, name)) ? name : nameOf('other')
  }
  const sums = new Map<string, number>()
  for (const link of some.links) {
    const id = `${link.step} ${here(link.step, link.from)} ${here(link.step + 1, link.to)}`
    sums.set(id, (sums.get(id) ?? 0) + link.journeys)
  }
  return sums
}

/** True if at each node as much flows in as out, and each step holds all journeys. */
export function isConserved({ journeys, steps, nodes, links }: Figures): boolean {
  const sum = (some: readonly { journeys: number }[]) => some.reduce((all, one) => all + one.journeys, 0)
  return nodes.every((node) => {
    const into = sum(links.filter((link) => link.step === node.step - 1 && link.to === node.touchpoint))
    const out = sum(links.filter((link) => link.step === node.step && link.from === node.touchpoint))
    const column = sum(nodes.filter((one) => one.step === node.step))
    return (node.step === 1 || into === node.journeys) && (node.step === steps || out === node.journeys) && column === journeys
  })
}
