//! What is written and read again is what it was: any map, with whatever characters.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::BTreeMap;

use formats::register::{self, TableFormat, Verdict};
use formats::{Beside, MapFormat, read_map, write_map};
use model::{Control, Evidence, MapPlan, Moment, Peso, Step, Touchpoint};
use proptest::prelude::*;
use support::{HOSTILE, beside, map};

fn there_and_back(format: MapFormat, map: &MapPlan, beside: &Beside) -> Result<(), TestCaseError> {
    let written = write_map(format, "map", map, beside).unwrap();
    let read = read_map(format, "map", &written);
    let read = read.map_err(|error| TestCaseError::fail(format!("{error}\n{}", String::from_utf8_lossy(&written))))?;
    prop_assert_eq!(&read.map, map, "{}\n{:?}", String::from_utf8_lossy(&written), read.notes);
    // What we wrote ourselves leaves nothing to tell.
    prop_assert_eq!(&read.notes, &Vec::new());
    prop_assert_eq!(write_map(format, "map", &read.map, beside).unwrap(), written, "the same map gives the same bytes");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 60_000, ..ProptestConfig::default() })]

    #[test]
    fn a_map_comes_back_from_mermaid(map in map()) {
        there_and_back(MapFormat::Mermaid, &map, &beside(&map))?;
        there_and_back(MapFormat::Mermaid, &map, &Beside::default())?;
    }

    #[test]
    fn a_map_comes_back_from_cjml(map in map()) {
        there_and_back(MapFormat::Cjml, &map, &beside(&map))?;
        there_and_back(MapFormat::Cjml, &map, &Beside::default())?;
    }

    #[test]
    fn a_map_comes_back_from_csv(map in map()) {
        there_and_back(MapFormat::Csv, &map, &Beside::default())?;
    }

    #[test]
    fn a_map_comes_back_from_toml(map in map()) {
        there_and_back(MapFormat::Toml, &map, &Beside::default())?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_global_rejects: 60_000, ..ProptestConfig::default() })]

    #[test]
    fn a_map_comes_back_from_a_workbook(map in map()) {
        there_and_back(MapFormat::Xlsx, &map, &Beside::default())?;
    }
}

#[test]
fn every_hostile_text_comes_back_wherever_it_stands() {
    for text in HOSTILE {
        let step = Step {
            id: "a".to_owned(),
            title: text.to_owned(),
            touchpoints: vec![text.to_owned(), String::new()],
            owner: text.to_owned(),
            front_stage: text.to_owned(),
            cells: BTreeMap::from([("x".to_owned(), text.to_owned())]),
            emotion: BTreeMap::from([(text.to_owned(), -2), ("all".to_owned(), 1)]),
            ..Step::default()
        };
        let map = MapPlan {
            title: text.to_owned(),
            description: text.to_owned(),
            personas: vec![text.to_owned(), "b".to_owned()],
            step: vec![step],
            lane: vec![model::Lane { id: "x".to_owned(), title: text.to_owned() }],
            stage: vec![model::Stage { id: "s".to_owned(), title: text.to_owned(), moment: None }],
            ..MapPlan::default()
        };
        assert!(support::is_valid(&map), "{text}");
        for format in MapFormat::ALL.into_iter().filter(|format| format.is_read()) {
            let written = write_map(format, "map", &map, &beside(&map)).unwrap();
            let read = read_map(format, "map", &written).unwrap_or_else(|error| panic!("{format} {text:?}: {error}"));
            assert_eq!(read.map, map, "{format} {text:?}");
        }
    }
}

fn touchpoint() -> impl Strategy<Value = Touchpoint> {
    let text = || {
        prop_oneof![
            "[a-zäöü ]{0,8}".prop_map(String::from),
            proptest::sample::select(&HOSTILE[..]).prop_map(str::to_owned)
        ]
    };
    // No promise is empty.
    let said = || text().prop_map(|text| if text.trim().is_empty() { "Bald".to_owned() } else { text });
    let figure = || proptest::option::of(0.0..10.0_f64);
    let texts = (
        text(),
        text(),
        text(),
        text(),
        text(),
        proptest::collection::vec(said(), 0..3),
        proptest::collection::vec(said(), 0..3),
    );
    let figures = (figure(), figure(), figure(), figure());
    (texts, figures, 0..4_usize).prop_map(|(texts, figures, pick)| {
        let (title, description, channel, owner, deputy, promises, questions) = texts;
        let (importance_to_customer, importance_to_business, reach, cost) = figures;
        Touchpoint {
            title: if title.trim().is_empty() { "Ort".to_owned() } else { title },
            description,
            channel,
            owner,
            deputy,
            promises,
            questions,
            importance_to_customer,
            importance_to_business,
            reach_per_year: reach.map(|reach| reach * 1e9),
            cost_per_year: cost,
            currency: Some("EUR".to_owned()),
            peso: [None, Some(Peso::Paid), Some(Peso::Shared), Some(Peso::Owned)][pick],
            moment: [None, Some(Moment::Before), Some(Moment::During), Some(Moment::After)][pick],
            control: [None, Some(Control::Full), Some(Control::Influence), Some(Control::None)][pick],
            evidence: [None, Some(Evidence::Assumed), Some(Evidence::Partly), Some(Evidence::Measured)][pick],
            review_on: (pick > 1).then(|| "2027-01-31".to_owned()),
            remind_before: (pick > 2).then(|| "14d".to_owned()),
            parent: None,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_register_comes_back_from_both_tables(all in proptest::collection::vec(touchpoint(), 1..6)) {
        let mut register: BTreeMap<String, Touchpoint> =
            all.into_iter().enumerate().map(|(number, touchpoint)| (format!("t{number}"), touchpoint)).collect();
        if register.len() > 1 {
            register.get_mut("t0").unwrap().parent = Some("t1".to_owned());
        }
        for format in TableFormat::ALL {
            let written = register::write(format, &register).unwrap();
            prop_assert_eq!(&register::write(format, &register).unwrap(), &written, "the same register gives the same bytes");
            let new = register::changes(format, &written, &BTreeMap::new()).unwrap();
            prop_assert_eq!(&new.errors, &Vec::new());
            let read: BTreeMap<String, Touchpoint> = new.rows.into_iter().map(|row| (row.id, row.touchpoint)).collect();
            prop_assert_eq!(&read, &register);
            let same = register::changes(format, &written, &register).unwrap();
            prop_assert!(same.rows.iter().all(|row| row.what == Verdict::Same), "{:?}", same.rows);
        }
    }
}
