//! A world and the streams that come out of it.

use std::collections::{BTreeMap, VecDeque};

use model::Timestamp;

use crate::behaviour::{Lived, live};
use crate::calendar::{Calendar, Moment};
use crate::dice::Dice;
use crate::doors::{Door, Fate, Scene, cloud, segment, shop_tablets, till::Books};
use crate::household::Household;
use crate::law::Desk;
use crate::laws::LAWS;
use crate::laws::sharing::HOTLINE;
use crate::people::{Held, Person, Scope};
use crate::truth::{TruthEvent, TruthIdentifier, TruthPerson};

/// People whose lives are unrolled together; within a cohort everything leaves in the order of time.
/// Bounds the memory: about 10 MB, whatever the size of the world.
const COHORT: u32 = 4_096;
/// Items of a Segment or CloudEvents batch at most; about 80 KB, far below the dialects' 500 KB.
const BATCH: usize = 100;

/// A world: a seed and so many customers make exactly one.
#[derive(Clone, Debug)]
pub struct World {
    seed: u64,
    customers: u32,
    calendar: Calendar,
}

/// Names of all sources that a world sends from, each with its own write key.
pub fn sources() -> impl Iterator<Item = &'static str> {
    [Door::WebShop, Door::App, Door::Till].into_iter().chain(Desk::ALL.map(Door::Desk)).map(Door::source)
}

/// What is sent to a door in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Body of a `POST /v1/batch`: `{"batch":[...]}`, 100 items at most. There is no `sentAt`: whoever sends a world's
    /// past today must not have its clock "corrected" by months.
    SegmentBatch {
        /// Name of the source whose write key is to be used.
        source: &'static str,
        /// JSON.
        body: String,
    },
    /// Body of a `POST /v1/cloudevents` in batched mode: a JSON array, 100 events at most, one a line.
    CloudEvents {
        /// Name of the source whose write key is to be used.
        source: &'static str,
        /// JSON.
        body: String,
    },
    /// A file from a till: German CSV (semicolon, decimal comma, Windows-1252, local time of Berlin).
    /// Columns `Kundenkarte;Vorgang;Datum;Uhrzeit;Betrag;Filiale`; the customer column holds loyalty cards.
    Csv {
        /// Name of the source under which it is to be imported.
        source: &'static str,
        /// Shop, month and cohort: `koeln-2025-04-001.csv`.
        file_name: String,
        /// The file.
        bytes: Vec<u8>,
    },
}

impl World {
    /// There are no more distinct invented telephone numbers.
    pub const MOST_CUSTOMERS: u32 = 4_000_000;

    /// The world that grows from `seed` with so many customers (prospects included), at most [`Self::MOST_CUSTOMERS`].
    ///
    /// # Panics
    /// If there are more customers than distinct invented telephone numbers.
    pub fn new(seed: u64, customers: u32) -> Self {
        assert!(
            customers <= Self::MOST_CUSTOMERS,
            "{customers} customers are more than there are invented telephone numbers"
        );
        Self { seed, customers, calendar: Calendar::new() }
    }

    /// How many customers live in it, prospects included.
    pub fn customers(&self) -> u32 {
        self.customers
    }

    /// All that the doors get, in batches of many people's items, within a cohort in the order of time.
    pub fn deliveries(&self) -> impl Iterator<Item = Delivery> + '_ {
        let mut post = Post::default();
        let mut tellings = self.tellings();
        std::iter::from_fn(move || {
            while post.ready.is_empty() {
                match tellings.next() {
                    Some(telling) => post.take(telling.sent),
                    None if post.is_empty() => return None,
                    None => post.send_rest(),
                }
            }
            post.ready.pop_front()
        })
    }

    /// The truth about every happening, in the order in which the doors get them.
    pub fn truth(&self) -> impl Iterator<Item = TruthEvent> + '_ {
        self.tellings().filter_map(|telling| telling.truth)
    }

    /// The truth about every person, by number.
    pub fn people(&self) -> impl Iterator<Item = TruthPerson> + '_ {
        (0..self.cohorts()).flat_map(|number| Cohort::unroll(self, number).truth_of_people())
    }

    /// Identifiers that stand in many people's events and belong to the company: its hotline's number and the tablets of
    /// its shops.
    pub fn company_identifiers(&self) -> Vec<TruthIdentifier> {
        let (start, _) = self.calendar.span();
        let all = shop_tablets().map(|tablet| ("device_id", tablet)).chain([("phone", HOTLINE.to_owned())]);
        all.map(|(kind, value)| TruthIdentifier {
            person: None,
            kind: kind.to_owned(),
            value,
            scope: Scope::Company.as_str().to_owned(),
            from: timestamp(start),
            until: None,
        })
        .collect()
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn tellings(&self) -> Tellings<'_> {
        Tellings {
            world: self,
            next_cohort: 0,
            cohort: Cohort::default(),
            place: 0,
            books: Books::default(),
            files: VecDeque::new(),
        }
    }

    fn cohorts(&self) -> u32 {
        self.customers.div_ceil(COHORT)
    }
}

/// Some thousand lives, unrolled.
#[derive(Debug, Default)]
struct Cohort {
    people: Vec<Person>,
    held: Vec<Vec<Held>>,
    lived: Vec<Lived>,
}

impl Cohort {
    fn unroll(world: &World, number: u32) -> Self {
        let mut cohort = Self::default();
        let mut household: Option<Household> = None;
        for number in number * COHORT..((number + 1) * COHORT).min(world.customers) {
            let mut dice = Dice::of(world.seed, u64::from(number));
            if household.as_ref().is_none_or(|home| number - home.number >= home.members.len() as u32) {
                household = Some(Household::of(world.seed, number));
            }
            let home = household.as_ref().expect("just found");
            let resident = &home.members[(number - home.number) as usize];
            let person = Person::born(home, resident, world.seed, &world.calendar, &mut dice);
            let place = cohort.people.len() as u32;
            cohort.held.push(live(&world.calendar, dice, &person, place, &mut cohort.lived));
            cohort.people.push(person);
        }
        cohort.lived.sort_unstable_by_key(|lived| (lived.at, lived.person, lived.nth));
        cohort
    }

    fn truth_of_people(self) -> impl Iterator<Item = TruthPerson> {
        let mut ends = vec![(LAWS[0].stage, 0); self.people.len()];
        for lived in &self.lived {
            let end = &mut ends[lived.person as usize];
            *end = (LAWS[lived.step as usize].stage, end.1 + 1);
        }
        let lives = self.people.into_iter().zip(self.held).zip(ends);
        lives.map(|((person, held), (stage, happenings))| TruthPerson {
            person: person.number,
            given_name: person.given.to_owned(),
            family_name: person.family,
            birth_date: person.born.to_string(),
            household: person.household,
            street: person.address.street,
            house_no: person.address.house_no,
            postcode: person.address.postcode,
            city: person.address.city.to_owned(),
            language: if person.british { "en" } else { "de" }.to_owned(),
            stage,
            happenings,
            identifiers: held
                .into_iter()
                .map(|held| TruthIdentifier {
                    person: Some(person.number),
                    kind: held.kind.to_owned(),
                    value: held.value,
                    scope: held.scope.as_str().to_owned(),
                    from: timestamp(held.from),
                    until: held.until.map(timestamp),
                })
                .collect(),
        })
    }
}

fn timestamp(at: Moment) -> Timestamp {
    Timestamp::clamped(at * 1_000)
}

/// One happening with what is sent of it, or a file that is complete.
pub(crate) struct Telling {
    pub(crate) truth: Option<TruthEvent>,
    pub(crate) sent: Sent,
}

/// What goes out of one happening.
pub(crate) enum Sent {
    /// Nothing now: no trace, or a row of a file that is still being written.
    Nothing,
    Segment {
        source: &'static str,
        item: String,
        twice: bool,
    },
    CloudEvent {
        source: &'static str,
        event: String,
    },
    File {
        source: &'static str,
        name: String,
        bytes: Vec<u8>,
    },
}

/// Truth and post, side by side.
pub(crate) struct Tellings<'w> {
    world: &'w World,
    next_cohort: u32,
    cohort: Cohort,
    /// Place in the cohort.
    place: usize,
    books: Books,
    files: VecDeque<(String, Vec<u8>)>,
}

impl Iterator for Tellings<'_> {
    type Item = Telling;

    fn next(&mut self) -> Option<Telling> {
        loop {
            if let Some((name, bytes)) = self.files.pop_front() {
                return Some(Telling { truth: None, sent: Sent::File { source: Door::Till.source(), name, bytes } });
            }
            if let Some(&lived) = self.cohort.lived.get(self.place) {
                self.place += 1;
                if self.place == self.cohort.lived.len() {
                    let telling = self.tell(lived);
                    self.files.extend(self.books.close());
                    return Some(telling);
                }
                return Some(self.tell(lived));
            }
            if self.next_cohort == self.world.cohorts() {
                return None;
            }
            self.cohort = Cohort::unroll(self.world, self.next_cohort);
            self.place = 0;
            self.next_cohort += 1;
        }
    }
}

impl Tellings<'_> {
    fn tell(&mut self, lived: Lived) -> Telling {
        let person = &self.cohort.people[lived.person as usize];
        let scene = Scene { seed: self.world.seed, calendar: &self.world.calendar, person, lived };
        let law = &LAWS[lived.step as usize];
        let door = scene.door();
        let (mut message_id, mut copies, mut spoiled) = (String::new(), 0, false);
        let sent = match door {
            None => Sent::Nothing,
            Some(Door::Till) => {
                message_id = self.books.enter(&scene, self.next_cohort - 1);
                copies = 1;
                Sent::Nothing
            }
            Some(door @ (Door::WebShop | Door::App)) => {
                message_id = scene.message_id();
                let fate = scene.fate();
                copies = if fate == Fate::ArrivesTwice { 2 } else { 1 };
                spoiled = matches!(fate, Fate::LosesItsIds | Fate::LosesItsTime);
                let item = segment::item(&scene, door, &message_id);
                Sent::Segment { source: door.source(), item, twice: copies == 2 }
            }
            Some(door @ Door::Desk(_)) => {
                message_id = scene.message_id();
                copies = 1;
                Sent::CloudEvent { source: door.source(), event: cloud::event(&scene, &message_id) }
            }
        };
        let truth = TruthEvent {
            message_id,
            source: door.map_or("", Door::source).to_owned(),
            person: person.number,
            at: timestamp(lived.at),
            step: format!("{:?}", lived.step),
            touchpoint: if lived.identifies { "" } else { law.touchpoint }.to_owned(),
            stage: law.stage,
            identify: lived.identifies,
            copies,
            spoiled,
        };
        Telling { truth: Some(truth), sent }
    }
}

/// Batches in the making, one a source.
#[derive(Default)]
pub(crate) struct Post {
    segment: BTreeMap<&'static str, Batch>,
    cloud: BTreeMap<&'static str, Batch>,
    pub(crate) ready: VecDeque<Delivery>,
}

#[derive(Default)]
struct Batch {
    items: Vec<String>,
    /// Sent once already, and again with the next batch.
    again: Vec<String>,
}

impl Batch {
    fn take_full(&mut self) -> Vec<String> {
        // Retries go out at least one batch after the first try.
        let next = std::mem::take(&mut self.again);
        std::mem::replace(&mut self.items, next)
    }
}

impl Post {
    /// Takes in what is sent; full batches become ready.
    pub(crate) fn take(&mut self, sent: Sent) {
        match sent {
            Sent::Nothing => {}
            Sent::File { source, name, bytes } => {
                self.ready.push_back(Delivery::Csv { source, file_name: name, bytes });
            }
            Sent::Segment { source, item, twice } => {
                let batch = self.segment.entry(source).or_default();
                if twice {
                    batch.again.push(item.clone());
                }
                batch.items.push(item);
                if batch.items.len() == BATCH {
                    let items = batch.take_full();
                    self.ready.push_back(segment_batch(source, &items));
                }
            }
            Sent::CloudEvent { source, event } => {
                let batch = self.cloud.entry(source).or_default();
                batch.items.push(event);
                if batch.items.len() == BATCH {
                    let items = batch.take_full();
                    self.ready.push_back(cloud_batch(source, &items));
                }
            }
        }
    }

    /// Sends what is left over.
    pub(crate) fn send_rest(&mut self) {
        for (source, batch) in &mut self.segment {
            while !batch.items.is_empty() {
                let items = batch.take_full();
                self.ready.push_back(segment_batch(source, &items));
            }
        }
        for (source, batch) in &mut self.cloud {
            if !batch.items.is_empty() {
                let items = batch.take_full();
                self.ready.push_back(cloud_batch(source, &items));
            }
        }
    }

    fn is_empty(&self) -> bool {
        let nothing_left = |batches: &BTreeMap<_, Batch>| batches.values().all(|batch| batch.items.is_empty());
        self.ready.is_empty() && nothing_left(&self.segment) && nothing_left(&self.cloud)
    }
}

fn segment_batch(source: &'static str, items: &[String]) -> Delivery {
    Delivery::SegmentBatch { source, body: format!("{{\"batch\":[{}]}}", items.join(",")) }
}

fn cloud_batch(source: &'static str, events: &[String]) -> Delivery {
    Delivery::CloudEvents { source, body: format!("[{}]", events.join(",\n")) }
}
