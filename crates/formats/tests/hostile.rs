//! Files that are cut off, turned over or made up: whatever comes, the answer is a map that may be stored or a reason.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::BTreeMap;

use formats::register::{TableFormat, changes};
use formats::{Beside, MapFormat, read_map, write_map};
use proptest::prelude::*;
use proptest::sample::Index;
use support::{is_valid, map};

fn check(format: MapFormat, bytes: &[u8]) -> Result<(), TestCaseError> {
    match read_map(format, "map", bytes) {
        Ok(read) => prop_assert!(is_valid(&read.map)),
        Err(error) => prop_assert!(!error.reason.is_empty()),
    }
    Ok(())
}

fn readable() -> impl Iterator<Item = MapFormat> {
    MapFormat::ALL.into_iter().filter(|format| format.is_read())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_global_rejects: 60_000, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_was_cut_or_changed_gives_a_map_or_a_reason(map in map(), at in any::<Index>(), byte in any::<u8>()) {
        for format in readable() {
            let whole = write_map(format, "map", &map, &Beside::default()).unwrap();
            let at = at.index(whole.len());
            check(format, &whole[..at])?;
            let mut changed = whole.clone();
            changed[at] = byte;
            check(format, &changed)?;
            changed.remove(at);
            check(format, &changed)?;
            changed.splice(at..at, [byte, b'\n', byte, b'|', b'"']);
            check(format, &changed)?;
        }
    }

    #[test]
    fn bytes_by_chance_give_a_map_or_a_reason(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "(?s).{0,100}") {
        for format in readable() {
            check(format, &bytes)?;
            check(format, text.as_bytes())?;
            check(format, format!("journey\n{text}").as_bytes())?;
        }
        for format in TableFormat::ALL {
            let _ = changes(format, &bytes, &BTreeMap::new());
            let _ = changes(format, format!("id,title,parent\n{text}").as_bytes(), &BTreeMap::new());
        }
    }

    #[test]
    fn a_file_that_is_read_can_be_written_and_read_again(text in "([a-z]{1,3}(: [0-9](: [A-Za-z, ]{0,6})?)?|section [a-z]{1,4}|%% x|#58;: 2)(\n([a-z]{1,3}: [0-9](: [A-Za-z, ]{0,6})?|section [a-z]{1,4})){0,6}") {
        if let Ok(read) = read_map(MapFormat::Mermaid, "map", format!("journey\n{text}").as_bytes()) {
            for format in readable() {
                let again = read_map(format, "map", &write_map(format, "map", &read.map, &Beside::default()).unwrap()).unwrap();
                prop_assert_eq!(&again.map, &read.map, "{}", format);
            }
        }
    }
}

#[test]
fn what_is_too_much_is_refused_with_a_number() {
    let long = vec![b'x'; formats::MOST_BYTES + 1];
    for format in readable() {
        let error = read_map(format, "map", &long).unwrap_err().to_string();
        assert!(error.starts_with("file: \"10485761\" bytes are more than 10485760"), "{format}: {error}");
    }
    let steps: String = std::iter::once("title\n".to_owned()).chain((0..301).map(|n| format!("s{n}\n"))).collect();
    let error = read_map(MapFormat::Csv, "map", steps.as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "step: \"301\" steps are more than 300");
    let rows: String = std::iter::once("title\n".to_owned()).chain((0..20_001).map(|n| format!("s{n}\n"))).collect();
    let error = read_map(MapFormat::Csv, "map", rows.as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "line 20002: there are more than 20000 rows");
    let deep = format!("journey\n%% geleit map {}", "[".repeat(100_000));
    let error = read_map(MapFormat::Mermaid, "map", deep.as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("line 2: \"[[[") && error.contains("is a note of Geleit that cannot be read"), "{error}");
    let deep = format!("title = \"x\"\npersonas = {}", "[".repeat(100_000));
    assert!(read_map(MapFormat::Toml, "map", deep.as_bytes()).is_err());
}
