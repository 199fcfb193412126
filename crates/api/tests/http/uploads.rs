//! Files that people send to be imported.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use api::Settings;
use engine::Options;
use serde_json::{Value, json};
use store::Role;

use crate::server::Server;

const ORDERS: &str = "Kunde;Schritt;Zeit;Betrag\n\
    ada;Kauf;22.11.2026 14:05;12,50\n\
    bob;Kauf;heute;1\n\
    cyd;Retoure;23.11.2026 09:00;-12,50\n\
    ;Kauf;24.11.2026 09:00;3\n";

fn send(server: &Server, name: &str, file: impl Into<Vec<u8>>) -> Value {
    let call = server.call("POST", format!("/v1/uploads?name={name}")).bearer(&server.admin);
    call.header("content-type", "application/octet-stream").body(file).send().expect(201)
}

fn path(upload: &Value, what: &str) -> String {
    format!("/v1/uploads/{}{what}", upload["id"].as_str().unwrap())
}

/// Waits until an upload is not read any more.
fn ended(server: &Server, upload: &Value) -> Value {
    let is_over = |status: &Value| !["trying", "importing"].contains(&status["state"].as_str().unwrap());
    server.eventually(&path(upload, ""), is_over)
}

/// A file of so many visits.
fn visits(rows: u32) -> String {
    let mut file = String::from("customer,event,timestamp\n");
    for row in 0..rows {
        let (hour, minute, second) = (row / 3600 % 24, row / 60 % 60, row % 60);
        writeln!(file, "u{row},visit,2026-01-{:02}T{hour:02}:{minute:02}:{second:02}Z", 1 + row / 86_400).unwrap();
    }
    file
}

#[test]
fn a_file_shows_its_columns_what_they_could_mean_and_its_first_rows() {
    let server = Server::start();
    let upload = send(&server, "orders.csv", ORDERS);
    assert_eq!((&upload["format"], &upload["bytes"]), (&json!("csv"), &json!(ORDERS.len())));
    let guesses: Vec<_> = upload["columns"].as_array().unwrap().iter().map(|column| &column["guess"]).collect();
    assert_eq!(guesses, ["customer", "touchpoint", "time", "property"]);
    assert_eq!(upload["columns"][1]["examples"], json!(["Kauf", "Retoure"]));
    let guess = &upload["guess"];
    for (option, expected) in [
        ("customer", json!("Kunde")),
        ("touchpoint", json!("Schritt")),
        ("time", json!("Zeit")),
        ("time_format", json!("day_first")),
        ("time_zone", json!("UTC")),
        ("delimiter", json!(";")),
        ("decimal_comma", json!(true)),
        ("channel", Value::Null),
    ] {
        assert_eq!(guess[option], expected, "{option}");
    }
    assert_eq!(upload["preview"][0], json!(["ada", "Kauf", "22.11.2026 14:05", "12,50"]));
    assert_eq!((upload["preview"].as_array().unwrap().len(), &upload["undecided"]), (4, &Value::Null));
}

#[test]
fn what_cannot_be_guessed_is_said_and_the_columns_are_shown_all_the_same() {
    let server = Server::start();
    let upload = send(&server, "x.csv", "a,b,c\n1,x,2026-01-01\n2,y,2026-01-02\n");
    let undecided = upload["undecided"].as_str().unwrap();
    assert!(undecided.starts_with("x.csv: no column was found that says what happened"), "{undecided}");
    assert!(!undecided.contains("uploads"), "where the file lies is nobody's business: {undecided}");
    let columns: Vec<_> = upload["columns"].as_array().unwrap().iter().map(|column| &column["name"]).collect();
    assert_eq!((json!(columns), upload["preview"].as_array().unwrap().len()), (json!(["a", "b", "c"]), 2));
    let refused = server.tell("POST", path(&upload, "/try"), &json!({})).problem(400, "unreadable_file");
    assert!(refused.starts_with("x.csv: "), "{refused}");
    // A wrong word is refused by its name, and nothing has begun.
    server.tell("POST", path(&upload, "/try"), &json!({ "time_zone": "Mars" })).problem(400, "invalid");
    server.tell("POST", path(&upload, "/try"), &json!({ "colour": "red" })).problem(400, "malformed");
    let told = json!({ "customer": "a", "touchpoint": "b", "time": "c" });
    let looked = server.tell("POST", path(&upload, "/look"), &told).expect(200);
    assert_eq!((&looked["undecided"], &looked["guess"]["touchpoint"]), (&Value::Null, &json!("b")));
    assert_eq!(server.tell("POST", path(&upload, "/try"), &told).expect(200)["would_store"], 2);
}

#[test]
fn a_trial_stores_nothing_and_tells_each_bad_row_with_its_place_and_value() {
    let server = Server::start();
    let upload = send(&server, "orders.csv", ORDERS);
    server.get(path(&upload, "/bad.csv")).problem(404, "not_found");
    let trial = server.tell("POST", path(&upload, "/try"), &json!({ "time_zone": "Europe/Berlin" })).expect(200);
    assert_eq!((&trial["read"], &trial["would_store"], &trial["bad"]), (&json!(4), &json!(2), &json!(2)));
    assert_eq!((&trial["duplicates"], &trial["breaks_off"]), (&Value::Null, &Value::Null));
    let bad = &trial["first_bad"][0];
    assert_eq!((&bad["row"], &bad["column"], &bad["value"]), (&json!(3), &json!("Zeit"), &json!("heute")));
    assert_eq!(bad["reason"], "is not a time such as 22.11.2026 14:05");
    assert_eq!((&trial["first_bad"][1]["row"], &trial["first_bad"][1]["column"]), (&json!(5), &json!("Kunde")));
    assert_eq!(trial["sample"][0]["at"], "2026-11-22T13:05:00Z");
    assert_eq!(server.engine().answers().counters().unwrap().events, 0);
    assert_eq!(server.engine().answers().open_bad_rows().unwrap(), 0);

    let csv = server.get(path(&upload, "/bad.csv"));
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<String> = csv.text().lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "bad_row,bad_column,bad_value,bad_code,bad_reason,Kunde,Schritt,Zeit,Betrag");
    assert_eq!(lines[1], "3,Zeit,heute,bad_time,is not a time such as 22.11.2026 14:05,bob,Kauf,heute,1");
    assert_eq!(lines.len(), 3);
    let status = server.get(path(&upload, "")).expect(200);
    assert_eq!((&status["state"], &status["bad_rows"]), (&json!("ready"), &json!({ "n": 2, "in_csv": 2 })));
    assert_eq!((&status["read"], &status["stored"]), (&json!(4), &json!(0)));
}

#[test]
fn an_import_goes_on_by_itself_and_the_same_file_is_stored_once() {
    let server = Server::start();
    let options = json!({ "source": "old orders" });
    let upload = send(&server, "orders.csv", ORDERS);
    let begun = server.tell("POST", path(&upload, "/import"), &options).expect(202);
    assert_eq!(begun["name"], "orders.csv");
    let status = ended(&server, &upload);
    for (field, expected) in [
        ("state", json!("done")),
        ("read", json!(4)),
        ("stored", json!(2)),
        ("quarantined", json!(2)),
        ("duplicates", json!(0)),
        ("seconds_left", Value::Null),
    ] {
        assert_eq!(status[field], expected, "{field}");
    }
    assert_eq!(server.get(path(&upload, "/bad.csv")).text().lines().count(), 3);
    let counters = server.engine().answers().counters().unwrap();
    assert_eq!((counters.events, counters.sources["old orders"].accepted), (2, 2));
    server.tell("POST", path(&upload, "/import"), &options).problem(409, "used_up");

    let again = send(&server, "the%20same.csv", ORDERS);
    let trial = server.tell("POST", path(&again, "/try"), &options).expect(200);
    assert_eq!((&trial["would_store"], &trial["duplicates"]), (&json!(0), &json!(2)));
    assert!(trial["imported_before"].is_string());
    server.tell("POST", path(&again, "/import"), &options).expect(202);
    let status = ended(&server, &again);
    assert_eq!((&status["state"], &status["stored"], &status["duplicates"]), (&json!("done"), &json!(0), &json!(4)));
    // With other options it is read anew, and its rows are known by what they hold.
    let other = send(&server, "orders.csv", ORDERS);
    server.tell("POST", path(&other, "/import"), &json!({ "source": "old orders", "customer": "Kunde" })).expect(202);
    let status = ended(&server, &other);
    assert_eq!((&status["stored"], &status["duplicates"]), (&json!(0), &json!(2)));
    assert_eq!(server.engine().answers().counters().unwrap().events, 2);
}

#[test]
fn a_cancelled_import_keeps_what_is_stored_and_the_rest_comes_later_without_doubling() {
    let server = Server::start();
    let file = visits(400_000);
    let upload = send(&server, "visits.csv", file.clone());
    server.tell("POST", path(&upload, "/import"), &json!({})).expect(202);
    server.tell("POST", path(&upload, "/import"), &json!({})).problem(409, "in_progress");
    let status = server.eventually(&path(&upload, ""), |status| status["stored"].as_u64() > Some(0));
    assert!(status["seconds_left"].as_f64().unwrap() > 0.0 && status["rows_per_second"].as_f64().unwrap() > 0.0);
    let cancelled = server.call("DELETE", path(&upload, "")).bearer(&server.admin).send().expect(200);
    let stored = cancelled["stored"].as_u64().unwrap();
    assert_eq!(cancelled["state"], "cancelled");
    assert!(stored > 0 && stored < 400_000, "{stored}");
    assert_eq!(server.engine().answers().counters().unwrap().events, stored);

    let again = send(&server, "visits.csv", file);
    server.tell("POST", path(&again, "/import"), &json!({})).expect(202);
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(60))).build();
    let agent: ureq::Agent = config.into();
    let progress = agent
        .get(format!("http://{}{}", server.address, path(&again, "/progress")))
        .header("authorization", format!("Bearer {}", server.admin));
    let frames = progress.call().unwrap().body_mut().read_to_string().unwrap();
    let last = frames.lines().rev().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let last: Value = serde_json::from_str(last).unwrap();
    assert_eq!((&last["state"], &last["read"]), (&json!("done"), &json!(400_000)));
    assert_eq!((&last["stored"], &last["duplicates"]), (&json!(400_000 - stored), &json!(stored)));
    assert_eq!(server.engine().answers().counters().unwrap().events, 400_000);
    let discarded = server.call("DELETE", path(&again, "")).bearer(&server.admin).send().expect(200);
    assert_eq!(discarded["state"], "discarded");
    server.get(path(&again, "")).problem(404, "not_found");
    assert_eq!(std::fs::read_dir(server.directory.uploads()).unwrap().count(), bad_rows_of(&cancelled, &server));
}

/// Files left of an upload that is not discarded: that of its bad rows.
fn bad_rows_of(status: &Value, server: &Server) -> usize {
    let left = server.directory.uploads().join(format!("{}-bad-rows", status["id"].as_str().unwrap()));
    usize::from(left.is_file())
}

#[test]
fn an_import_ends_with_the_server_and_does_not_keep_it() {
    let server = Server::start();
    let upload = send(&server, "visits.csv", visits(400_000));
    server.tell("POST", path(&upload, "/import"), &json!({})).expect(202);
    server.eventually(&path(&upload, ""), |status| status["stored"].as_u64() > Some(0));
    let began = Instant::now();
    drop(server);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[test]
fn uploads_are_bounded_in_number_and_size_and_nothing_of_a_refused_one_stays() {
    let settings = Settings { max_upload_bytes: 1_000, ..Settings::default() };
    let server = Server::with(settings, &Options::default());
    let post = |name: &str, body: &str| {
        server.call("POST", format!("/v1/uploads?name={name}")).bearer(&server.admin).body(body).send()
    };
    post("a.csv", &"x".repeat(1_001)).problem(413, "too_large");
    post("a.csv", "").problem(400, "unreadable_file");
    post("a.parquet", "not parquet").problem(400, "unreadable_file");
    post("a%00.csv", "a").problem(400, "invalid");
    server.call("POST", "/v1/uploads").bearer(&server.admin).body("a").send().problem(400, "invalid");
    let analyst = server.token(Role::Service);
    server.call("POST", "/v1/uploads?name=a").bearer(&analyst).body("a").send().problem(403, "forbidden");
    assert_eq!(std::fs::read_dir(server.directory.uploads()).unwrap().count(), 0);

    let uploads: Vec<Value> = (0..8).map(|_| send(&server, "o.csv", ORDERS)).collect();
    post("a.csv", ORDERS).problem(429, "too_many");
    server.tell("POST", path(&uploads[3], "/import"), &json!({})).expect(202);
    ended(&server, &uploads[3]);
    // What is used up makes room.
    send(&server, "o.csv", ORDERS);
    server.get(path(&uploads[3], "")).problem(404, "not_found");
    assert_eq!(server.get("/v1/uploads").expect(200)["uploads"].as_array().unwrap().len(), 8);
}

#[test]
fn a_file_that_breaks_off_says_where_and_can_be_begun_again() {
    let server = Server::start();
    let mut file = visits(20_000).into_bytes();
    file.extend_from_slice(b"u,\"never closed,2026-01-01T00:00:00Z\n");
    file.extend(std::iter::repeat_n(b'x', 5 << 20));
    let upload = send(&server, "visits.csv", file);
    let trial = server.tell("POST", path(&upload, "/try"), &json!({})).expect(200);
    assert!(trial["breaks_off"].as_str().unwrap().starts_with("visits.csv, line 20002"), "{trial:#}");
    server.tell("POST", path(&upload, "/import"), &json!({})).expect(202);
    let status = ended(&server, &upload);
    assert_eq!((&status["state"], &status["stored"]), (&json!("failed"), &json!(20_000)));
    assert_eq!(status["reason"], trial["breaks_off"]);
    server.tell("POST", path(&upload, "/import"), &json!({})).expect(202);
    let status = ended(&server, &upload);
    assert_eq!((&status["stored"], &status["duplicates"]), (&json!(0), &json!(20_000)));
}
