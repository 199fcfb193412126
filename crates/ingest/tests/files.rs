//! Tables in files: CSV, JSON lines, Parquet, XLSX, and what all readers have in common.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod files_common;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use files_common::{Scratch, gz, read, read_all};
use ingest::Arrived;
use ingest::files::{Format, Options, Role, TimeFormat, file_fingerprint, open, row};
use jiff::tz::TimeZone;
use model::{Event, IdentifierKind};

fn shared(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/mining")).join(name)
}

#[test]
fn real_logs_give_the_figures_that_other_tools_found_in_them() {
    for (file, reference) in [
        ("patients.csv", "patients"),
        ("simple_shop.csv", "simple_shop"),
        ("retentioneering_ecom.csv.gz", "retentioneering_ecom"),
    ] {
        let text = std::fs::read_to_string(shared(&format!("{reference}.reference.json"))).expect("the reference data");
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (events, bad, plan) = read_all(&shared(file), &Options::default());
        assert_eq!(bad, [""; 0]);

        let column = |role: Role| plan.columns.iter().find(|column| column.role == role).unwrap().name.clone();
        assert_eq!(column(Role::Customer), expected["columns"]["case"], "{file}");
        assert_eq!(column(Role::Touchpoint), expected["columns"]["activity"], "{file}");
        assert_eq!(column(Role::Time), expected["columns"]["time"], "{file}");

        let mut cases: BTreeMap<&str, Vec<(i64, usize)>> = BTreeMap::new();
        for (index, event) in events.iter().enumerate() {
            let case = event.identifiers[0].value.as_str();
            cases.entry(case).or_default().push((event.at.micros(), index));
        }
        let activities: BTreeSet<&str> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(events.len() as u64, expected["events"].as_u64().unwrap(), "{file}");
        assert_eq!(cases.len() as u64, expected["cases"].as_u64().unwrap(), "{file}");
        assert_eq!(activities.len() as u64, expected["activities"].as_u64().unwrap(), "{file}");

        let (mut ties, mut edges) = (0, BTreeMap::<(&str, &str), u64>::new());
        for times in cases.values_mut() {
            times.sort();
            for pair in times.windows(2) {
                ties += u64::from(pair[0].0 == pair[1].0);
                *edges.entry((events[pair[0].1].name.as_str(), events[pair[1].1].name.as_str())).or_default() += 1;
            }
        }
        assert_eq!(ties, expected["same_time_neighbours"].as_u64().unwrap(), "{file}");
        assert_eq!(edges.len() as u64, expected["dfg_edges"].as_u64().unwrap(), "{file}");
        for edge in expected["dfg_top10"].as_array().unwrap() {
            let key = (edge["a"].as_str().unwrap(), edge["b"].as_str().unwrap());
            assert_eq!(edges[&key], edge["n"].as_u64().unwrap(), "{file} {key:?}");
        }
        let moment = |key: &str| expected[key].as_str().unwrap().parse::<model::Timestamp>().unwrap();
        assert_eq!(events.iter().map(|event| event.at).min().unwrap(), moment("time_min"), "{file}");
        assert_eq!(events.iter().map(|event| event.at).max().unwrap(), moment("time_max"), "{file}");
        let ids: HashSet<&str> = events.iter().map(|event| event.message_id.as_str()).collect();
        assert_eq!(ids.len(), events.len(), "{file}: each row has an id of its own");
    }
}

#[test]
fn a_german_file_from_a_spreadsheet_is_read_without_an_option() {
    let text = "Kunden-Nr.;Aktivit\u{e4}t;Datum;Uhrzeit;Kanal;Betrag;PLZ\r\n\
                4711;\"Beratung; lang\";22.11.2026;14:05;Laden;12,50;01067\r\n\
                4712;R\u{fc}ckgabe;1.2.26;9:00:30;Post;-3,5;80331\r\n";
    let bytes: Vec<u8> = text.chars().map(|letter| letter as u32 as u8).collect();
    let scratch = Scratch::new("kunden.csv", &bytes);
    let options = Options { time_zone: Some(TimeZone::get("Europe/Berlin").unwrap()), ..Options::default() };
    let (events, bad, plan) = read_all(&scratch.path, &options);
    assert_eq!(bad, [""; 0]);
    assert_eq!(plan.encoding.unwrap().value, "windows-1252");
    assert_eq!(plan.delimiter.unwrap().value, ";");
    assert!(plan.decimal_comma);
    let shown: Vec<String> = events.iter().map(show).collect();
    assert_eq!(
        shown,
        [
            r#"4711 | Beratung; lang | 2026-11-22T13:05:00Z | Laden | {"Betrag":12.50,"PLZ":"01067"}"#,
            r#"4712 | Rückgabe | 2026-02-01T08:00:30Z | Post | {"Betrag":-3.5,"PLZ":80331}"#,
        ]
    );
}

fn show(event: &Event<'_>) -> String {
    let customer = &event.identifiers[0].value;
    format!("{customer} | {} | {} | {} | {}", event.name, event.at, event.channel, event.properties.as_str())
}

#[test]
fn text_in_any_encoding_means_the_same() {
    let text = "customer,event,time\nJürgen,Öffnen,2026-11-22\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let latin: Vec<u8> = text.chars().map(|letter| letter as u32 as u8).collect();
    for (bytes, encoding, told) in [
        (text.as_bytes().to_vec(), "UTF-8", None),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8", None),
        ([&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(), "UTF-16LE", None),
        ([&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat(), "UTF-16BE", None),
        (utf16(u16::to_le_bytes), "UTF-16LE", None),
        (latin.clone(), "windows-1252", None),
        (latin, "ISO-8859-15", Some("iso-8859-15")),
    ] {
        for packed in [false, true] {
            let scratch = Scratch::new("a.csv", &if packed { gz(&bytes) } else { bytes.clone() });
            let options = Options { encoding: told.map(str::to_owned), ..Options::default() };
            let (events, bad, plan) = read_all(&scratch.path, &options);
            assert_eq!(plan.encoding.unwrap().value, encoding);
            assert_eq!((events.len(), bad.len(), plan.gzip), (1, 0, packed), "{encoding}");
            assert_eq!(show(&events[0]), "Jürgen | Öffnen | 2026-11-22T00:00:00Z |  | {}", "{encoding}");
        }
    }
}

#[test]
fn a_case_called_na_or_0_is_a_case_and_only_nothing_is_missing() {
    let text = "case,event,time,x\nNA,a,2026-01-01,null\n0,b,2026-01-01,0\n,c,2026-01-01,\nnull,d,2026-01-01,\n";
    let scratch = Scratch::new("cases.csv", text.as_bytes());
    let (events, bad, _) = read_all(&scratch.path, &Options::default());
    let shown: Vec<String> = events.iter().map(show).collect();
    assert_eq!(
        shown,
        [
            "NA | a | 2026-01-01T00:00:00Z |  | {\"x\":\"null\"}",
            "0 | b | 2026-01-01T00:00:00Z |  | {\"x\":0}",
            "null | d | 2026-01-01T00:00:00Z |  | {}",
        ]
    );
    assert_eq!(bad, ["missing_identifier line 4, column case: is empty"]);
}

#[test]
fn each_bad_row_says_what_is_wrong_and_the_good_ones_go_on() {
    let text = b"user,event,time\n\
        a,start,2026-11-22 10:00:00\n\
        b,two,words,2026-11-22 10:00:00\n\
        c,late\n\
        d,,2026-11-22 10:00:00\n\
        e,\"multi\nline\",2026-11-22 10:00:01\n\
        f,never,22.11.2026\n\
        g,K\xe4se,2026-11-22 10:00:00\n\
        ,,\n\
        h,end,2026-11-22 10:00:02";
    let scratch = Scratch::new("bad.csv", text);
    let (events, bad, _) = read_all(&scratch.path, &Options { encoding: Some("utf-8".into()), ..Options::default() });
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["start", "multi\nline", "end"]);
    assert_eq!(
        bad,
        [
            "wrong_width line 3: has 4 fields where the header has 3",
            "wrong_width line 4: has 2 fields where the header has 3",
            "missing_touchpoint line 5, column event: is empty",
            "bad_time line 8, column time: \"22.11.2026\" is not a time such as 2026-11-22 14:05:00",
            "bad_encoding line 9: \"g,K\u{fffd}se,2026-11-22 10:00:00\" is not UTF-8: give the encoding, such as windows-1252",
        ]
    );
}

#[test]
fn a_repaired_row_is_the_event_it_would_have_been_in_the_file() {
    let good = "user;mail;what;when;sum\nada;a@x.de;buy;22.11.2026 14:05;12,50\n";
    let broken = good.replace("14:05", "quarter past");
    let options = Options {
        customer: Some("user".into()),
        touchpoint: Some("what".into()),
        time: Some("when".into()),
        time_format: Some(TimeFormat::DayFirst),
        time_zone: Some(TimeZone::get("Europe/Berlin").unwrap()),
        customer_kind: IdentifierKind::LoyaltyCard,
        identifiers: vec![(IdentifierKind::Email, "mail".into())],
        decimal_comma: Some(true),
        source: "till".into(),
        ..Options::default()
    };
    let (expected, ..) = read_all(&Scratch::new("good.csv", good.as_bytes()).path, &options);
    let mut payloads = Vec::new();
    let scratch = Scratch::new("broken.csv", broken.as_bytes());
    read(&scratch.path, &options, |row| payloads.push(row.unwrap_err().payload.as_str().to_owned())).unwrap();
    let arrived = Arrived { source: "till", received_at: options.received_at };

    let again = row::reparse(&payloads[0], &arrived).unwrap_err();
    assert_eq!(
        again.fault.to_string(),
        "line 2, column when: \"22.11.2026 quarter past\" is not a time such as 22.11.2026 14:05"
    );
    assert_eq!(again.payload.as_str(), payloads[0]);
    let repaired = row::reparse(&payloads[0].replace("quarter past", "14:05"), &arrived).unwrap();
    assert_eq!(repaired, expected[0]);
    assert_eq!(repaired.identifiers[1].value, "a@x.de");
    assert_eq!(repaired.properties.as_str(), r#"{"sum":12.50}"#);

    for payload in ["", "{}", "[]", r#"{"line":1,"row":7,"mapping":{}}"#] {
        assert_eq!(row::reparse(payload, &arrived).unwrap_err().code, "bad_json", "{payload}");
    }
}

#[test]
fn the_same_row_has_the_same_id_in_every_file_and_twins_have_their_own() {
    let header = "user,event,time\n";
    let twin = "ada,tick,2026-11-22 10:00\n";
    let other = "bob,tick,2026-11-22 10:00\n";
    let ids = |text: String| -> Vec<String> {
        let scratch = Scratch::new("a.csv", text.as_bytes());
        let (events, ..) = read_all(&scratch.path, &Options::default());
        events.iter().map(|event| event.message_id.as_str().to_owned()).collect()
    };
    let first = ids(format!("{header}{twin}{other}{twin}{twin}"));
    assert!(first[0].starts_with("f-") && first[0].len() == 34, "{}", first[0]);
    assert_eq!(first[2], format!("{}-2", first[0]));
    assert_eq!(first[3], format!("{}-3", first[0]));
    assert_ne!(first[1], first[0]);
    assert_eq!(ids(format!("{header}{twin}{other}{twin}{twin}")), first, "the same file gives the same ids");
    assert_eq!(ids(format!("{header}{other}{twin}")), [first[1].clone(), first[0].clone()], "so does a part of it");
    let shifted = ids("user,event,time\nad,atick,2026-11-22 10:00\n".into());
    assert_ne!(shifted[0], first[0], "fields do not run into each other");
}

#[test]
fn a_file_has_a_fingerprint_and_another_content_another() {
    let (one, same, other) = (Scratch::new("a", b"x"), Scratch::new("b", b"x"), Scratch::new("c", b"y"));
    let fingerprint = |scratch: &Scratch| file_fingerprint(&scratch.path).unwrap();
    assert_eq!(fingerprint(&one), fingerprint(&same));
    assert_ne!(fingerprint(&one), fingerprint(&other));
    assert_eq!(fingerprint(&one).len(), 64);
}

#[test]
fn the_plan_tells_what_would_happen_and_why() {
    let text = "sep=;\nNutzer;Ereignis;Zeit;Kanal;Kampagne\nada;Klick;1700000000;web;x\nbob;Klick;1700000060;app;y\n";
    let scratch = Scratch::new("plan.csv", text.as_bytes());
    let reader = open(&scratch.path, &Options { source: "shop".into(), ..Options::default() }).unwrap();
    let plan = serde_json::to_value(reader.plan()).unwrap();
    assert_eq!(plan["format"], "csv");
    assert_eq!(plan["delimiter"]["reason"], "by the first line, sep=");
    assert_eq!(plan["time_format"]["format"], "seconds");
    let roles: Vec<&str> = plan["columns"].as_array().unwrap().iter().map(|c| c["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["customer", "touchpoint", "time", "channel", "property"]);
    assert_eq!(plan["sample"][0]["at"], "2023-11-14T22:13:20Z");
    assert_eq!(plan["sample"].as_array().unwrap().len(), 2);
    assert_eq!((reader.delivered(), reader.bytes_total()), (0, text.len() as u64));
}

#[test]
fn reading_in_portions_gives_each_row_once_and_tells_how_far_it_is() {
    let mut text = String::from("user,event,time\n");
    for row in 0..1000 {
        text += &format!("u{row},e,2026-11-22\n");
    }
    let scratch = Scratch::new("portions.csv", text.as_bytes());
    let mut reader = open(&scratch.path, &Options::default()).unwrap();
    let mut customers = Vec::new();
    while reader.read(7, |row| customers.push(row.unwrap().identifiers[0].value.as_str().to_owned())).unwrap() {}
    assert_eq!(customers, (0..1000).map(|row| format!("u{row}")).collect::<Vec<_>>());
    assert_eq!(reader.bytes_read(), reader.bytes_total());
    assert!(!reader.read(1, |_| panic!("nothing is left")).unwrap());
}

#[test]
fn a_blank_behind_the_comma_is_left_out_where_the_header_shows_it() {
    let scratch = Scratch::new("blank.csv", b"user, event, time, note\nada, \"a, b\", 2026-11-22, x y\n");
    let (events, bad, _) = read_all(&scratch.path, &Options::default());
    assert_eq!((bad.len(), show(&events[0])), (0, "ada | a, b | 2026-11-22T00:00:00Z |  | {\"note\":\"x y\"}".into()));
}

#[test]
fn json_lines_of_any_shape_are_rows() {
    let text = r#"{"user":{"id":"ada","plan":"pro"},"event":"open","ts":1700000000123,"sum":"007","n":1.50,"list":[1]}
not json

{"user":{"id":7},"event":"close","ts":"1700000000124","extra":null}
{"user":{},"event":"close","ts":1700000000125}
"#;
    let options = Options { customer: Some("user.id".into()), ..Options::default() };
    let (events, bad, plan) = read_all(&Scratch::new("a.jsonl", text.as_bytes()).path, &options);
    assert_eq!(plan.format, Format::Jsonl);
    let shown: Vec<String> = events.iter().map(show).collect();
    assert_eq!(
        shown,
        [
            r#"ada | open | 2023-11-14T22:13:20.123Z |  | {"user":{"id":"ada","plan":"pro"},"sum":"007","n":1.50,"list":[1]}"#,
            r#"7 | close | 2023-11-14T22:13:20.124Z |  | {"user":{"id":7}}"#,
        ]
    );
    assert_eq!(bad.len(), 2);
    assert!(bad[0].starts_with("bad_json line 2: \"not json\" is not a JSON object"), "{}", bad[0]);
    assert_eq!(bad[1], "missing_identifier line 5, column user.id: is empty");
    let array = format!("[{}]", text.lines().filter(|line| line.starts_with('{')).collect::<Vec<_>>().join(",\n"));
    let (as_array, bad_in_array, _) = read_all(&Scratch::new("a.json", array.as_bytes()).path, &options);
    assert_eq!((as_array, bad_in_array.len()), (events, 1));
}

#[test]
fn events_in_our_own_envelope_come_back_as_they_were() {
    let mut event = Event::new("m-1", "shop", "offer refused", "2026-11-22T10:00:00Z".parse().unwrap());
    event.identifiers = vec![model::Identifier::new(IdentifierKind::LoyaltyCard, "4711")];
    event.properties = model::RawJson::trusted(r#"{"price":12.50}"#);
    let line = serde_json::to_string(&event).unwrap();
    let text = format!("{line}\n{}\n", line.replace("m-1", "m-2").replace("4711", ""));
    let (events, bad, plan) = read_all(&Scratch::new("own.jsonl", &gz(text.as_bytes())).path, &Options::default());
    assert_eq!(events, [event]);
    assert_eq!(bad.len(), 1);
    assert!(bad[0].contains("line 2, identifiers[0].value: is empty"), "{}", bad[0]);
    assert!(plan.notes[0].contains("own envelope"));
}
