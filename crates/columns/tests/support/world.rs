//! A small world in which events come, are filed and filed anew, and customers become one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use columns::{Columns, Filed, Label, Occurrence, PartMeta, Parts, Present, Redirects, Row, Sequence, write_parts};
use model::{Arrival, CustomerId, Event, Kind, Mood, MoodCode, MoodOrigin, NodeId, Timestamp, bucket_of};
use proptest::prelude::*;

/// Customers of some buckets, and some that share one.
static CUSTOMERS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let like_first = (8..).filter(|&id| bucket_of(CustomerId(id)) == bucket_of(CustomerId(1)));
    (1..8).chain(like_first.take(3)).collect()
});

#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) customer: u64,
    pub(crate) at: i64,
    pub(crate) arrival: u64,
    pub(crate) touchpoint: String,
    pub(crate) registered: bool,
    pub(crate) channel: String,
    pub(crate) kind: Kind,
}

/// By bucket and customer: time, arrival, label, channel and mood of each event.
pub(crate) type Seen = BTreeMap<(u16, CustomerId), Vec<(i64, u64, Label, String, MoodCode)>>;

#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) events: Vec<Given>,
    pub(crate) redirects: Redirects,
    filed_through: u64,
    metas: Vec<PartMeta>,
    generation: u64,
}

/// What happens between two questions.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    events: Vec<Given>,
    /// Who joins whom, by places in [`CUSTOMERS`].
    pub(crate) redirects: Vec<(usize, usize)>,
    filing: Filing,
    /// Customers become one before events are filed, or after.
    joins_first: bool,
    /// Buckets that are asked for at the end.
    pub(crate) asked: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Filing {
    Nothing,
    Fresh,
    /// The fresh events are filed, and all parts are written anew.
    Anew,
}

fn events() -> impl Strategy<Value = Vec<Given>> {
    let extremes = [Timestamp::MIN.micros(), Timestamp::MAX.micros()];
    let time = prop_oneof![-2_i64..3, proptest::sample::select(extremes.to_vec())];
    let who = (proptest::sample::select(CUSTOMERS.clone()), time, 0_u8..5, any::<bool>(), 0_u8..3, 0..Kind::ALL.len());
    let event = who.prop_map(|(customer, at, touchpoint, registered, channel, kind)| Given {
        customer,
        at,
        arrival: 0,
        touchpoint: format!("t{touchpoint}"),
        registered,
        channel: ["", "web", "shop"][usize::from(channel)].to_owned(),
        kind: if kind % 2 == 0 { Kind::ALL[kind] } else { Kind::Interaction },
    });
    proptest::collection::vec(event, 0..30)
}

fn joins() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((1..CUSTOMERS.len(), any::<usize>()), 0..4)
        .prop_map(|pairs| pairs.into_iter().map(|(from, seed)| (from, seed % from)).collect())
}

/// Events nobody has filed.
pub(crate) fn unfiled() -> impl Strategy<Value = World> {
    (events(), joins()).prop_map(|(events, joins)| {
        let mut world = World::default();
        world.come(events);
        world.join(&joins);
        world
    })
}

pub(crate) fn stage() -> impl Strategy<Value = Stage> {
    let filing = proptest::sample::select(vec![Filing::Nothing, Filing::Fresh, Filing::Anew]);
    let asked = proptest::collection::vec(any::<u8>(), 0..3);
    (events(), joins(), filing, proptest::bool::ANY, asked).prop_map(
        |(events, redirects, filing, joins_first, asked)| Stage { events, redirects, filing, joins_first, asked },
    )
}

/// Every third event tells a mood; each value comes from each origin.
pub(crate) fn mood_of(arrival: u64) -> Option<Mood<'static>> {
    let number = arrival.checked_rem(45)?;
    let origin = MoodOrigin::ALL[(number / 15) as usize];
    (number % 3 == 0).then(|| Mood { value: (number / 3 % 5) as i8 - 2, origin, method: "".into() })
}

pub(crate) fn row(
    customer: u64,
    at: i64,
    arrival: u64,
    touchpoint: &str,
    registered: bool,
    channel: &str,
    kind: Kind,
) -> Row<'static> {
    let name = touchpoint.to_owned();
    let mut event = Event::new(format!("m-{arrival}"), "shop", name.clone(), Timestamp::clamped(at));
    event.kind = kind;
    event.channel = channel.to_owned().into();
    event.mood = mood_of(arrival);
    let arrival = Arrival(arrival);
    Row { customer: CustomerId(customer), anchor: NodeId(1), arrival, touchpoint: name.into(), registered, event }
}

impl World {
    pub(crate) fn pass(&mut self, data_dir: &Path, stage: Stage) {
        self.come(stage.events);
        if stage.joins_first {
            self.join(&stage.redirects);
        }
        match stage.filing {
            Filing::Nothing => {}
            Filing::Fresh => self.file(data_dir),
            Filing::Anew => {
                self.file(data_dir);
                self.file_anew(data_dir);
            }
        }
        self.join(&stage.redirects);
    }

    fn come(&mut self, events: Vec<Given>) {
        for event in events {
            let arrival = self.events.len() as u64 + 1;
            self.events.push(Given { arrival, ..event });
        }
    }

    /// Only who does not redirect yet can join somebody.
    fn join(&mut self, pairs: &[(usize, usize)]) {
        for &(from, to) in pairs {
            self.redirects.entry(CustomerId(CUSTOMERS[from])).or_insert(CustomerId(CUSTOMERS[to]));
        }
    }

    fn resolve(&self, customer: u64) -> CustomerId {
        let mut customer = CustomerId(customer);
        while let Some(&next) = self.redirects.get(&customer) {
            customer = next;
        }
        customer
    }

    fn file(&mut self, data_dir: &Path) {
        let fresh = self.events.iter().filter(|event| event.arrival > self.filed_through);
        let rows: Vec<Row<'_>> = fresh
            .map(|event| {
                let customer = self.resolve(event.customer).0;
                let (touchpoint, channel) = (&event.touchpoint, &event.channel);
                row(customer, event.at, event.arrival, touchpoint, event.registered, channel, event.kind)
            })
            .collect();
        self.filed_through = self.events.len() as u64;
        self.generation += 1;
        self.metas.extend(write_parts(data_dir, self.generation, &rows).unwrap());
    }

    /// The old parts are gone at once: nobody may read them any more.
    fn file_anew(&mut self, data_dir: &Path) {
        let parts = Parts::new(data_dir);
        let metas = std::mem::take(&mut self.metas);
        let read = |meta: &PartMeta| parts.read_rows(&meta.path).unwrap().flat_map(Result::unwrap).collect::<Vec<_>>();
        let mut rows: Vec<Row<'_>> = metas.iter().flat_map(read).collect();
        rows.iter_mut().for_each(|row| row.customer = self.resolve(row.customer.0));
        self.generation += 1;
        self.metas = write_parts(data_dir, self.generation, &rows).unwrap();
        metas.iter().for_each(|meta| std::fs::remove_file(data_dir.join(&meta.path)).unwrap());
    }

    /// All parts, and the events that arrived after `since` and lie in none.
    pub(crate) fn present(&self, since: u64) -> Present {
        Present {
            parts: self.metas.iter().map(Filed::from).collect(),
            fresh: self.sequence(since.max(self.filed_through)),
            through: self.events.len() as u64,
            redirects: None,
        }
    }

    pub(crate) fn sequence(&self, since: u64) -> Sequence {
        let mut sequence = Sequence::default();
        for event in self.events.iter().filter(|event| event.arrival > since) {
            sequence.push(&Occurrence {
                customer: event.customer,
                at: event.at,
                arrival: event.arrival,
                kind: event.kind,
                touchpoint: event.touchpoint.as_str().into(),
                registered: event.registered,
                channel: event.channel.as_str().into(),
                mood: mood_of(event.arrival).as_ref().into(),
            });
        }
        sequence
    }

    /// What the columns hold, by the plainest means.
    pub(crate) fn plainly(&self) -> Seen {
        let mut found = Seen::new();
        for event in self.events.iter().filter(|event| event.kind.is_part_of_journeys()) {
            let customer = self.resolve(event.customer);
            let label = Label { text: event.touchpoint.clone(), registered: event.registered };
            let mood = mood_of(event.arrival).as_ref().into();
            let seen = (event.at, event.arrival, label, event.channel.clone(), mood);
            found.entry((bucket_of(customer), customer)).or_default().push(seen);
        }
        found.values_mut().for_each(|events| events.sort());
        found
    }
}

/// What the columns hold, looked at from outside.
pub(crate) fn seen(columns: &Columns) -> Seen {
    let mut found = Seen::new();
    for bucket in 0..columns.buckets() {
        let segment = columns.segment(bucket).unwrap();
        assert_eq!((usize::from(segment.bucket()), segment.len()), (bucket, columns.rows(bucket)));
        assert!(segment.customers().is_sorted(), "runs are out of order");
        for (run, (&customer, bounds)) in segment.customers().iter().zip(segment.runs().windows(2)).enumerate() {
            assert_eq!(segment.run_of(customer), Some(run));
            let events = (bounds[0] as usize..bounds[1] as usize).map(|row| {
                let label = columns.dictionary().labels()[usize::from(segment.codes()[row])].clone();
                let channel = columns.channels()[usize::from(segment.channels()[row])].clone();
                (segment.times()[row], segment.arrivals()[row], label, channel, segment.moods()[row])
            });
            assert_eq!(found.insert((bucket as u16, customer), events.collect()), None);
        }
    }
    found
}
