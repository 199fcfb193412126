/** Answers about single transitions and ways: transitions, conversion, pattern. */
import { quoted } from '../../../../app/filter.svelte'
import type { FiguresOf } from '../../comparing/sides.svelte'
import type { Naming } from '../../naming/names.svelte'
import { table, type Shown } from '../shown'
import { w } from '../words'

export function transitions(figures: FiguresOf<'transitions'>): Shown {
  const t = w().transitions
  const margins = new Map(figures.touchpoints.map((one) => [one.touchpoint, one]))
  return {
    facts: [{ value: figures.transitions, as: 'count', text: t.all }],
    tables: [
      table({
        id: 'pairs',
        title: t.pairs,
        rows: figures.pairs,
        columns: [
          { id: 'from', header: w().from, kind: 'touchpoint', value: (row) => row.from },
          { id: 'to', header: w().to, kind: 'touchpoint', value: (row) => row.to },
          { id: 'count', header: w().count, kind: 'count', value: (row) => row.count },
          { id: 'out', header: t.out, kind: 'share', bar: true, of: 'transitions', value: (row) => row.proba_out, n: (row) => margins.get(row.from)?.outgoing ?? 0 },
          { id: 'in', header: t.in, kind: 'share', of: 'transitions', value: (row) => row.proba_in, n: (row) => margins.get(row.to)?.incoming ?? 0 },
          { id: 'all', header: t.ofAll, kind: 'share', of: 'transitions', value: (row) => row.share_of_total, n: () => figures.transitions },
          { id: 'average', header: t.perJourney, kind: 'number', of: 'journeys', value: (row) => row.avg_per_journey, n: () => figures.journeys },
          { id: 'median', header: w().median, kind: 'duration', of: 'transitions', value: (row) => row.time_median_s, n: (row) => row.count },
          { id: 'q95', header: w().q95, kind: 'duration', of: 'transitions', value: (row) => row.time_q95_s, n: (row) => row.count },
        ],
      }),
      table({
        id: 'touchpoints',
        title: t.margins,
        rows: figures.touchpoints,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'outgoing', header: t.outgoing, kind: 'count', value: (row) => row.outgoing },
          { id: 'incoming', header: t.incoming, kind: 'count', value: (row) => row.incoming },
        ],
      }),
    ],
  }
}

export function conversion(figures: FiguresOf<'conversion'>): Shown {
  const t = w().conversion
  const { customers } = figures
  return {
    facts: [
      { value: figures.rate, as: 'share', text: t.rate, n: customers, of: 'customers', interval: figures.interval, method: 'Wilson' },
      { value: figures.time?.median_s ?? null, as: 'duration', text: t.time, n: figures.time?.n ?? 0, of: 'customers' },
      { value: figures.in_progress, as: 'count', text: t.progress },
      { value: figures.not_converted, as: 'count', text: t.not },
    ],
    tables: [
      table({
        id: 'curve',
        title: t.curve,
        note: figures.method === 'Kaplan-Meier' ? t.km : t.plain,
        rows: figures.curve,
        columns: [
          { id: 'after', header: t.after, kind: 'duration', value: (row) => row.after_s },
          { id: 'share', header: w().share, kind: 'share', bar: true, of: 'customers', value: (row) => row.share, n: (row) => row.n, interval: (row) => row.interval },
          { id: 'n', header: w().n, kind: 'count', value: (row) => row.n },
        ],
      }),
    ],
  }
}

export function pattern(figures: FiguresOf<'pattern'>, names: Naming): Shown {
  const t = w().pattern
  const { matches } = figures
  const around = (id: string, title: string, rows: readonly { touchpoint: string; count: number }[], edge: string, atEdge: number) =>
    table({
      id,
      title,
      rows: [...rows.map((one) => ({ name: names.title(one.touchpoint), count: one.count })), ...(atEdge ? [{ name: edge, count: atEdge }] : [])].sort((a, b) => b.count - a.count),
      columns: [
        { id: 'name', header: w().touchpoint, kind: 'text', value: (row) => row.name },
        { id: 'count', header: t.matches, kind: 'count', value: (row) => row.count },
        { id: 'share', header: w().share, kind: 'share', bar: true, value: (row) => (matches ? row.count / matches : null), n: () => matches },
      ],
    })
  return {
    facts: [
      { value: figures.share_of_journeys, as: 'share', text: t.found, n: figures.journeys, of: 'journeys' },
      { value: figures.share_of_customers, as: 'share', text: t.foundCustomers, n: figures.customers, of: 'customers' },
      { value: matches, as: 'count', text: t.matches },
      { value: figures.time?.median_s ?? null, as: 'duration', text: t.time, n: figures.time?.n ?? 0 },
      { value: figures.between?.mean ?? null, as: 'number', text: t.between, n: matches },
    ],
    tables: [
      table({
        id: 'middles',
        title: t.middles,
        rows: figures.middles,
        columns: [
          { id: 'way', header: w().way, kind: 'way', value: (row) => (row.touchpoints.length ? names.way(row.touchpoints) : t.none), way: (row) => row.touchpoints },
          { id: 'matches', header: t.matches, kind: 'count', value: (row) => row.matches },
          { id: 'share', header: w().share, kind: 'share', bar: true, value: (row) => row.share, n: () => matches },
        ],
      }),
      around('before', t.before, figures.before, t.starts, figures.at_start),
      around('after', t.after, figures.after, t.ends, figures.at_end),
    ],
  }
}

/** The condition that a journey holds a way. */
export function holds(way: string): string {
  return `path ${way}`
}

/** A way of two touchpoints, to begin with. */
export function simpleWay(from: string, to: string): string {
  return `${quoted(from)} -> ... -> ${quoted(to)}`
}
