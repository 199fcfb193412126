//! The live graph over HTTP, by the clock of the machine.

use model::Timestamp;
use serde_json::{Value, json};

use crate::server::Server;

const SECOND: i64 = 1_000_000;

fn visit(id: &str, name: &str, seconds_ago: i64) -> Value {
    let at = Timestamp::clamped(Timestamp::now().micros() - seconds_ago * SECOND);
    json!({"type": "track", "messageId": id, "userId": "ada", "event": name, "timestamp": at.to_string()})
}

#[test]
fn the_live_graph_takes_in_what_was_just_sent_and_counts_nothing_again() {
    let server = Server::start();
    let visits = [visit("1", "seen", 50_000), visit("2", "seen", 600), visit("3", "cart", 300)];
    server.send("/v1/batch", &json!({"batch": visits}));
    let live = server.get("/v1/mining/live").expect(200);
    assert_eq!((&live["events"], &live["journeys"], &live["window_s"]), (&json!(2), &json!(1), &json!(3600.0)));
    assert_eq!((&live["updated_events"], &live["rebuilt"]), (&json!(2), &json!(true)));
    let day = server.get("/v1/mining/live?window=1d").expect(200);
    assert_eq!((&day["events"], &day["rebuilt"]), (&json!(3), &json!(true)));

    server.send("/v1/batch", &json!({"batch": [visit("4", "bought", 60)]}));
    let live = server.get("/v1/mining/live?window=60m").expect(200);
    assert_eq!((&live["events"], &live["updated_events"], &live["rebuilt"]), (&json!(3), &json!(1), &json!(false)));
    let edges: Vec<_> = live["edges"].as_array().unwrap().iter().map(|edge| (&edge["from"], &edge["to"])).collect();
    assert_eq!(edges, [(&json!("cart"), &json!("bought")), (&json!("seen"), &json!("cart"))]);
    let again = server.tell("POST", "/v1/mining/again", &live["recipe"]).expect(200);
    assert_eq!((&again["edges"], &again["nodes"]), (&live["edges"], &live["nodes"]));

    for query in ["window=1", "window=8d", "window=0s", "windows=1h", "journey=whole"] {
        server.get(format!("/v1/mining/live?{query}")).problem(400, "invalid");
    }
}
