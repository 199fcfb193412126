/** Finds places by dagre, away from the page: it takes its time with many paths. */
import { graphlib, layout } from '@dagrejs/dagre'
import type { Asked, Found } from './automatic.svelte'

const CORNER = 24

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  const graph = new graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 64, edgesep: 14, marginx: CORNER, marginy: CORNER })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const name of data.steps) graph.setNode(name, { width: data.width, height: data.height })
  for (const { from, to, weight } of data.paths) graph.setEdge(from, to, { weight })
  layout(graph)
  const size = graph.graph() as { width?: number; height?: number }
  const found: Found = {
    id: data.id,
    width: size.width ?? 0,
    height: size.height ?? 0,
    places: data.steps.map((name) => {
      const node = graph.node(name) as { x: number; y: number }
      return [name, { x: node.x - data.width / 2, y: node.y - data.height / 2 }] as const
    }),
    lines: data.paths.map(({ from, to }) => {
      const edge = graph.edge(from, to) as { points?: { x: number; y: number }[] } | undefined
      return (edge?.points ?? []).map(({ x, y }) => [x, y] as const)
    }),
  }
  self.postMessage(found)
}
