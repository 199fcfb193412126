//! What arrives, as it arrives.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;

/// One frame of a stream.
#[derive(Debug, Default)]
struct Frame {
    event: String,
    id: Option<u64>,
    data: Value,
}

/// A stream, read frame by frame.
struct Stream(BufReader<Box<dyn std::io::Read + Send>>);

impl Stream {
    fn open(server: &Server, query: &str, last: Option<u64>) -> Self {
        let config = ureq::Agent::config_builder().timeout_recv_body(Some(Duration::from_secs(20))).build();
        let agent: ureq::Agent = config.into();
        let mut request = agent
            .get(format!("http://{}/v1/events/live{query}", server.address))
            .header("authorization", format!("Bearer {}", server.admin));
        if let Some(last) = last {
            request = request.header("last-event-id", format!("e{last}"));
        }
        let response = request.call().unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(BufReader::new(Box::new(response.into_body().into_reader())))
    }

    /// The next frame; `None` at the end of the stream.
    fn next(&mut self) -> Option<Frame> {
        let mut frame = Frame::default();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("event", event)) => frame.event = event.to_owned(),
                Some(("id", id)) => frame.id = Some(id.strip_prefix('e').unwrap().parse().unwrap()),
                Some(("data", data)) => frame.data = serde_json::from_str(data).unwrap(),
                Some((other, _)) => assert_eq!(other, "", "{line}"),
                None if frame.id.is_some() || !frame.event.is_empty() => return Some(frame),
                None => {}
            }
        }
    }

    #[track_caller]
    fn expect(&mut self, event: &str) -> Frame {
        let frame = self.next().expect("the stream goes on");
        assert_eq!(frame.event, event, "{frame:?}");
        frame
    }
}

fn send(server: &Server, events: std::ops::Range<u32>) {
    let events: Vec<Value> = events
        .map(|n| json!({ "type": "track", "messageId": format!("m{n}"), "userId": format!("u{n}"), "event": "visit" }))
        .collect();
    for batch in events.chunks(500) {
        server.send("/v1/batch", &json!({ "batch": batch }));
    }
}

#[test]
fn an_event_is_shown_with_its_place_and_whose_it_is_and_nothing_that_names_somebody() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "", None);
    let start = stream.expect("start");
    assert_eq!(start.data, json!({ "after": "e0", "missed": 0, "events_per_second": 20, "quarantine_open": 0 }));
    server.send("/v1/track", &json!({ "messageId": "m1", "userId": "ada@example.org", "event": "visit" }));
    let frame = stream.expect("event");
    assert_eq!(frame.id, Some(1));
    for (field, value) in
        [("id", "e1"), ("source", "shop"), ("name", "visit"), ("customer", "c1"), ("touchpoint", "visit")]
    {
        assert_eq!(frame.data[field], value, "{field}");
    }
    assert!(!frame.data.to_string().contains("ada@"), "{frame:?}");

    let bad = server.call("POST", "/v1/track").bearer(&server.key).json(&json!({ "event": "nobody" })).send();
    assert_eq!(bad.status, 400);
    assert_eq!(stream.expect("quarantined").data, json!({ "source": "shop", "n": 1 }));
}

#[test]
fn who_comes_back_goes_on_behind_the_last_event_it_saw() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "?per_second=100", None);
    stream.expect("start");
    send(&server, 0..10);
    let seen: Vec<_> = (0..10).map(|_| stream.expect("event").id.unwrap()).collect();
    assert_eq!(seen, (1..=10).collect::<Vec<_>>());
    drop(stream);

    send(&server, 10..600);
    let mut stream = Stream::open(&server, "", Some(10));
    assert_eq!(stream.expect("start").data["after"], "e10");
    let seen: Vec<_> = (0..590).map(|_| stream.expect("event").id.unwrap()).collect();
    assert_eq!(seen, (11..=600).collect::<Vec<_>>(), "a gap of no more than 1000 events is shown whole");

    // The same out of the journal, when the events are in columns.
    server.engine().settle().unwrap();
    let mut stream = Stream::open(&server, "", Some(595));
    stream.expect("start");
    let seen: Vec<_> = (0..5).map(|_| stream.expect("event").id.unwrap()).collect();
    assert_eq!(seen, [596, 597, 598, 599, 600]);

    // An id beyond the journal is of another one.
    let mut stream = Stream::open(&server, "", Some(7_000));
    assert_eq!(stream.expect("start").data["after"], "e600");
    let refused = server.call("GET", "/v1/events/live").bearer(&server.admin).header("last-event-id", "x").send();
    refused.problem(400, "invalid");
}

#[test]
fn what_is_shown_and_what_is_skipped_is_everything() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "?per_second=5", None);
    stream.expect("start");
    std::thread::scope(|scope| {
        scope.spawn(|| send(&server, 0..6_000));
        let (mut shown, mut skipped, mut last) = (0, 0, 0);
        while shown + skipped < 6_000 {
            let frame = stream.next().unwrap();
            let id = frame.id.unwrap();
            match frame.event.as_str() {
                "event" => shown += 1,
                "skipped" => {
                    assert_eq!(frame.data["unread"], 0);
                    skipped += frame.data["n"].as_u64().unwrap();
                }
                other => panic!("{other}: {frame:?}"),
            }
            assert!(id > last, "{id} after {last}");
            assert!(shown + skipped <= id, "of {id} events {shown} were shown and {skipped} skipped");
            last = id;
        }
        assert_eq!((shown + skipped, last), (6_000, 6_000));
        assert!(shown >= 1 && skipped > 5_000, "{shown} shown, {skipped} skipped");
    });
}

#[test]
fn a_stream_of_one_source_counts_that_source_alone() {
    let server = Server::start();
    let key = server.tell("POST", "/v1/sources", &json!({ "name": "till" })).expect(201)["write_key"].clone();
    server.get("/v1/events/live?source=nobody").problem(404, "not_found");
    server.get("/v1/events/live?per_second=0").problem(400, "invalid");
    let mut stream = Stream::open(&server, "?source=till", None);
    stream.expect("start");
    send(&server, 0..1_500);
    let sale = json!({ "messageId": "t1", "userId": "bob", "event": "sale" });
    server.call("POST", "/v1/track").bearer(key.as_str().unwrap()).json(&sale).send().expect(200);
    let frame = loop {
        let frame = stream.next().unwrap();
        // It says how far it is, so that nobody looks at the others again.
        if frame.event == "event" {
            break frame;
        }
        assert_eq!((frame.event.as_str(), &frame.data), ("", &Value::Null), "{frame:?}");
    };
    assert_eq!((frame.data["name"].as_str(), frame.id), (Some("sale"), Some(1_501)));
}

#[test]
fn streams_are_bounded_and_end_with_the_server() {
    let mut server = Server::start();
    let mut streams: Vec<_> = (0..64).map(|_| Stream::open(&server, "", None)).collect();
    server.get("/v1/events/live").problem(429, "too_many");
    // Whoever goes makes room, at the latest with the next frame that cannot be sent.
    streams.truncate(1);
    let began = Instant::now();
    let mut reopened = loop {
        send(&server, 0..1);
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent: ureq::Agent = config.into();
        let request = agent.get(format!("http://{}/v1/events/live", server.address));
        let status = request.header("authorization", format!("Bearer {}", server.admin)).call().unwrap().status();
        if status == 200 {
            break Stream::open(&server, "", None);
        }
        assert!(began.elapsed() < Duration::from_secs(10), "the places of those who went stay taken");
        std::thread::sleep(Duration::from_millis(50));
    };
    reopened.expect("start");
    let mut stream = streams.remove(0);
    stream.expect("start");
    let began = Instant::now();
    server.stop();
    while stream.next().is_some() {}
    drop(server);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}
