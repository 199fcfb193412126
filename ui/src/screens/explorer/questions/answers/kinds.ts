/** Answers about the whole network and the whole journeys: centrality, clusters. */
import { number, percent } from '../../../../words/format'
import type { FiguresOf } from '../../comparing/sides.svelte'
import type { Naming } from '../../naming/names.svelte'
import { table, type Shown } from '../shown'
import { w } from '../words'

export function centrality(figures: FiguresOf<'centrality'>): Shown {
  const t = w().centrality
  return {
    facts: [],
    note: t.note,
    tables: [
      table({
        id: 'top',
        title: t.touchpoints,
        rows: figures.top,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'pagerank', header: t.pagerank, kind: 'share', bar: true, of: 'events', value: (row) => row.pagerank, n: () => figures.events },
          { id: 'betweenness', header: t.betweenness, kind: 'share', value: (row) => row.betweenness },
          { id: 'share', header: t.share, kind: 'share', of: 'journeys', value: (row) => row.share, n: () => figures.journeys },
          { id: 'degreeIn', header: t.degreeIn, kind: 'count', value: (row) => row.degree_in },
          { id: 'degreeOut', header: t.degreeOut, kind: 'count', value: (row) => row.degree_out },
          { id: 'strengthIn', header: t.strengthIn, kind: 'count', value: (row) => row.strength_in },
          { id: 'strengthOut', header: t.strengthOut, kind: 'count', value: (row) => row.strength_out },
        ],
      }),
    ],
  }
}

export function clusters(figures: FiguresOf<'clusters'>, names: Naming): Shown {
  const t = w().clusters
  const said = [
    figures.structure === 'no clear clusters' ? t.warning : t.structures[figures.structure],
    figures.cut_variants ? t.cut(number(figures.cut_variants)) : '',
  ]
  return {
    facts: [
      { value: figures.clustered_share, as: 'share', text: t.covers, n: figures.journeys, of: 'journeys' },
      { value: figures.silhouette, as: 'number', text: `${t.silhouette}: ${t.structures[figures.structure] ?? figures.structure}`, n: figures.clustered_journeys, of: 'journeys' },
    ],
    note: said.filter(Boolean).join(' '),
    tables: [
      table({
        id: 'clusters',
        title: t.clusters,
        rows: figures.clusters,
        columns: [
          { id: 'medoid', header: t.medoid, kind: 'way', value: (row) => names.way(row.medoid), way: (row) => row.medoid },
          { id: 'share', header: w().share, kind: 'share', bar: true, of: 'journeys', value: (row) => row.share, n: () => figures.clustered_journeys },
          { id: 'journeys', header: w().journeys, kind: 'count', value: (row) => row.journeys },
          { id: 'variants', header: t.variants, kind: 'count', value: (row) => row.variants },
          { id: 'stability', header: t.jaccard, kind: 'text', value: (row) => (row.jaccard === null ? null : `${number(row.jaccard, 2)}, ${t.stabilities[row.stability ?? ''] ?? ''}`) },
          { id: 'silhouette', header: t.silhouette, kind: 'number', of: 'journeys', value: (row) => row.silhouette, n: (row) => row.journeys },
          { id: 'distance', header: t.distance, kind: 'number', of: 'journeys', value: (row) => row.mean_distance, n: (row) => row.journeys },
          {
            id: 'typical',
            header: t.typical,
            kind: 'text',
            width: '24%',
            value: (row) => row.typical.map((one) => t.typicalShare(names.title(one.touchpoint), percent(one.share, 0), percent(one.share_in_all, 0))).join(', ') || null,
          },
        ],
      }),
      table({
        id: 'tried',
        title: t.tried,
        rows: figures.tried,
        columns: [
          { id: 'clusters', header: t.number, kind: 'count', value: (row) => row.clusters },
          { id: 'silhouette', header: t.silhouette, kind: 'number', value: (row) => row.silhouette, n: () => figures.clustered_journeys },
        ],
      }),
    ],
  }
}
