//! Damaged files: no panic, no invented row, and an error that says how far it came.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod files_common;

use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray};
use files_common::{Scratch, gz, read_all, read_as_far_as_possible};
use ingest::files::{Format, Options};
use model::Event;
use proptest::prelude::*;

const CSV: &str =
    "user,event,time,note\nada,open,2026-11-22 10:00:00,\"a \"\"b\"\"\nc\"\nbob,close,2026-11-22 10:00:01,ä\n";
const JSONL: &str = "{\"user\":\"ada\",\"event\":\"open\",\"time\":\"2026-11-22T10:00:00Z\"}\n{\"user\":\"bob\",\"event\":\"clöse\",\"time\":\"2026-11-22T10:00:01Z\"}\n";
const XES: &str = r#"<log><trace><string key="concept:name" value="ada"/><event><string key="concept:name" value="open"/><date key="time:timestamp" value="2026-11-22T10:00:00Z"/></event><event><string key="concept:name" value="close"/><date key="time:timestamp" value="2026-11-22T10:00:01Z"/></event></trace></log>"#;
const OCEL: &str = r#"{"objectTypes":[{"name":"user"}],"objects":[{"id":"ada","type":"user","attributes":[{"name":"n","value":1}]}],"events":[{"id":"e1","type":"open","time":"2026-11-22T10:00:00Z","relationships":[{"objectId":"ada"}]},{"id":"e2","type":"close","time":"2026-11-22T10:00:01Z","relationships":[{"objectId":"ada"}]}]}"#;
const CLOUD: &str = r#"[{"specversion":"1.0","id":"1","source":"/s","type":"a.open","time":"2026-11-22T10:00:00Z","userid":"ada"},{"specversion":"1.0","id":"2","source":"/s","type":"a.close","time":"2026-11-22T10:00:01Z","userid":"ada"}]"#;

/// A small whole file of each format.
static FILES: LazyLock<Vec<(Format, Vec<u8>)>> = LazyLock::new(|| {
    vec![
        (Format::Csv, CSV.into()),
        (Format::Jsonl, JSONL.into()),
        (Format::Xes, XES.into()),
        (Format::Ocel, OCEL.into()),
        (Format::CloudEvents, CLOUD.into()),
        (Format::Parquet, parquet()),
        (Format::Xlsx, workbook()),
    ]
});

fn parquet() -> Vec<u8> {
    let columns: [(&str, ArrayRef); 3] = [
        ("user", Arc::new(StringArray::from(vec!["ada", "bob"]))),
        ("event", Arc::new(StringArray::from(vec!["open", "close"]))),
        ("time", Arc::new(TimestampMillisecondArray::from(vec![1_700_000_000_000, 1_700_000_001_000]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [["user", "event", "time"], ["ada", "open", "2026-11-22 10:00"], ["bob", "close", "2026-11-22 10:01"]];
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn options(format: Format) -> Options {
    Options { format: Some(format), received_at: model::Timestamp::default(), ..Options::default() }
}

fn whole(format: Format, bytes: &[u8]) -> Vec<Event<'static>> {
    let (events, bad, _) = read_all(&Scratch::new("whole", bytes).path, &options(format));
    assert_eq!(bad, [""; 0]);
    assert!(events.len() >= 2, "{format}");
    events
}

#[test]
fn a_file_cut_off_anywhere_gives_a_beginning_of_its_rows_and_no_other() {
    for (format, bytes) in FILES.iter() {
        let expected = whole(*format, bytes);
        // Wherever a format cannot show its end, the last row may be a shorter one: plain text only.
        let may_be_shorter = usize::from(*format == Format::Csv);
        // At every byte of a text, at a thousand places of an archive.
        for cut in (0..bytes.len()).step_by(1 + bytes.len() / 1000) {
            let scratch = Scratch::new("cut", &bytes[..cut]);
            let (events, _, error) = read_as_far_as_possible(&scratch.path, &options(*format));
            let sure = events.len().saturating_sub(may_be_shorter);
            assert!(events.len() <= expected.len(), "{format} cut at {cut}");
            assert_eq!(events[..sure], expected[..sure], "{format} cut at {cut}");
            let has_own_end = !matches!(format, Format::Csv | Format::Jsonl);
            assert!(!has_own_end || error.is_some() || events == expected, "{format} cut at {cut} passes for whole");
        }
    }
}

#[test]
fn a_packed_file_cut_off_anywhere_gives_exactly_a_beginning_and_says_how_much() {
    let mut text = String::from("user,event,time\n");
    for row in 0..40_000_u32 {
        text += &format!(
            "u{},e{},2026-11-22 10:{:02}:{:02}\n",
            row.wrapping_mul(2_654_435_761),
            row % 7,
            row / 60 % 60,
            row % 60
        );
    }
    let packed = gz(text.as_bytes());
    let expected = whole(Format::Csv, &packed);
    let mut deepest = 0;
    for cut in [3, 20, 100, packed.len() / 2, packed.len() - 9, packed.len() - 1] {
        let scratch = Scratch::new("cut.csv.gz", &packed[..cut]);
        let (events, bad, error) = read_as_far_as_possible(&scratch.path, &options(Format::Csv));
        assert_eq!(bad, 0);
        assert!(events.len() <= expected.len() && events == expected[..events.len()], "cut at {cut}");
        let error = error.expect("a packed file shows its end");
        assert_eq!(error.delivered, events.len() as u64);
        assert!(error.to_string().contains("ends in the middle of its compressed data"), "{error}");
        deepest = deepest.max(events.len());
    }
    assert!(deepest > 30_000, "what stands before the cut is delivered, not {deepest}");
}

#[test]
fn a_file_that_is_not_what_it_is_said_to_be_is_refused_in_words() {
    for (format, content, expected) in [
        (Format::Parquet, &b"user,event,time\n"[..], "is not a whole Parquet file"),
        (Format::Xlsx, b"user,event,time\n", "is not a workbook that can be read"),
        (Format::Xes, b"user,event,time\n", "there is no log in it"),
        (Format::Ocel, b"[]", "no object type is called like a customer"),
        (Format::Jsonl, b"user,event,time\n", "holds no JSON object that can be read"),
        (Format::Csv, b"", "is empty"),
        (Format::Csv, b"\n\n", "holds no line"),
    ] {
        let scratch = Scratch::new("what", content);
        let (.., error) = read_as_far_as_possible(&scratch.path, &options(format));
        let error = error.unwrap_or_else(|| panic!("{format} was read")).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.starts_with(&scratch.path.display().to_string()), "{error}");
    }
    let missing = read_as_far_as_possible(std::path::Path::new("/no/such/file"), &Options::default()).2.unwrap();
    assert!(missing.to_string().starts_with("/no/such/file: cannot be opened"), "{missing}");
}

#[test]
fn a_header_of_thousands_of_columns_is_refused() {
    let header = (0..3000).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    let scratch = Scratch::new("wide.csv", format!("{header}\n").as_bytes());
    let (.., error) = read_as_far_as_possible(&scratch.path, &Options::default());
    assert!(error.unwrap().to_string().contains("there are more than 2000 columns"));
}

#[test]
fn an_empty_export_has_no_rows_and_is_no_error() {
    let (events, bad, _) = read_all(&Scratch::new("none.csv", b"user,event,time\n").path, &Options::default());
    assert_eq!((events.len(), bad.len()), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_bytes_are_read_or_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for format in Format::ALL {
            read_as_far_as_possible(&Scratch::new("any", &bytes).path, &options(format));
        }
        read_as_far_as_possible(&Scratch::new("any.csv.gz", &[&[0x1f, 0x8b][..], &bytes].concat()).path, &Options::default());
    }

    #[test]
    fn a_damaged_file_is_read_or_refused_without_panic(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        for (format, bytes) in FILES.iter() {
            let mut bytes = bytes.clone();
            for (index, value) in &damage {
                let place = index.index(bytes.len());
                bytes[place] = *value;
            }
            read_as_far_as_possible(&Scratch::new("damaged", &bytes).path, &options(*format));
        }
    }
}
