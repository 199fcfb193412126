/** Answers about places in journeys: loops, drop-off, hops, sessions. */
import { duration } from '../../../../words/format'
import type { Schemas } from '../../../../api/client'
import type { FiguresOf } from '../../comparing/sides.svelte'
import type { Naming } from '../../naming/names.svelte'
import { table, type Shown } from '../shown'
import { w } from '../words'

export function loops(figures: FiguresOf<'loops'>): Shown {
  const t = w().loops
  const { journeys } = figures
  const of = (count: number) => (journeys ? count / journeys : null)
  return {
    facts: [
      { value: of(figures.journeys_with_self_loop), as: 'share', text: t.selfLoop, n: journeys, of: 'journeys' },
      { value: of(figures.journeys_with_return), as: 'share', text: t.return, n: journeys, of: 'journeys' },
      { value: of(figures.journeys_with_ping_pong), as: 'share', text: t.pingPong, n: journeys, of: 'journeys' },
    ],
    tables: [
      table({
        id: 'self_loops',
        title: t.selfLoops,
        rows: figures.self_loops,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'occurrences', header: w().count, kind: 'count', value: (row) => row.occurrences },
          { id: 'customers', header: w().customers, kind: 'count', value: (row) => row.customers },
          { id: 'share', header: t.ofThere, kind: 'share', bar: true, of: 'journeys', value: (row) => row.share, n: (row) => row.journeys_there },
          { id: 'there', header: t.there, kind: 'count', value: (row) => row.journeys_there },
        ],
      }),
      table({
        id: 'returns',
        title: t.returns,
        rows: figures.returns,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'via', header: w().via, kind: 'touchpoint', value: (row) => row.via },
          { id: 'viaTimes', header: t.viaTimes, kind: 'share', value: (row) => (row.occurrences ? row.via_occurrences / row.occurrences : null), n: (row) => row.occurrences },
          { id: 'occurrences', header: w().count, kind: 'count', value: (row) => row.occurrences },
          { id: 'share', header: t.ofThere, kind: 'share', bar: true, of: 'journeys', value: (row) => row.share, n: (row) => row.journeys_there },
          { id: 'there', header: t.there, kind: 'count', value: (row) => row.journeys_there },
          { id: 'wait', header: t.untilReturn, kind: 'duration', value: (row) => row.wait.median_s, n: (row) => row.wait.n },
        ],
      }),
      table({
        id: 'ping_pongs',
        title: t.pingPongs,
        rows: figures.ping_pongs,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'via', header: w().via, kind: 'touchpoint', value: (row) => row.via },
          { id: 'occurrences', header: w().count, kind: 'count', value: (row) => row.occurrences },
          { id: 'journeys', header: w().journeys, kind: 'count', value: (row) => row.journeys },
          { id: 'customers', header: w().customers, kind: 'count', value: (row) => row.customers },
        ],
      }),
      table({
        id: 'dead_ends',
        title: t.deadEnds,
        rows: figures.dead_ends,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'ends', header: t.ends, kind: 'count', value: (row) => row.ends },
          { id: 'customers', header: t.ofCustomers, kind: 'share', bar: true, of: 'customers', value: (row) => row.share_of_customers, n: (row) => row.customers_there, interval: (row) => row.interval },
          { id: 'customersThere', header: t.customersThere, kind: 'count', value: (row) => row.customers_there },
          { id: 'journeys', header: t.ofThere, kind: 'share', of: 'journeys', value: (row) => row.share_of_journeys, n: (row) => row.journeys_there },
          { id: 'visits', header: t.ofVisits, kind: 'share', of: 'events', value: (row) => row.share_of_visits, n: (row) => row.visits },
        ],
      }),
    ],
  }
}

type Then = { readonly at: string; readonly drops: number; readonly next: Schemas['Next'] }

export function dropoff(figures: FiguresOf<'dropoff'>, names: Naming): Shown {
  const t = w().dropoff
  const outcome = (row: Schemas['DropoffAt'], which: 'nothing' | 'open') => row.next.find((one) => one.outcome === which)?.share ?? 0
  const following = figures.touchpoints.flatMap((at) => at.next.map((next): Then => ({ at: at.touchpoint, drops: at.drop_offs, next })))
  const then = ({ next }: Then) => (next.outcome === 'event' ? names.title(next.touchpoint) : next.outcome === 'nothing' ? t.nothing : t.open)
  return {
    facts: [],
    note: t.note(duration(figures.within_s)),
    tables: [
      table({
        id: 'touchpoints',
        title: t.touchpoints,
        rows: figures.touchpoints,
        columns: [
          { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
          { id: 'drops', header: t.drops, kind: 'count', value: (row) => row.drop_offs },
          { id: 'share', header: t.ofThere, kind: 'share', bar: true, of: 'journeys', value: (row) => row.share, n: (row) => row.journeys_there },
          { id: 'there', header: t.there, kind: 'count', value: (row) => row.journeys_there },
          { id: 'nothing', header: `${t.then}: ${t.nothing}`, kind: 'share', value: (row) => outcome(row, 'nothing'), n: (row) => row.drop_offs },
          { id: 'open', header: t.open, kind: 'share', value: (row) => outcome(row, 'open'), n: (row) => row.drop_offs },
        ],
      }),
      table({
        id: 'next',
        title: t.next,
        rows: following,
        columns: [
          { id: 'at', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.at },
          { id: 'then', header: t.then, kind: 'text', value: then },
          { id: 'channel', header: w().channel, kind: 'text', value: ({ next }) => (next.outcome === 'event' ? names.channel(next.channel) : null) },
          { id: 'journeys', header: w().journeys, kind: 'count', value: ({ next }) => next.journeys },
          { id: 'share', header: w().share, kind: 'share', bar: true, of: 'journeys', value: ({ next }) => next.share, n: (row) => row.drops },
          { id: 'same', header: t.same, kind: 'count', value: ({ next }) => (next.outcome === 'event' ? next.same_channel : null) },
          {
            id: 'wait',
            header: t.wait,
            kind: 'duration',
            value: ({ next }) => (next.outcome === 'event' ? (next.wait?.median_s ?? null) : null),
            n: ({ next }) => (next.outcome === 'event' ? (next.wait?.n ?? 0) : 0),
          },
        ],
      }),
    ],
  }
}

export function hops(figures: FiguresOf<'hops'>, names: Naming): Shown {
  const t = w().hops
  const numbered = (id: string, title: string, rows: readonly Schemas['JourneysBy'][]) =>
    table({
      id,
      title,
      rows,
      columns: [
        { id: 'number', header: t.number, kind: 'count', value: (row) => row.number },
        { id: 'journeys', header: w().journeys, kind: 'count', value: (row) => row.journeys },
        { id: 'share', header: w().share, kind: 'share', bar: true, of: 'journeys', value: (row) => row.share, n: () => figures.journeys },
      ],
    })
  return {
    facts: [
      { value: figures.customers_across_share, as: 'share', text: t.across, n: figures.customers, of: 'customers', interval: figures.customers_across_interval, method: 'Wilson' },
      { value: figures.journeys_across_share, as: 'share', text: t.acrossJourneys, n: figures.journeys, of: 'journeys' },
      { value: figures.hops_in_all, as: 'count', text: t.all },
    ],
    tables: [
      table({
        id: 'hops',
        title: t.matrix,
        rows: figures.hops,
        columns: [
          { id: 'from', header: w().from, kind: 'channel', value: (row) => names.channel(row.from) },
          { id: 'to', header: w().to, kind: 'channel', value: (row) => names.channel(row.to) },
          { id: 'occurrences', header: t.hops, kind: 'count', value: (row) => row.occurrences },
          { id: 'journeys', header: w().journeys, kind: 'count', value: (row) => row.journeys },
          { id: 'customers', header: w().customers, kind: 'count', value: (row) => row.customers },
          { id: 'median', header: w().median, kind: 'duration', value: (row) => row.wait.median_s, n: (row) => row.wait.n },
          { id: 'q95', header: w().q95, kind: 'duration', value: (row) => row.wait.q95_s, n: (row) => row.wait.n },
        ],
      }),
      table({
        id: 'channels',
        title: t.channels,
        rows: figures.channels,
        columns: [
          { id: 'channel', header: w().channel, kind: 'channel', value: (row) => names.channel(row.channel) },
          { id: 'events', header: w().events, kind: 'count', value: (row) => row.events },
          { id: 'customers', header: w().customers, kind: 'count', value: (row) => row.customers },
          { id: 'starts', header: t.starts, kind: 'count', value: (row) => row.starts },
          { id: 'stays', header: t.stays, kind: 'count', value: (row) => row.stays },
          { id: 'in', header: t.in, kind: 'count', value: (row) => row.hops_in },
          { id: 'out', header: t.out, kind: 'count', value: (row) => row.hops_out },
          { id: 'ends', header: t.ends, kind: 'count', value: (row) => row.ends },
        ],
      }),
      table({
        id: 'sequences',
        title: t.sequences,
        rows: figures.sequences,
        columns: [
          { id: 'channels', header: w().way, kind: 'text', value: (row) => row.channels.map(names.channel).join(' → ') },
          { id: 'journeys', header: w().journeys, kind: 'count', value: (row) => row.journeys },
          { id: 'share', header: w().share, kind: 'share', bar: true, of: 'journeys', value: (row) => row.share, n: () => figures.journeys },
        ],
      }),
      numbered('by_channels', t.byChannels, figures.by_channels),
      numbered('by_hops', t.byHops, figures.by_hops),
    ],
  }
}

export function sessions(figures: FiguresOf<'sessions'>): Shown {
  const t = w().sessions
  const all = figures.sessions
  const counts = (id: string, title: string, rows: readonly Schemas['Count'][]) =>
    table({
      id,
      title,
      rows,
      columns: [
        { id: 'touchpoint', header: w().touchpoint, kind: 'touchpoint', value: (row) => row.touchpoint },
        { id: 'count', header: t.all, kind: 'count', value: (row) => row.count },
        { id: 'share', header: t.ofSessions, kind: 'share', bar: true, of: 'sessions', value: (row) => (all ? row.count / all : null), n: () => all },
      ],
    })
  return {
    facts: [
      { value: all, as: 'count', text: t.all },
      { value: figures.sessions_per_customer, as: 'number', text: t.customers, n: figures.customers, of: 'customers' },
      { value: figures.events_per_session, as: 'number', text: t.events, n: all, of: 'sessions' },
      { value: figures.single_event_share, as: 'share', text: t.single, n: all, of: 'sessions' },
      { value: figures.duration?.median_s ?? null, as: 'duration', text: t.duration, n: figures.duration?.n ?? 0, of: 'sessions' },
    ],
    tables: [counts('starts', t.starts, figures.starts), counts('ends', t.ends, figures.ends)],
  }
}
