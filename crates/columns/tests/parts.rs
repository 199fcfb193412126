//! What is written into parts comes back out of them.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::num::NonZeroUsize;
use std::sync::Arc;

use columns::{Cases, Columns, Filed, Limits, NO_CASE, PartMeta, Parts, Present, Row, write_parts};
use model::{Arrival, CustomerId, Event, NodeId, RawJson, Timestamp, bucket_of};
use proptest::prelude::*;

fn read_all(parts: &Parts, metas: &[PartMeta]) -> Vec<Row<'static>> {
    metas.iter().flat_map(|meta| parts.read_rows(&meta.path).unwrap().flat_map(Result::unwrap)).collect()
}

fn place(row: &Row<'_>) -> (u16, i16, u64, Timestamp, u64) {
    (bucket_of(row.customer), row.event.at.year(), row.customer.0, row.event.at, row.arrival.0)
}

/// Seven events of each customer, an hour apart.
fn thin_rows(customers: impl Iterator<Item = u64>) -> Vec<Row<'static>> {
    let rows = customers.flat_map(|customer| {
        (0..7).map(move |step| {
            let at = Timestamp::clamped(1_760_000_000_000_000 + step * 3_600_000_000);
            let mut event = Event::new(format!("{customer}-{step}"), "shop", "visit", at);
            event.properties = RawJson::from(serde_json::json!({ "order": { "id": customer / 2 } }));
            Row {
                customer: CustomerId(customer),
                anchor: NodeId(customer as u32),
                arrival: Arrival(customer * 7 + step as u64),
                touchpoint: "visit".into(),
                registered: step % 2 == 0,
                event,
            }
        })
    });
    rows.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_event_comes_back_as_it_was_filed(rows in support::rows(40)) {
        let directory = tempfile::tempdir().unwrap();
        let metas = write_parts(directory.path(), 7, &rows).unwrap();
        let parts = Parts::new(directory.path());
        let found = read_all(&parts, &metas);
        let mut expected = rows.clone();
        expected.sort_by_key(place);
        prop_assert_eq!(&found, &expected);

        for meta in &metas {
            let own: Vec<&Row<'_>> =
                rows.iter().filter(|row| (place(row).0, place(row).1) == (meta.bucket, meta.window)).collect();
            prop_assert_eq!(meta.rows, own.len() as u64);
            prop_assert_eq!(Some(meta.min_arrival), own.iter().map(|row| row.arrival).min());
            prop_assert_eq!(Some(meta.max_arrival), own.iter().map(|row| row.arrival).max());
            prop_assert_eq!(Some(meta.min_at), own.iter().map(|row| row.event.at).min());
            prop_assert_eq!(Some(meta.max_at), own.iter().map(|row| row.event.at).max());
            prop_assert_eq!(meta.bytes, std::fs::metadata(directory.path().join(&meta.path)).unwrap().len());
            let asked = [rows[0].customer.0, rows[rows.len() - 1].customer.0];
            let found = parts.read_customer(&meta.path, &asked).unwrap();
            let mut expected: Vec<Row<'_>> =
                own.into_iter().filter(|row| asked.contains(&row.customer.0)).cloned().collect();
            expected.sort_by_key(place);
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn a_customer_is_found_wherever_the_pages_and_row_groups_are_cut() {
    // One bucket's worth of customers whose events fill more than one row group.
    let bucket = bucket_of(CustomerId(1));
    let rows = thin_rows((1..).filter(|&id| bucket_of(CustomerId(id)) == bucket).take(20_000));
    assert!(rows.len() > 131_072, "{} rows are too few for two row groups", rows.len());
    let directory = tempfile::tempdir().unwrap();
    let metas = write_parts(directory.path(), 1, &rows).unwrap();
    assert_eq!(metas.len(), 1);
    let parts = Parts::new(directory.path());
    for (index, own) in rows.chunks(7).enumerate() {
        if index % 149 == 0 || index < 3 || index > rows.len() / 7 - 3 {
            assert_eq!(parts.read_customer(&metas[0].path, &[own[0].customer.0]).unwrap(), own);
        }
    }
    let stranger = (1..).find(|&id| bucket_of(CustomerId(id)) != bucket).unwrap();
    assert_eq!(parts.read_customer(&metas[0].path, &[stranger]).unwrap(), []);
}

#[test]
fn parts_lie_in_hive_folders_and_never_replace_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let rows = thin_rows(1..=1);
    let path = |meta: &PartMeta| meta.path.clone();
    let first: Vec<String> = write_parts(directory.path(), 3, &rows).unwrap().iter().map(path).collect();
    let second: Vec<String> = write_parts(directory.path(), 3, &rows).unwrap().iter().map(path).collect();
    assert_eq!(first, ["columns/bucket=046/window=2025/part-3-0.parquet"]);
    assert_eq!(second, ["columns/bucket=046/window=2025/part-3-1.parquet"]);
    let folder = directory.path().join("columns/bucket=046/window=2025");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2, "temporary files stay behind");
}

#[test]
fn a_property_is_read_for_every_event_of_a_part() {
    let directory = tempfile::tempdir().unwrap();
    let mut rows = thin_rows(1..=1);
    rows[1].event.properties = RawJson::default();
    rows[2].event.properties = RawJson::trusted(r#"{"order":{"id":null}}"#);
    rows[3].event.properties = RawJson::trusted(r#"{"order":"A"}"#);
    rows[4].event.properties = RawJson::trusted(r#"{"order":{"id":"A 1"}}"#);
    rows[5].event.properties = RawJson::trusted(r#"{"order":{"id":true}}"#);
    let metas = write_parts(directory.path(), 1, &rows).unwrap();
    let found = Parts::new(directory.path()).read_property(&metas[0].path, "order.id").unwrap();
    assert_eq!(found.arrivals, [7, 8, 9, 10, 11, 12, 13]);
    let values: Vec<Option<&str>> = found.values.iter().map(Option::as_deref).collect();
    assert_eq!(values, [Some("0"), None, None, None, Some("A 1"), Some("true"), Some("0")]);

    let cases = Cases::of(13, found.arrivals.into_iter().zip(found.values));
    assert_eq!(cases.values(), ["0", "A 1", "true"]);
    assert_eq!(cases.of_events(&[13, 7, 8, 9, 10, 11, 12, 14]), [0, 0, NO_CASE, NO_CASE, NO_CASE, 1, 2, NO_CASE]);
}

#[test]
fn a_damaged_or_foreign_file_is_named_in_the_error() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("part.parquet"), b"PAR1 and then nothing that makes sense PAR1").unwrap();
    let parts = Parts::new(directory.path());
    let columns_of = |path: &str| {
        let filed = Filed { path: path.to_owned(), bucket: 3, rows: 1, max_arrival: 1 };
        let present = Present { parts: vec![filed], through: 1, ..Present::default() };
        let limits = Limits { bytes: 0, threads: NonZeroUsize::MIN };
        Columns::build(Arc::new(Parts::new(directory.path())), &present, limits).map(drop)
    };
    for outcome in [
        parts.read_customer("part.parquet", &[1]).map(drop),
        parts.read_rows("part.parquet").map(drop),
        columns_of("part.parquet"),
        parts.read_customer("gone.parquet", &[1]).map(drop),
    ] {
        let message = outcome.unwrap_err().to_string();
        assert!(message.contains("part.parquet: ") || message.contains("gone.parquet: "), "{message}");
    }
}
