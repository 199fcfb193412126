//! Who may come in, and what is common to all routes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use api::Settings;
use engine::Options;
use model::Timestamp;
use serde_json::json;
use store::{Plans, Role, SqlitePlans};

use crate::contract::{DOCUMENT, operations};
use crate::server::Server;

/// Stands for every path of the document; ids that exist in a fresh directory, or do not matter.
fn concrete(path: &str) -> String {
    path.replace("{id}", "c1")
        .replace("{kind}", "touchpoint")
        .replace("{name}", "till")
        .replace("{version}", "1")
        .replace("{key}", "k")
}

#[test]
fn every_documented_operation_is_served_and_no_other_method_is() {
    let server = Server::start();
    let all = operations();
    assert!(all.len() > 35, "{}", all.len());
    for (method, path, operation) in &all {
        let answer = server.call(method, concrete(path)).body("{}").send();
        let code =
            if answer.status >= 400 { answer.json()["code"].as_str().unwrap().to_owned() } else { String::new() };
        assert!(code != "no_route" && code != "method_not_allowed", "{method} {path}: {code}");
        // Without a credential only what says so is open.
        let is_open = operation["security"] == json!([]);
        let is_settings = path.contains("settings");
        assert_eq!(answer.status == 401, !is_open && !is_settings, "{method} {path}: {}", answer.text());
    }
    for path in DOCUMENT["paths"].as_object().unwrap().keys() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if all.iter().any(|(known, at, _)| known == method && at == path) {
                continue;
            }
            // A path with a parameter may be answered by another that is spelt out.
            let answer = server.call(method, concrete(path)).body("{}").send();
            let allowed = answer.header("allow").to_owned();
            answer.problem(405, "method_not_allowed");
            assert!(!allowed.is_empty(), "{method} {path}");
        }
    }
    server.call("GET", "/v1/nothing/here").send().problem(404, "no_route");
    server.call("GET", "/nothing").send().problem(404, "no_route");
}

#[test]
fn each_role_may_what_its_work_needs_and_nothing_else() {
    let server = Server::start();
    let areas = [
        ("GET", "/v1/customers/c1", "read customers"),
        ("GET", "/v1/mining/graph", "read figures over journeys"),
        ("GET", "/v1/plans", "read plans"),
        ("DELETE", "/v1/plans/touchpoint/till", "change plans"),
        ("GET", "/v1/quarantine", "read the quarantine"),
        ("POST", "/v1/quarantine/1/discard", "repair or discard in the quarantine"),
        ("GET", "/metrics", "read metrics"),
    ];
    for (role, may) in [
        (Role::Admin, [true, true, true, true, true, true, true]),
        (Role::Manager, [true, true, true, true, true, true, true]),
        (Role::Analyst, [true, true, true, true, true, true, true]),
        (Role::Service, [true, false, true, false, false, false, false]),
        (Role::Marketer, [true, true, true, false, false, false, false]),
        (Role::Privacy, [true, false, true, false, true, false, false]),
    ] {
        let token = server.token(role);
        for ((method, path, deed), may) in areas.into_iter().zip(may) {
            let answer = server.call(method, path).bearer(&token).send();
            assert_eq!(answer.status != 403, may, "{role} {method} {path}: {}", answer.text());
            if !may {
                assert_eq!(answer.problem(403, "forbidden"), format!("the role {role} may not {deed}"));
            }
        }
    }
}

#[test]
fn credentials_made_or_revoked_by_another_process_count_within_a_second() {
    let server = Server::start();
    let elsewhere = SqlitePlans::open(&server.directory).unwrap();
    let token = elsewhere.create_token(Role::Service, "desk", Timestamp::now()).unwrap();
    let key = elsewhere.create_source("till", Timestamp::now()).unwrap();
    let asks = || server.call("GET", "/v1/plans").bearer(&token.secret).send().status;
    let sends = |key: &str| server.call("POST", "/v1/events").bearer(key).json(&json!([])).send().status;
    assert_eq!((asks(), sends(&key)), (200, 200), "at once");

    elsewhere.revoke_token(token.token.id, Timestamp::now()).unwrap();
    let new_key = elsewhere.rotate_source_key("till", Timestamp::now()).unwrap();
    assert_eq!(sends(&new_key), 200, "at once");
    let revoked = Instant::now();
    while (asks(), sends(&key)) != (401, 401) {
        assert!(revoked.elapsed() < Duration::from_secs(10), "the old credentials still count");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn every_answer_has_a_request_id_and_sane_ones_are_kept() {
    let server = Server::start();
    let get =
        |id: &str| server.call("GET", "/healthz").header("x-request-id", id).send().header("x-request-id").to_owned();
    assert_eq!(get("proxy-1/abc"), "proxy-1/abc");
    assert_ne!(get("\"quoted\""), "\"quoted\"");
    let ids: Vec<String> =
        (0..2).map(|_| server.call("GET", "/healthz").send().header("x-request-id").to_owned()).collect();
    assert!(!ids[0].is_empty() && ids[0] != ids[1]);
}

#[test]
fn metrics_name_what_happened_and_ask_for_a_token_unless_set_open() {
    let server = Server::start();
    server.send("/v1/t/", &json!({"userId": "ada", "event": "visit"}));
    server.get("/v1/customers/c999").problem(404, "not_found");
    server.call("GET", "/guessed/path").send().problem(404, "no_route");
    server.call("GET", "/metrics").send().problem(401, "unauthenticated");
    let page = server.get("/metrics").text();
    for line in [
        "geleit_events_total 1\n",
        "geleit_commit_latency_seconds_count 1\n",
        "geleit_customers 1\n",
        r#"geleit_http_requests_total{route="/v1/t",method="POST",status="200"} 1"#,
        r#"geleit_http_requests_total{route="/v1/customers/{id}",method="GET",status="404"} 1"#,
        r#"geleit_http_requests_total{route="none",method="GET",status="404"} 1"#,
        r#"geleit_http_request_seconds_count{route="/v1/t",method="POST",status="200"} 1"#,
        r#"geleit_http_request_seconds_bucket{le="0.0005",route="/v1/t""#,
        "# EOF\n",
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
    assert!(!page.contains("guessed") && !page.contains("c999"), "{page}");

    let open = Server::with(Settings { metrics_open: true, ..Settings::default() }, &Options::default());
    assert_eq!(open.call("GET", "/metrics").send().status, 200);
}

#[test]
fn health_readiness_and_the_document_are_open() {
    let server = Server::start();
    assert_eq!(server.call("GET", "/healthz").send().expect(200)["status"], "ok");
    assert_eq!(server.call("GET", "/readyz").send().expect(200)["status"], "ready");
    assert_eq!(server.call("GET", "/openapi.json").send().expect(200), *DOCUMENT);
}

#[test]
fn whoever_is_refused_while_still_sending_reads_why() {
    let server = Server::start();
    for (method, path, refusal) in [
        ("POST", "/v1/track", "401"),
        ("POST", "/v1/customers/merge", "401"),
        ("POST", "/v1/nothing/here", "404"),
        ("DELETE", "/v1/events", "405"),
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // Twice over one connection: it has not been closed over the head of whoever was sending.
        for _ in 0..2 {
            write!(stream, "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n").unwrap();
            std::thread::sleep(Duration::from_millis(50));
            stream.write_all(&[b' '; 20_000]).unwrap();
            let answer = read_answer(&mut stream);
            assert!(answer.starts_with(&format!("HTTP/1.1 {refusal}")), "{method} {path}: {answer}");
        }
    }
}

/// One answer with a body of known length, as text.
fn read_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let is_whole = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        body.len() == length.parse::<usize>().unwrap()
    };
    while !is_whole(&answer) {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the server hung up after {:?}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_request_in_flight_is_finished_after_the_server_was_told_to_stop() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = store::DataDirectory::create(scratch.path()).unwrap();
    let engine = std::sync::Arc::new(engine::Engine::open(&directory, &Options::default()).unwrap());
    let key = engine.answers().plans().create_source("shop", Timestamp::now()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let api = api::Api::new(std::sync::Arc::clone(&engine), Settings::default());
    let served = runtime.spawn(api::serve(listener, api, async { drop(stopped.await) }));

    let body = json!({"userId": "ada", "event": "visit"}).to_string();
    let (half, rest) = body.split_at(10);
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {length}\r\n")
        .unwrap();
    // Once the server asks for the body, the request is in flight.
    write!(stream, "Expect: 100-continue\r\n\r\n").unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    write!(stream, "{half}").unwrap();
    stop.send(()).unwrap();
    while TcpStream::connect(address).is_ok() {
        std::thread::sleep(Duration::from_millis(10));
    }
    write!(stream, "{rest}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains(r#""accepted":1"#), "{answer}");
    runtime.block_on(served).unwrap().unwrap();
    runtime.shutdown_timeout(Duration::from_secs(5));
    std::sync::Arc::into_inner(engine).expect("nothing holds the engine any more").close().unwrap();
}
