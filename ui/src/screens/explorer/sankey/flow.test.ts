import { describe, expect, it } from 'vitest'
import { flowOf, isConserved, ribbon, traced } from './flow'

/** A flow out of journeys such as `AB AC A`, as docs/semantics.md defines it, with everything named. */
function figuresOf(journeys: string, steps: number, named: (name: string) => boolean = () => true) {
  const count = new Map<string, number>()
  const add = (key: string) => count.set(key, (count.get(key) ?? 0) + 1)
  const all = journeys.split(' ')
  for (const journey of all) {
    const at = (step: number) => {
      const name = journey[step - 1]
      return name === undefined ? 'path_end' : named(name) ? name : '(other)'
    }
    for (let step = 1; step <= steps; step += 1) {
      add(`n ${step} ${at(step)}`)
      if (step < steps) add(`l ${step} ${at(step)} ${at(step + 1)}`)
    }
  }
  const parts = [...count].map(([key, n]) => ({ key: key.split(' '), n }))
  return {
    journeys: all.length,
    steps,
    nodes: parts.filter((one) => one.key[0] === 'n').map(({ key, n }) => ({ step: Number(key[1]), touchpoint: key[2] ?? '', journeys: n, share: n / all.length })),
    links: parts.filter((one) => one.key[0] === 'l').map(({ key, n }) => ({ step: Number(key[1]), from: key[2] ?? '', to: key[3] ?? '', journeys: n, share: n / all.length })),
  }
}

const room = { width: 900, height: 400, right: 120, bar: 10, label: 17 }
const busy = figuresOf(Array.from({ length: 26 * 5 }, (_, i) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.slice(i % 26, (i % 26) + 1 + (i % 5))).join(' '), 5)

describe('the flow', () => {
  it('is conserved in the answers and knows one that is not', () => {
    expect(isConserved(figuresOf('AB AB AC A', 3))).toBe(true)
    expect(isConserved(busy)).toBe(true)
    const broken = figuresOf('AB AB AC A', 3)
    expect(isConserved({ ...broken, links: broken.links.slice(1) })).toBe(false)
  })

  it('fills each node with its ribbons, as wide as they are frequent', () => {
    const { nodes, links } = flowOf(busy, room)
    for (const node of nodes) {
      const sum = (some: typeof links) => some.reduce((all, one) => all + one.width, 0)
      const out = links.filter((link) => link.from === node)
      const into = links.filter((link) => link.to === node)
      if (out.length) expect(sum(out)).toBeCloseTo(node.y1 - node.y0, 3)
      if (into.length) expect(sum(into)).toBeCloseTo(node.y1 - node.y0, 3)
    }
    const scale = links.map((link) => link.width / link.journeys)
    expect(Math.max(...scale)).toBeCloseTo(Math.min(...scale), 6)
  })

  it('stands in columns by step, with labels that are never nearer than one is high', () => {
    const { nodes, height } = flowOf(busy, room)
    for (let step = 1; step <= 5; step += 1) {
      const column = nodes.filter((node) => node.step === step).sort((a, b) => a.y0 - b.y0)
      expect(new Set(column.map((node) => node.x0)).size).toBe(1)
      for (const [index, node] of column.entries()) {
        const next = column[index + 1]
        if (next) expect((next.y0 + next.y1) / 2 - (node.y0 + node.y1) / 2).toBeGreaterThanOrEqual(room.label - 1e-6)
        expect(node.y1).toBeLessThanOrEqual(height)
      }
    }
  })

  it('puts what stands for no touchpoint last', () => {
    const { nodes } = flowOf(figuresOf('AXC BYC AZ B', 3, (name) => 'ABC'.includes(name)), room)
    const second = nodes.filter((node) => node.step === 2).sort((a, b) => a.y0 - b.y0)
    expect(second.map((node) => node.special)).toEqual(['other', 'end'])
  })

  it('leaves a touchpoint that is called like the end its name', () => {
    const figures = figuresOf('AB', 2)
    const odd = { ...figures, nodes: [...figures.nodes, { step: 2, touchpoint: '(path_end)', journeys: 0, share: 0 }] }
    const { nodes } = flowOf(odd, room)
    expect(nodes.find((node) => node.touchpoint === '(path_end)')?.special).toBe('end')
  })

  it('draws a ribbon as a closed area', () => {
    const link = flowOf(figuresOf('AB', 2), room).links[0]
    expect(link && ribbon(link)).toMatch(/^M.*C.*V.*C.*Z$/)
  })

  it('has nothing to draw where no journey is', () => {
    expect(flowOf({ journeys: 0, steps: 3, nodes: [], links: [] }, room).nodes).toEqual([])
  })
})

describe('a trace', () => {
  it('sums up what has no node in the flow', () => {
    const flow = figuresOf('AX AY AB CB', 2, (name) => 'AB'.includes(name))
    expect(traced(flow, figuresOf('AX AY', 2))).toEqual(new Map([['1 A (other)', 2]]))
  })

  it('is nowhere more than the flow', () => {
    const journeys = 'ABC ABD AXD B BAC'
    const flow = figuresOf(journeys, 4, (name) => 'AB'.includes(name))
    const some = traced(flow, figuresOf('ABC ABD', 4))
    for (const [id, count] of some) {
      const link = flow.links.find((one) => `${one.step} ${one.from} ${one.to}` === id)
      expect(count).toBeLessThanOrEqual(link?.journeys ?? 0)
    }
  })
})
