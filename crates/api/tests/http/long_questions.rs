//! Questions that take long: others see them, call them off, and nobody works for a client that has gone.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;

/// Customers of some visits each: small, but enough for a question that says much to take minutes.
fn with_visits() -> Server {
    let server = Server::start();
    for customer in 0..300 {
        let visit = |number: u32| {
            json!({
                "type": "track", "messageId": format!("{customer}-{number}"), "userId": format!("c{customer}"),
                "event": format!("page {}", number % 3), "timestamp": format!("2025-03-01T10:{number:02}:00Z"),
            })
        };
        server.send("/v1/batch", &json!({"batch": (0..40).map(visit).collect::<Value>()}));
    }
    server
}

/// Fifty scans, because fifty pauses cut journeys in fifty ways, of conditions that are long and never true.
fn question() -> Value {
    let condition = vec!["path \"page 0\" -> * -> \"page 1\""; 290].join(" or ");
    let sessions = |gap: u32| json!({"question": "sessions", "settings": {"gap": format!("{}s", 61 + gap)}});
    let about = json!({
        "where": format!("not ({condition})"), "compare": condition, "against": condition, "time_limit": "1h",
    });
    json!({"about": about, "questions": (0..50).map(sessions).collect::<Value>()})
}

/// Events of the log.
const EVENTS: u64 = 12_000;

fn running(server: &Server) -> Value {
    server.eventually("/v1/mining/running", |running| running[0]["events_in_all"].as_u64().is_some_and(|all| all > 0))
}

#[test]
fn a_question_that_runs_is_listed_and_called_off() {
    let server = with_visits();
    assert_eq!(server.get("/v1/mining/running").expect(200), json!([]));
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| server.tell("POST", "/v1/mining/ask", &question()));
        let running = running(&server);
        let id = running[0]["id"].as_u64().unwrap();
        assert_eq!(running.as_array().unwrap().len(), 1);
        assert_eq!(running[0]["question"], vec!["sessions"; 50].join(", "));
        // The scans that have begun, in the second one as in the first.
        let later =
            server.eventually("/v1/mining/running", |running| running[0]["events_done"].as_u64() > Some(EVENTS));
        let of = |field: &str| later[0][field].as_u64().unwrap();
        assert_eq!(of("events_in_all") % EVENTS, 0);
        assert!(of("events_done") <= of("events_in_all"), "{later}");

        let call_off =
            |id: &str| server.call("DELETE", format!("/v1/mining/running/{id}")).bearer(&server.admin).send();
        call_off(&(id + 1).to_string()).problem(404, "not_found");
        call_off("first").problem(400, "invalid");
        assert_eq!(call_off(&id.to_string()).status, 204);
        let detail = asked.join().unwrap().problem(503, "unanswered");
        assert!(detail.contains("was called off"), "{detail}");
        assert_eq!(server.get("/v1/mining/running").expect(200), json!([]));
        call_off(&id.to_string()).problem(404, "not_found");
    });
}

#[test]
fn a_question_ends_when_its_client_goes() {
    let server = with_visits();
    let body = question().to_string();
    let mut client = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST /v1/mining/ask HTTP/1.1\r\nhost: geleit\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        server.admin,
        body.len()
    );
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(body.as_bytes()).unwrap();
    running(&server);
    drop(client);
    let mut done = 0;
    while let Some(seen) = server.get("/v1/mining/running").expect(200)[0]["events_done"].as_u64() {
        done = seen;
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(done < 50 * EVENTS / 2, "{done} events were scanned for nobody");
}
