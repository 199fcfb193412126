//! A server from its start to its end, as whoever runs it sees it.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod common;

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use common::load::{Answer, Batch, Ledger, Sender};
use common::served::{Served, agent};
use common::{Place, until};
use serde_json::json;

#[test]
fn sigterm_under_load_ends_cleanly_and_what_was_acknowledged_is_there_after_the_next_start() {
    let place = Place::new();
    let (key, token) = (place.write_key("shop"), place.token("admin"));
    let ledger = Ledger::default();
    let mut senders: Vec<Sender> = (0..3).map(Sender::new).collect();
    let server = Served::start(&place, "--log error");
    let never = AtomicBool::new(false);
    let took = std::thread::scope(|scope| {
        for sender in &mut senders {
            let (ledger, base, key, stop) = (&ledger, server.base.clone(), &key, &never);
            scope.spawn(move || sender.send_on(ledger, &base, key, stop, (20, 100)));
        }
        until("the load has begun", || (ledger.acknowledged() > 1_000).then_some(()));
        server.ask_to_stop();
        let asked = Instant::now();
        let status = server.ended();
        assert_eq!(status.code(), Some(0), "{status}: {}", place.log());
        asked.elapsed()
    });
    // A promise to whoever runs it, with room for a busy machine; it takes some hundredths of a second.
    assert!(took < Duration::from_secs(5), "the server took {took:?} to end");
    ledger.assert_kept(&place);

    let server = Served::start(&place, "--log error");
    server.until_ready();
    let (status, graph) = server.get(&token, "/v1/mining/graph");
    assert_eq!(status, 200);
    assert!(graph["events"].as_u64().unwrap() >= ledger.acknowledged() as u64, "{}", graph["events"]);
    server.stop();
    place.assert_replay_equals_live();
}

#[test]
fn a_client_that_never_ends_its_request_does_not_keep_the_server_from_ending_cleanly() {
    let place = Place::new();
    let key = place.write_key("shop");
    let server = Served::start(&place, "--log error");
    let mut slow = TcpStream::connect(server.address()).unwrap();
    let head =
        format!("POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 1000\r\n\r\n{{");
    slow.write_all(head.as_bytes()).unwrap();
    assert!(matches!(Batch::new(0, 0, 3, 10).send(&agent(), &server.base, &key), Answer::Taken));
    server.stop();
    drop(slow);
    assert_eq!(place.stored().len(), 3);
    place.assert_replay_equals_live();
}

#[test]
fn health_and_readiness_are_open_to_all_and_figures_are_not() {
    let place = Place::new();
    let token = place.token("admin");
    let server = Served::start(&place, "");
    assert_eq!(server.get("", "/healthz"), (200, json!({ "status": "ok" })));
    server.until_ready();
    assert_eq!(server.get("", "/readyz"), (200, json!({ "status": "ready" })));
    assert_eq!(server.get("", "/metrics").0, 401);
    assert_eq!(server.metric(&token, "geleit_events_total"), 0.0);
    server.stop();

    let open = Served::start(&place, "--metrics-open");
    assert_eq!(open.get("", "/metrics").0, 200);
    open.stop();
}

#[test]
fn who_listens_beyond_this_machine_without_tls_is_warned_unless_a_proxy_stands_in_front() {
    for (arguments, warned) in
        [("--listen 0.0.0.0:0", true), ("--listen 0.0.0.0:0 --behind-proxy", false), ("--listen 127.0.0.1:0", false)]
    {
        let place = Place::new();
        std::fs::create_dir_all(place.data()).unwrap();
        Served::start(&place, arguments).stop();
        let log = place.log();
        let warning =
            "WARN geleit::serve: listening beyond this machine without TLS: put a proxy that ends TLS in front";
        assert_eq!(log.contains(warning), warned, "{arguments}: {log}");
    }
}

#[test]
fn a_second_server_on_the_same_directory_is_told_in_one_line_who_has_it() {
    let place = Place::new();
    let first = Served::start(&place, "");
    let second = Served::opening(&place, "--log error").ended();
    assert_eq!(second.code(), Some(1));
    let told = format!(
        "geleit: {} is in use by process {}, which listens on {}\n",
        place.data().display(),
        first.pid(),
        first.address()
    );
    let log = place.log();
    assert!(log.ends_with(&told), "{log}");
    assert_eq!(first.get("", "/healthz").0, 200, "the first goes on");
    first.stop();
}

#[test]
fn a_port_in_use_is_told_in_one_line() {
    let (place, other) = (Place::new(), Place::new());
    let first = Served::start(&place, "");
    let second = Served::opening(&other, &format!("--listen {}", first.address())).ended();
    assert_eq!(second.code(), Some(1));
    let told = format!("geleit: cannot listen at {}: Address already in use (os error 98)\n", first.address());
    assert_eq!(other.log(), told);
}

#[test]
fn a_write_key_and_a_token_made_beside_a_running_server_work_at_once() {
    let place = Place::new();
    let server = Served::start(&place, "");
    let batch = Batch::new(0, 0, 3, 10);
    let key = place.write_key("shop");
    assert!(matches!(batch.send(&agent(), &server.base, &key), Answer::Taken));
    let token = place.token("analyst");
    assert_eq!(server.get(&token, "/v1/mining/graph").1["events"], 3);
    let analyst = place.json("token list --json")["tokens"][0]["id"].clone();
    place.done(&format!("token revoke {analyst}"));
    until("the revoked token is void", || (server.get(&token, "/v1/mining/graph").0 == 401).then_some(()));
}
