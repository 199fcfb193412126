//! The sorted columns are the same, however the events came.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use columns::{Label, Parts, Redirects, Row, Sequence, SortedColumns, write_parts};
use model::{CustomerId, Kind, bucket_of};
use proptest::prelude::*;

/// One event as a test gives it: customer, time, touchpoint, registered. Its place in the list is its arrival.
type Given = (u64, i64, u8, bool);

/// By bucket and customer: time, arrival and label of each event.
type Seen = BTreeMap<(u16, CustomerId), Vec<(i64, u64, Label)>>;

fn sequence(events: &[(u64, Given)]) -> Sequence {
    let mut sequence = Sequence::default();
    for &(arrival, (customer, at, touchpoint, registered)) in events {
        let name = format!("t{touchpoint}");
        sequence.push(customer, at, arrival, Kind::Interaction, &name.as_str().into(), registered);
    }
    sequence
}

fn numbered(given: &[Given]) -> Vec<(u64, Given)> {
    (1..).zip(given.iter().copied()).collect()
}

/// Per customer (time, arrival, label), by the plainest means.
fn plainly(events: &[(u64, Given)], redirects: &Redirects) -> Seen {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for &(arrival, (customer, at, touchpoint, registered)) in events {
        let mut customer = CustomerId(customer);
        while let Some(&next) = redirects.get(&customer) {
            customer = next;
        }
        let label = Label { text: format!("t{touchpoint}"), registered };
        found.entry((bucket_of(customer), customer)).or_default().push((at, arrival, label));
    }
    found.values_mut().for_each(|events| events.sort());
    found
}

fn seen(columns: &SortedColumns) -> Seen {
    let runs = columns.customers().iter().zip(columns.runs().windows(2)).enumerate();
    let found: Vec<_> = runs
        .map(|(dense, (&customer, bounds))| {
            assert_eq!(columns.dense(customer), Some(dense as u32));
            let events = (bounds[0] as usize..bounds[1] as usize).map(|row| {
                let label = columns.dictionary().labels()[usize::from(columns.codes()[row])].clone();
                (columns.times()[row], columns.arrivals()[row], label)
            });
            ((bucket_of(customer), customer), events.collect())
        })
        .collect();
    assert!(found.is_sorted_by_key(|(key, _)| *key), "runs are out of order");
    found.into_iter().collect()
}

fn everything(columns: &SortedColumns) -> impl PartialEq + std::fmt::Debug {
    (
        columns.codes().to_vec(),
        columns.times().to_vec(),
        columns.arrivals().to_vec(),
        columns.runs().to_vec(),
        columns.customers().to_vec(),
        columns.dictionary().shown().to_vec(),
    )
}

fn given() -> impl Strategy<Value = Vec<Given>> {
    let time = prop_oneof![-2_i64..3, Just(i64::MIN / 2), Just(i64::MAX / 2)];
    proptest::collection::vec((1_u64..12, time, 0_u8..5, any::<bool>()), 0..60)
}

/// Younger customers redirect to older ones, in chains.
fn redirects() -> impl Strategy<Value = Redirects> {
    proptest::collection::btree_map(2_u64..12, any::<u64>(), 0..6).prop_map(|pairs| {
        pairs.into_iter().map(|(from, seed)| (CustomerId(from), CustomerId(1 + seed % (from - 1)))).collect()
    })
}

proptest! {
    #[test]
    fn any_order_and_any_cut_gives_the_columns_of_the_plain_sort(
        given in given(), redirects in redirects(), cuts in proptest::collection::vec(0_usize..60, 0..3), seed: u64,
    ) {
        let events = numbered(&given);
        let whole = SortedColumns::of_sequences(&[sequence(&events)], &redirects).unwrap();
        prop_assert_eq!(seen(&whole), plainly(&events, &redirects));

        let mut shuffled = events.clone();
        shuffled.sort_by_key(|(arrival, _)| arrival.wrapping_mul(seed | 1).rotate_left(17));
        let mut bounds: Vec<usize> = cuts.into_iter().map(|cut| cut.min(events.len())).collect();
        bounds.extend([0, events.len()]);
        bounds.sort_unstable();
        let pieces: Vec<Sequence> = bounds.windows(2).map(|cut| sequence(&shuffled[cut[0]..cut[1]])).collect();
        let joined = SortedColumns::of_sequences(&pieces, &redirects).unwrap();
        prop_assert_eq!(everything(&joined), everything(&whole));
    }

    #[test]
    fn more_events_and_later_redirects_give_what_a_rebuild_gives(
        given in given(), cut in 0_usize..60, early in redirects(), late in redirects(),
    ) {
        let events = numbered(&given);
        let (first, more) = events.split_at(cut.min(events.len()));
        let mut all = early.clone();
        late.iter().for_each(|(from, to)| { all.entry(*from).or_insert(*to); });
        let columns = SortedColumns::of_sequences(&[sequence(first)], &early).unwrap();
        let grown = columns.with_more(&[sequence(more)], &all).unwrap();
        prop_assert_eq!(seen(&grown), plainly(&events, &all));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn columns_from_parts_are_those_of_the_events_themselves(rows in support::rows(40), redirects in redirects()) {
        let directory = tempfile::tempdir().unwrap();
        let (first, second) = rows.split_at(rows.len() / 2);
        let mut metas = write_parts(directory.path(), 1, first).unwrap();
        metas.extend(write_parts(directory.path(), 2, second).unwrap());
        let parts = Parts::new(directory.path());
        let two = NonZeroUsize::new(2).unwrap();
        let from_parts = SortedColumns::of_parts(&parts, &metas, &redirects, two).unwrap();

        let mut sequence = Sequence::default();
        for Row { customer, arrival, touchpoint, registered, event, .. } in &rows {
            sequence.push(customer.0, event.at.micros(), arrival.0, event.kind, touchpoint, *registered);
        }
        let directly = SortedColumns::of_sequences(&[sequence], &redirects).unwrap();
        prop_assert_eq!(everything(&from_parts), everything(&directly));
        prop_assert_eq!(from_parts.left_out(), directly.left_out());
        prop_assert_eq!(from_parts.len() as u64 + from_parts.left_out(), rows.len() as u64);
    }
}

#[test]
fn the_rarest_labels_share_one_code_when_codes_run_out() {
    let mut sequence = Sequence::default();
    for number in 0..65_540_u64 {
        // The first ten occur once, the others twice.
        for repeat in 0..=u64::from(number >= 10) {
            let name = format!("label {number:05}");
            sequence.push(1, 0, number * 2 + repeat, Kind::Interaction, &name.as_str().into(), false);
        }
    }
    let columns = SortedColumns::of_sequences(&[sequence.clone()], &Redirects::new()).unwrap();
    let dictionary = columns.dictionary();
    assert_eq!(columns.len(), 65_540 * 2 - 10);
    assert_eq!(dictionary.labels().len(), 65_535);
    assert_eq!(dictionary.shown().len(), 65_536);
    assert_eq!(dictionary.shown()[65_535], "(other)");
    assert_eq!(dictionary.events_in_other(), 5, "the five last of the ten that occur once");
    assert!(dictionary.code(&Label { text: "label 00004".to_owned(), registered: false }).is_some());
    assert!(dictionary.code(&Label { text: "label 00005".to_owned(), registered: false }).is_none());
    assert_eq!(columns.codes()[0], 0);
    assert_eq!(columns.codes()[5], 65_535);

    let mut more = Sequence::default();
    more.push(2, 0, 1_000_000, Kind::Interaction, &"new".into(), false);
    let grown = columns.with_more(&[more], &Redirects::new()).unwrap();
    assert_eq!(grown.dictionary().events_in_other(), 6);
}

#[test]
fn a_discovered_label_never_looks_like_a_registered_touchpoint() {
    let mut sequence = Sequence::default();
    let labels = [("till", true), ("till", false), ("till (discovered)", false), ("door", false), ("(other)", false)];
    for (arrival, (text, registered)) in (0..).zip(labels) {
        sequence.push(1, 0, arrival, Kind::Interaction, &text.into(), registered);
    }
    let columns = SortedColumns::of_sequences(&[sequence], &Redirects::new()).unwrap();
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
        sequence.push(1, 0, arrival, kind, &kind.as_str().into(), false);
    }
    let columns = SortedColumns::of_sequences(&[sequence], &Redirects::new()).unwrap();
    assert_eq!((columns.len(), columns.left_out()), (Kind::ALL.len() - 2, 2));
    let empty = SortedColumns::of_sequences(&[], &Redirects::new()).unwrap();
    assert!(empty.is_empty() && empty.runs().is_empty());
}
