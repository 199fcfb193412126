//! The columns are the same, however the events came, wherever they lie and whatever memory there is.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;
#[path = "support/world.rs"]
mod world;

use std::num::NonZeroUsize;
use std::sync::Arc;

use columns::{
    Columns, Filed, Label, Limits, Occurrence, Parts, Present, Redirects, Row, Segment, Sequence, write_parts,
};
use model::{CustomerId, Kind, bucket_of};
use proptest::prelude::*;
use world::World;

const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
const PLENTY: Limits = Limits { bytes: usize::MAX, threads: TWO };

fn nowhere() -> Arc<Parts> {
    Arc::new(Parts::new("/nowhere"))
}

fn of_sequence(fresh: Sequence, redirects: &Redirects) -> Columns {
    let through = fresh.arrivals.iter().copied().max().unwrap_or(0);
    let present = Present { fresh, through, redirects: Some(redirects.clone()), ..Present::default() };
    Columns::build(nowhere(), &present, PLENTY).unwrap()
}

fn of_rows(rows: &[Row<'_>], limits: Limits) -> (Columns, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let metas = write_parts(directory.path(), 1, rows).unwrap();
    let present = Present {
        parts: metas.iter().map(Filed::from).collect(),
        through: rows.iter().map(|row| row.arrival.0).max().unwrap_or(0),
        ..Present::default()
    };
    (Columns::build(Arc::new(Parts::new(directory.path())), &present, limits).unwrap(), directory)
}

fn segments(columns: &Columns) -> Vec<Arc<Segment>> {
    (0..columns.buckets()).map(|bucket| columns.segment(bucket).unwrap()).collect()
}

fn everything(columns: &Columns) -> impl PartialEq + std::fmt::Debug {
    (segments(columns), columns.dictionary().shown().to_vec(), columns.channels().to_vec(), columns.left_out())
}

fn visit(customer: u64, arrival: u64, touchpoint: &str) -> Occurrence<'_> {
    Occurrence {
        customer,
        at: 0,
        arrival,
        kind: Kind::Interaction,
        touchpoint: touchpoint.into(),
        registered: false,
        channel: "".into(),
        mood: world::mood_of(arrival).as_ref().into(),
    }
}

proptest! {
    #[test]
    fn events_in_any_order_give_the_columns_of_the_plain_sort(world in world::unfiled(), seed: u64) {
        let whole = of_sequence(world.sequence(0), &world.redirects);
        prop_assert_eq!(world::seen(&whole), world.plainly());

        let mut shuffled = world.clone();
        shuffled.events.sort_by_key(|event| event.arrival.wrapping_mul(seed | 1).rotate_left(17));
        let joined = of_sequence(shuffled.sequence(0), &world.redirects);
        prop_assert_eq!(everything(&joined), everything(&whole));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 96 } else { 512 }))]
    /// Events come, are filed and filed anew, customers become one, segments are dropped and read again.
    #[test]
    fn brought_up_to_date_the_columns_are_those_of_a_rebuild(
        stages in proptest::collection::vec(world::stage(), 1..5), budget in prop_oneof![Just(0), Just(2_000), Just(usize::MAX)],
    ) {
        let directory = tempfile::tempdir().unwrap();
        let parts = Arc::new(Parts::new(directory.path()));
        let limits = Limits { bytes: budget, threads: TWO };
        let mut world = World::default();
        let mut columns: Option<Columns> = None;
        for stage in stages {
            let same_people = stage.redirects.is_empty();
            let asked = stage.asked.clone();
            world.pass(directory.path(), stage);
            let since = columns.as_ref().map_or(0, Columns::through);
            let redirects = (!same_people).then(|| world.redirects.clone());
            let present = Present { redirects, ..world.present(since) };
            let grown = match &columns {
                Some(columns) => columns.updated(&present),
                None => Columns::build(Arc::clone(&parts), &present, limits),
            }.unwrap();
            for bucket in asked {
                grown.segment(usize::from(bucket)).unwrap();
            }
            prop_assert_eq!(grown.len() as u64 + grown.left_out(), world.events.len() as u64);
            columns = Some(grown);
        }
        let columns = columns.unwrap();
        prop_assert_eq!(world::seen(&columns), world.plainly());

        let present = Present { redirects: Some(world.redirects.clone()), ..world.present(0) };
        let rebuilt = Columns::build(parts, &present, limits).unwrap();
        prop_assert_eq!(world::seen(&rebuilt), world.plainly());
        let all_fresh = of_sequence(world.sequence(0), &world.redirects);
        prop_assert_eq!(everything(&rebuilt), everything(&all_fresh));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn columns_from_parts_are_those_of_the_events_themselves(rows in support::rows(40)) {
        let (from_parts, _directory) = of_rows(&rows, PLENTY);
        let mut sequence = Sequence::default();
        for Row { customer, arrival, touchpoint, registered, event, .. } in &rows {
            sequence.push(&Occurrence {
                customer: customer.0,
                at: event.at.micros(),
                arrival: arrival.0,
                kind: event.kind,
                touchpoint: touchpoint.clone(),
                registered: *registered,
                channel: event.channel.clone(),
                mood: event.mood.as_ref().into(),
            });
        }
        let directly = of_sequence(sequence, &Redirects::new());
        prop_assert_eq!(everything(&from_parts), everything(&directly));
        prop_assert_eq!(from_parts.len() as u64 + from_parts.left_out(), rows.len() as u64);
    }
}

#[test]
fn the_rarest_labels_share_one_code_when_codes_run_out() {
    let mut sequence = Sequence::default();
    let mut rows = Vec::new();
    for number in 0..65_540_u64 {
        // The first ten occur once, the others twice.
        for repeat in 0..=u64::from(number >= 10) {
            let (name, arrival) = (format!("label {number:05}"), 1 + number * 2 + repeat);
            sequence.push(&visit(1, arrival, &name));
            rows.push(world::row(1, 0, arrival, &name, false, "", Kind::Interaction));
        }
    }
    let fresh = of_sequence(sequence, &Redirects::new());
    let (filed, _directory) = of_rows(&rows, Limits { bytes: 0, ..PLENTY });
    assert_eq!(everything(&filed), everything(&fresh), "read a second time, and a third because nothing may stay");
    for columns in [fresh, filed] {
        let dictionary = columns.dictionary();
        assert_eq!(columns.len(), 65_540 * 2 - 10);
        assert_eq!(dictionary.labels().len(), 65_535);
        assert_eq!(dictionary.shown().len(), 65_536);
        assert_eq!(dictionary.shown()[65_535], "(other)");
        assert_eq!(dictionary.events_in_other(), 5, "the five last of the ten that occur once");
        assert!(dictionary.code(&Label { text: "label 00004".to_owned(), registered: false }).is_some());
        assert!(dictionary.code(&Label { text: "label 00005".to_owned(), registered: false }).is_none());
        let segment = columns.segment(46).unwrap();
        assert_eq!((segment.codes()[0], segment.codes()[5]), (0, 65_535));

        let mut more = Sequence::default();
        more.push(&visit(2, 1_000_000, "new"));
        let grown = columns.updated(&Present { fresh: more, through: 1_000_000, ..Present::default() }).unwrap();
        assert_eq!(grown.dictionary().events_in_other(), 6);
    }
}

#[test]
fn the_rarest_channels_share_one_code_when_codes_run_out() {
    let mut sequence = Sequence::default();
    for number in 0..260_u64 {
        for repeat in 0..=u64::from(number >= 10) {
            let channel = format!("channel {number:03}");
            let arrival = 1 + number * 2 + repeat;
            sequence.push(&Occurrence { channel: channel.as_str().into(), ..visit(1, arrival, "till") });
        }
    }
    let columns = of_sequence(sequence, &Redirects::new());
    let segment = columns.segment(46).unwrap();
    let name = |row: usize| columns.channels()[usize::from(segment.channels()[row])].as_str();
    assert_eq!([name(0), name(4), name(5), name(9)], ["channel 000", "channel 004", "(other)", "(other)"]);
    assert_eq!((name(10), name(segment.len() - 1)), ("channel 010", "channel 259"));
    assert_eq!(columns.channels().len(), 256);
}

#[test]
fn a_discovered_label_never_looks_like_a_registered_touchpoint() {
    let mut sequence = Sequence::default();
    let labels = [("till", true), ("till", false), ("till (discovered)", false), ("door", false), ("(other)", false)];
    for (arrival, (text, registered)) in (1..).zip(labels) {
        sequence.push(&Occurrence { registered, ..visit(1, arrival, text) });
    }
    let columns = of_sequence(sequence, &Redirects::new());
    let dictionary = columns.dictionary();
    let shown = |text: &str, registered: bool| {
        let code = dictionary.code(&Label { text: text.to_owned(), registered }).unwrap();
        dictionary.shown()[usize::from(code)].as_str()
    };
    assert_eq!(shown("till", true), "till");
    assert_eq!(shown("till", false), "till (discovered)");
    assert_eq!(shown("till (discovered)", false), "till (discovered) (discovered)");
    assert_eq!(shown("door", false), "door");
    assert_eq!(shown("(other)", false), "(other) (discovered)");
}

#[test]
fn who_somebody_is_takes_no_place_in_journeys_but_is_counted() {
    let mut sequence = Sequence::default();
    for (arrival, kind) in (1..).zip(Kind::ALL) {
        sequence.push(&Occurrence { kind, ..visit(1, arrival, kind.as_str()) });
    }
    let columns = of_sequence(sequence, &Redirects::new());
    assert_eq!((columns.len(), columns.left_out()), (Kind::ALL.len() - 2, 2));
    let empty = of_sequence(Sequence::default(), &Redirects::new());
    assert!(empty.is_empty() && segments(&empty).iter().all(|segment| segment.runs().is_empty()));
}

/// Five events of each of the first customers.
fn five_each(customers: u64) -> Vec<Row<'static>> {
    let one = |index: u64| world::row(1 + index / 5, index as i64, 1 + index, "till", false, "web", Kind::Interaction);
    (0..customers * 5).map(one).collect()
}

#[test]
fn an_event_takes_22_to_23_bytes_at_five_events_a_customer() {
    let (columns, _directory) = of_rows(&five_each(40_000), PLENTY);
    let bytes_an_event = columns.bytes_resident() as f64 / columns.len() as f64;
    assert!((22.0..23.0).contains(&bytes_an_event), "{bytes_an_event} bytes");
}

#[test]
fn over_budget_the_least_recently_used_segments_go_and_come_again() {
    let rows = five_each(2_000);
    let (plenty, _directory) = of_rows(&rows, PLENTY);
    let expected = segments(&plenty);
    let budget = expected[7..=9].iter().map(|segment| segment.bytes()).sum::<usize>() - 1;
    let (columns, directory) = of_rows(&rows, Limits { bytes: budget, ..PLENTY });
    for bucket in (0..columns.buckets()).chain([7, 9, 7, 8]) {
        assert_eq!(columns.segment(bucket).unwrap(), expected[bucket]);
        assert!(columns.bytes_resident() <= budget, "{} bytes are over {budget}", columns.bytes_resident());
    }
    let in_memory = columns.in_memory_first().into_iter().take(columns.segments_resident());
    assert!(in_memory.clone().any(|bucket| bucket == 7) && !in_memory.clone().any(|bucket| bucket == 9));
    // Only what is in memory can be had without the parts: 8, and 7, which was used after 9.
    drop(directory);
    let found = [7, 8, 9].map(|bucket| columns.segment(bucket).is_ok());
    assert_eq!(found, [true, true, false]);
}

#[test]
fn buckets_without_news_are_shared() {
    let rows = five_each(500);
    let directory = tempfile::tempdir().unwrap();
    let parts: Vec<Filed> = write_parts(directory.path(), 1, &rows).unwrap().iter().map(Filed::from).collect();
    let filed = Present { parts: parts.clone(), through: 2_500, ..Present::default() };
    let columns = Columns::build(Arc::new(Parts::new(directory.path())), &filed, PLENTY).unwrap();
    let mut fresh = Sequence::default();
    fresh.push(&visit(1, 10_000, "door"));
    fresh.push(&visit(2, 10_001, "till"));
    let grown = columns.updated(&Present { parts, fresh, through: 10_001, ..Present::default() }).unwrap();
    let touched = [1, 2].map(|customer| usize::from(bucket_of(CustomerId(customer))));
    for (bucket, (before, now)) in segments(&columns).iter().zip(&segments(&grown)).enumerate() {
        assert_eq!(Arc::ptr_eq(before, now), !touched.contains(&bucket), "bucket {bucket}");
    }
    assert_eq!(grown.len(), columns.len() + 2);
}

#[test]
fn what_was_fresh_is_not_kept_twice_once_it_is_filed() {
    let directory = tempfile::tempdir().unwrap();
    let bucket = bucket_of(CustomerId(1));
    let rows = five_each(2_000_000 / 5);
    let rows: Vec<Row<'_>> = rows.into_iter().filter(|row| bucket_of(row.customer) == bucket).collect();
    let mut columns = Columns::build(Arc::new(Parts::new(directory.path())), &Present::default(), PLENTY).unwrap();
    let mut parts: Vec<Filed> = Vec::new();
    for (generation, fresh_rows) in (1..).zip(rows.chunks(500)) {
        let mut fresh = Sequence::default();
        for row in fresh_rows {
            let at = row.event.at.micros();
            fresh.push(&Occurrence { at, ..visit(row.customer.0, row.arrival.0, "till") });
        }
        let through = fresh_rows[fresh_rows.len() - 1].arrival.0;
        columns = columns.updated(&Present { parts: parts.clone(), fresh, through, redirects: None }).unwrap();
        parts.extend(write_parts(directory.path(), generation, fresh_rows).unwrap().iter().map(Filed::from));
    }
    assert_eq!(columns.len(), rows.len());
    let of_segments: usize = segments(&columns).iter().map(|segment| segment.bytes()).sum();
    let loose = (columns.bytes_resident() - of_segments) / 32;
    assert!(loose < 500 + 1_024 + 500, "{loose} of {} events are kept beside the segments", rows.len());
}
