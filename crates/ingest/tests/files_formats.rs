//! Formats with a shape of their own: XES, OCEL, CloudEvents, Parquet, XLSX.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod files_common;

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use files_common::{Scratch, gz, read_all};
use ingest::Arrived;
use ingest::files::{Format, Options, Role, Table, open, row};
use jiff::tz::TimeZone;
use model::{Event, Kind};

fn show(event: &Event<'_>) -> String {
    let customer = &event.identifiers[0].value;
    format!("{customer} | {} | {} | {}", event.name, event.at, event.properties.as_str())
}

fn shown(events: &[Event<'_>]) -> Vec<String> {
    events.iter().map(show).collect()
}

const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="source" value="a &amp; b"/>
  <trace>
    <string key="concept:name" value="NA"/>
    <boolean key="vip" value="true"/>
    <event>
      <string key="concept:name" value="Registration"/>
      <date key="time:timestamp" value="2026-11-22T10:00:00.000+01:00"/>
      <string key="lifecycle:transition" value="start"/>
      <string key="org:resource" value="r&#49;"/>
      <int key="count" value="7"/>
      <float key="cost" value="12.50"><string key="currency" value="EUR"/></float>
      <list key="items"><values><string key="item" value="a"/><int key="item" value="2"/></values></list>
    </event>
    <event/>
  </trace>
  <trace>
    <event><string key="concept:name" value="Lost"/><date key="time:timestamp" value="2026-11-22T10:00:00Z"/></event>
  </trace>
  <trace><string key="concept:name" value="0"/></trace>
</log>
"#;

#[test]
fn xes_traces_become_customers_and_nothing_of_an_event_is_lost() {
    for content in [XES.as_bytes().to_vec(), gz(XES.as_bytes())] {
        let (events, bad, plan) = read_all(&Scratch::new("log.xes", &content).path, &Options::default());
        assert_eq!(plan.format, Format::Xes);
        assert_eq!(
            shown(&events),
            [concat!(
                r#"NA | Registration | 2026-11-22T09:00:00Z | {"lifecycle:transition":"start","org:resource":"r1","count":7,"#,
                r#""cost:nested":{"currency":"EUR"},"cost":"12.50","items":[{"item":"a"},{"item":2}],"case:vip":true}"#
            )]
        );
        assert_eq!(
            bad,
            [
                "missing_touchpoint event 2, column concept:name: is empty",
                "missing_identifier event 3, column case:concept:name: is empty",
            ]
        );
    }
}

#[test]
fn a_repaired_xes_event_is_the_one_the_log_would_have_given() {
    let scratch = Scratch::new("log.xes", XES.replace("10:00:00.000+01:00", "ten").as_bytes());
    let options = Options::default();
    let mut payload = String::new();
    let mut reader = open(&scratch.path, &options).unwrap();
    reader.read(1, |row| payload = row.unwrap_err().payload.as_str().to_owned()).unwrap();
    let arrived = Arrived { source: &options.source, received_at: options.received_at };
    let repaired = row::reparse(&payload.replace("2026-11-22Tten", "2026-11-22T10:00:00.000+01:00"), &arrived).unwrap();
    let (expected, ..) = read_all(&Scratch::new("log.xes", XES.as_bytes()).path, &options);
    assert_eq!(repaired, expected[0]);
}

#[test]
fn another_attribute_may_be_the_customer_and_a_later_export_stores_no_event_twice() {
    let options = Options { customer: Some("org:resource".into()), ..Options::default() };
    let (events, ..) = read_all(&Scratch::new("log.xes", XES.as_bytes()).path, &options);
    assert_eq!(events[0].identifiers[0].value, "r1");
    let later = XES.replace(r#"<boolean key="vip" value="true"/>"#, r#"<boolean key="vip" value="false"/>"#);
    let (again, ..) = read_all(&Scratch::new("log.xes", later.as_bytes()).path, &options);
    assert_eq!(again[0].message_id, events[0].message_id);
}

#[test]
fn broken_and_hostile_xml_is_an_error_with_its_place() {
    let deep = format!("<log><trace>{}", r#"<string key="a" value="b">"#.repeat(10_000));
    let huge = format!(r#"<log><trace><string key="a" value="{}"/></trace></log>"#, "x".repeat(5 << 20));
    let laughs = r#"<!DOCTYPE log [<!ENTITY a "aaaa">]><log><trace><string key="a" value="&a;"/></trace></log>"#;
    for (text, expected) in [
        ("<html/>", "the outermost element is no log"),
        ("<log><trace></log>", "is not a whole XES log"),
        ("<log><trace>", "it ends before the log is closed"),
        (deep.as_str(), "attributes are nested deeper than 32"),
        (huge.as_str(), "one event or attribute is longer than 4194304 bytes"),
        (laughs, "is not a whole XES log"),
    ] {
        let scratch = Scratch::new("a.xes", text.as_bytes());
        let (events, bad, error) = files_common::read_as_far_as_possible(&scratch.path, &Options::default());
        assert_eq!((events.len(), bad), (0, 0));
        let error = error.unwrap_or_else(|| panic!("{} was read", &text[..40.min(text.len())])).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.contains("byte "), "{error}");
    }
}

const OCEL: &str = r#"{
  "eventTypes": [{"name": "place order", "attributes": [{"name": "total", "type": "float"}]}],
  "events": [
    {"id": "e1", "type": "place order", "time": "2026-11-22T10:00:00Z",
     "attributes": [{"name": "total", "value": 12.50}, {"name": "order", "value": "express"}],
     "relationships": [{"objectId": "c1", "qualifier": "placed by"}, {"objectId": "o1", "qualifier": ""},
                       {"objectId": "o1", "qualifier": "again"}, {"objectId": "i1"}, {"objectId": "x9"}]},
    {"id": "e2", "type": "family visit", "time": "2026-11-22T11:00:00Z",
     "relationships": [{"objectId": "c1", "qualifier": ""}, {"objectId": "c2", "qualifier": ""}]},
    {"id": "e3", "type": "pick item", "time": "2026-11-22T12:00:00Z", "attributes": [], "relationships": []},
    {"id": "e4", "time": "2026-11-22T12:00:00Z"}
  ],
  "objectTypes": [{"name": "customers", "attributes": []}, {"name": "order", "attributes": []}, {"name": "item"}],
  "objects": [
    {"id": "c1", "type": "customers", "attributes": [
       {"name": "city", "time": "1970-01-01T00:00:00Z", "value": "Ulm"},
       {"name": "name", "time": "1970-01-01T00:00:00Z", "value": "Ada"},
       {"name": "city", "time": "2026-01-01T00:00:00Z", "value": "Bonn"}]},
    {"id": "c2", "type": "customers"},
    {"id": "o1", "type": "order", "attributes": [{"name": "sum", "time": "1970-01-01T00:00:00Z", "value": 3}]},
    {"id": "i1", "type": "item"}
  ]
}"#;

#[test]
fn ocel_events_reach_their_customers_with_the_objects_they_touched() {
    let (events, bad, plan) = read_all(&Scratch::new("log.json", OCEL.as_bytes()).path, &Options::default());
    assert_eq!((plan.format, plan.object_type.unwrap().value.as_str()), (Format::Ocel, "customers"));
    assert_eq!(
        shown(&events),
        [
            concat!(
                r#"c1 | place order | 2026-11-22T10:00:00Z | {"ocel:id":"e1","total":12.50,"order":"express","#,
                r#""item":["i1"],"ocel:unknown":["x9"],"objects:order":["o1"],"ocel:qualifiers":{"c1":"placed by","o1":"again"}}"#
            ),
            r#"c1 | family visit | 2026-11-22T11:00:00Z | {"ocel:id":"e2"}"#,
            r#"c2 | family visit | 2026-11-22T11:00:00Z | {"ocel:id":"e2"}"#,
            r#"c1 | identify | 1970-01-01T00:00:00Z | {"ocel:type":"customers","city":"Ulm","name":"Ada"}"#,
            r#"c1 | identify | 2026-01-01T00:00:00Z | {"ocel:type":"customers","city":"Bonn"}"#,
        ]
    );
    let kinds: Vec<Kind> = events.iter().map(|event| event.kind).collect();
    let (interaction, identify) = (Kind::Interaction, Kind::Identify);
    assert_eq!(kinds, [interaction, interaction, interaction, identify, identify]);
    assert_ne!(events[1].message_id, events[2].message_id);
    assert_eq!(bad.len(), 2);
    assert_eq!(bad[0], "missing_identifier line 10, column ocel:customer: is empty");
    assert!(bad[1].contains("missing field `type`"), "{}", bad[1]);

    let by_order = Options { object_type: Some("order".into()), ..Options::default() };
    let (events, ..) = read_all(&Scratch::new("log.json.gz", &gz(OCEL.as_bytes())).path, &by_order);
    assert_eq!(events[0].identifiers[0].value, "o1");
    assert_eq!(events.last().unwrap().properties.as_str(), r#"{"ocel:type":"order","sum":3}"#);
}

#[test]
fn ocel_without_a_clear_customer_asks_and_lists_the_types() {
    for (text, told, expected) in [
        (
            OCEL.replace("customers", "thing"),
            None,
            "no object type is called like a customer: give the object type; types found: thing (2), order (1), item (1)",
        ),
        (OCEL.replace("\"item\"", "\"person\""), None, "several object types are called like a customer"),
        (OCEL.to_owned(), Some("cart"), "has no object type \"cart\"; types found: customers (2), order (1), item (1)"),
    ] {
        let options = Options { object_type: told.map(str::to_owned), ..Options::default() };
        let error = open(&Scratch::new("log.json", text.as_bytes()).path, &options).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn cloud_events_are_read_alone_in_arrays_and_in_lines() {
    let event = |id: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"/shop","type":"com.example.order.placed","time":"2026-11-22T10:00:00Z","userid":"ada","data":{{"total":12.50}}}}"#
        )
    };
    let pretty = event("a").replace(",\"", ",\n  \"");
    for (text, expected) in [
        (pretty.clone(), 1),
        (format!("[{},{pretty}]", event("b")), 2),
        (format!("{}\n{}\n", event("a"), event("b")), 2),
        (format!("{}\n", event("a")), 1),
    ] {
        let (events, bad, plan) = read_all(&Scratch::new("a.json", text.as_bytes()).path, &Options::default());
        assert_eq!((plan.format, events.len(), bad.len()), (Format::CloudEvents, expected, 0), "{text}");
        assert_eq!((events[0].name.as_str(), events[0].identifiers[0].value.as_str()), ("placed", "ada"));
    }
    let text = format!("{}\n{}\n", event("a"), event("b").replace("\"ada\"", "\"\""));
    let (events, bad, _) = read_all(&Scratch::new("a.json", text.as_bytes()).path, &Options::default());
    assert_eq!((events.len(), bad.len()), (1, 1));
    assert!(bad[0].contains("line 2"), "{}", bad[0]);
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet_times_of_every_unit_are_the_same_moment() {
    let seconds = 1_767_225_600;
    let arrays: [(ArrayRef, &str); 6] = [
        (Arc::new(TimestampSecondArray::from(vec![seconds])), "2025-12-31T23:00:00Z"),
        (Arc::new(TimestampMillisecondArray::from(vec![seconds * 1000])), "2025-12-31T23:00:00Z"),
        (Arc::new(TimestampMicrosecondArray::from(vec![seconds * 1_000_000])), "2025-12-31T23:00:00Z"),
        (Arc::new(TimestampNanosecondArray::from(vec![seconds * 1_000_000_000])), "2025-12-31T23:00:00Z"),
        (
            Arc::new(TimestampNanosecondArray::from(vec![seconds * 1_000_000_000]).with_timezone("UTC")),
            "2026-01-01T00:00:00Z",
        ),
        (Arc::new(Int64Array::from(vec![seconds * 1000])), "2026-01-01T00:00:00Z"),
    ];
    for (times, expected) in arrays {
        let bytes = parquet(vec![
            ("user", Arc::new(Int64Array::from(vec![7])) as ArrayRef),
            ("event", Arc::new(StringArray::from(vec!["a"]))),
            ("time", times),
        ]);
        // Times without a zone are local times; those with one, and counted ones, are moments.
        let options = Options { time_zone: Some(TimeZone::get("Europe/Berlin").unwrap()), ..Options::default() };
        let (events, bad, _) = read_all(&Scratch::new("a.parquet", &bytes).path, &options);
        assert_eq!((shown(&events), bad.len()), (vec![format!("7 | a | {expected} | {{}}")], 0));
    }
}

#[test]
fn parquet_values_keep_their_types() {
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None]), None]);
    let names: DictionaryArray<Int32Type> = vec!["buy", "sell"].into_iter().collect();
    let bytes = parquet(vec![
        ("customer", Arc::new(Float64Array::from(vec![Some(4711.0), None])) as ArrayRef),
        ("event", Arc::new(names)),
        ("timestamp", Arc::new(TimestampMillisecondArray::from(vec![0, 1]).with_timezone("UTC"))),
        ("sum", Arc::new(Float64Array::from(vec![Some(12.0), Some(f64::NAN)]))),
        ("plz", Arc::new(StringArray::from(vec![Some("007"), Some("")]))),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("items", Arc::new(lists)),
    ]);
    let (events, bad, plan) = read_all(&Scratch::new("data", &bytes).path, &Options::default());
    assert_eq!(plan.format, Format::Parquet);
    assert_eq!(
        shown(&events),
        [r#"4711 | buy | 1970-01-01T00:00:00Z | {"sum":12.0,"plz":"007","ok":true,"items":[1,null]}"#]
    );
    assert_eq!(bad, ["missing_identifier row 2, column customer: is empty"]);
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("Deckblatt").unwrap();
    let sheet = workbook.add_worksheet().set_name("Daten").unwrap();
    for (column, name) in ["Kunde", "Ereignis", "Datum", "Uhrzeit", "Betrag", "OK"].into_iter().enumerate() {
        sheet.write(0, column as u16, name).unwrap();
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("dd.mm.yyyy");
    let clock = rust_xlsxwriter::Format::new().set_num_format("hh:mm");
    for (row, customer) in [(1, 4711.0), (3, 4712.0)] {
        sheet.write(row, 0, customer).unwrap();
        sheet.write(row, 1, "Kauf").unwrap();
        sheet.write_with_format(row, 2, 46348.0, &date).unwrap();
        sheet.write_with_format(row, 3, 0.5868055555555556, &clock).unwrap();
        sheet.write(row, 4, 12.5).unwrap();
        sheet.write(row, 5, true).unwrap();
    }
    sheet.write(4, 1, "niemand").unwrap();
    sheet.write(4, 7, "Notiz").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_its_first_sheet_with_dates_from_serial_numbers() {
    let scratch = Scratch::new("a.xlsx", &workbook());
    let options = Options { time_zone: Some(TimeZone::get("Europe/Berlin").unwrap()), ..Options::default() };
    let (events, bad, plan) = read_all(&scratch.path, &options);
    assert_eq!((plan.format, plan.sheet.unwrap().value.as_str()), (Format::Xlsx, "Daten"));
    let times = plan.columns.iter().filter(|column| column.role == Role::Time).count();
    assert_eq!(times, 2);
    assert_eq!(
        shown(&events),
        [
            r#"4711 | Kauf | 2026-11-22T13:05:00Z | {"Betrag":12.5,"OK":true}"#,
            r#"4712 | Kauf | 2026-11-22T13:05:00Z | {"Betrag":12.5,"OK":true}"#,
        ]
    );
    assert_eq!(bad, ["missing_identifier row 5, column Kunde: is empty"]);
    let error = open(&scratch.path, &Options { sheet: Some("Mai".into()), ..Options::default() }).unwrap_err();
    assert!(error.to_string().contains("has no sheet \"Mai\"; sheets found: Deckblatt, Daten"), "{error}");
}

#[test]
fn a_table_gives_the_same_texts_from_every_format() {
    let columns: [(&str, ArrayRef); 3] = [
        ("Vorname", Arc::new(StringArray::from(vec![Some("Jörg"), None]))),
        ("PLZ", Arc::new(Int64Array::from(vec![50755, 80331]))),
        ("seit", Arc::new(StringArray::from(vec!["2024-01-02", "2025-03-04"]))),
    ];
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in ["Vorname", "PLZ", "seit"].into_iter().enumerate() {
        sheet.write(0, column as u16, name).unwrap();
    }
    sheet.write(1, 0, "Jörg").unwrap().write(1, 1, 50755).unwrap().write(1, 2, "2024-01-02").unwrap();
    sheet.write(2, 1, 80331).unwrap().write(2, 2, "2025-03-04").unwrap();
    for (name, bytes) in [
        ("a.csv", "Vorname;PLZ;seit\nJörg;50755;2024-01-02\n;80331;2025-03-04\n".as_bytes().to_vec()),
        ("a.csv.gz", gz("Vorname;PLZ;seit\nJörg;50755;2024-01-02\n;80331;2025-03-04\n".as_bytes())),
        ("a.parquet", parquet(columns.to_vec())),
        ("a.xlsx", workbook.save_to_buffer().unwrap()),
    ] {
        let scratch = Scratch::new(name, &bytes);
        let mut table = Table::open(&scratch.path, &Options::default()).unwrap();
        assert_eq!(table.columns(), ["Vorname", "PLZ", "seit"], "{name}");
        let mut rows = Vec::new();
        table.for_each(|row| rows.push(row.unwrap().join("|"))).unwrap();
        assert_eq!(rows, ["Jörg|50755|2024-01-02", "|80331|2025-03-04"], "{name}");
    }
    let scratch = Scratch::new("a.jsonl", b"{\"a\":1}\n");
    let error = Table::open(&scratch.path, &Options::default()).unwrap_err().to_string();
    assert!(error.ends_with("is jsonl, not a table: csv, parquet and xlsx are"), "{error}");
}
