//! Maps, touchpoints and lived journeys as files of other programs, over HTTP.

use serde_json::{Value, json};
use store::Role;

use crate::server::Server;

const DRAWN: &str = "journey\n  title Kauf\n  section Vorher\n    Sucht: 4: Pendler\n    Kauft: 2: Pendler\n";
const FILE: &str = "/v1/maps/kauf/file";

fn post(server: &Server, path: &str, body: impl Into<Vec<u8>>) -> crate::server::Answer {
    server.call("POST", path).bearer(&server.admin).header("content-type", "text/plain").body(body).send()
}

#[test]
fn a_map_is_tried_written_and_given_back_in_every_format() {
    let server = Server::start();
    let tried = post(&server, &format!("{FILE}?format=mermaid&dry_run=true"), DRAWN).expect(200);
    assert_eq!((&tried["version"], &tried["body"]["title"]), (&Value::Null, &json!("Kauf")));
    assert_eq!(
        tried["notes"][0],
        json!({"code": "unknown", "place": "personas", "text": "persona \"pendler\" is not there yet"})
    );
    server.get("/v1/plans/map/kauf").problem(404, "not_found");

    let written = post(&server, &format!("{FILE}?format=mermaid&note=drawn&expected_version=0"), DRAWN).expect(200);
    assert_eq!((&written["version"], &written["body"]), (&json!(1), &tried["body"]));
    assert_eq!(server.get("/v1/plans/map/kauf").expect(200)["note"], "drawn");
    // The same again is no new version; another one over an old one is refused.
    assert_eq!(post(&server, &format!("{FILE}?format=mermaid"), DRAWN).expect(200)["version"], 1);
    let other = DRAWN.replace("Kauft", "Kauft doch");
    post(&server, &format!("{FILE}?format=mermaid&expected_version=7"), other.as_str())
        .problem(409, "version_conflict");
    assert_eq!(post(&server, &format!("{FILE}?format=mermaid&expected_version=1"), other).expect(200)["version"], 2);

    for (format, media_type, file) in [
        ("cjml", "application/xml", "kauf.cjml"),
        ("mermaid", "application/vnd.mermaid", "kauf.mmd"),
        ("flowchart", "application/vnd.mermaid", "kauf.mmd"),
        ("csv", "text/csv; charset=utf-8; header=present", "kauf.csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "kauf.xlsx"),
        ("ujg", "application/ld+json", "kauf.jsonld"),
        ("bpmn", "application/xml", "kauf.bpmn"),
        ("markdown", "text/markdown; charset=utf-8", "kauf.md"),
        ("toml", "application/toml", "kauf.toml"),
    ] {
        let answer = server.get(format!("{FILE}?format={format}"));
        assert_eq!(answer.status, 200, "{format}");
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{file}\""));
        let back = post(&server, &format!("/v1/maps/back/file?format={format}&dry_run=true"), answer.body);
        if matches!(format, "flowchart" | "ujg" | "bpmn" | "markdown") {
            assert!(back.problem(400, "invalid").contains("is only written"), "{format}");
        } else {
            assert_eq!(back.expect(200)["body"], server.get("/v1/plans/map/kauf").expect(200)["body"], "{format}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_taken_over_says_where_and_why_and_nothing_is_written() {
    let server = Server::start();
    let refused = |query: &str, body: &[u8]| post(&server, &format!("{FILE}?{query}"), body).problem(400, "invalid");
    assert!(refused("format=mermaid", b"journey\n  Tea: hot\n").starts_with("line 2: \"hot\" is no score"));
    assert!(refused("format=docx", b"x").contains("\"docx\" is none of cjml"));
    assert!(refused("format=cjml", b"<!DOCTYPE a><CJML/>").contains("has a document type"));
    assert!(refused("format=xlsx", b"PK").contains("is not a workbook that can be read"));
    assert!(refused("format=csv", b"title\n\xff\n").contains("line 2: \"\\\\xff\" is not UTF-8"));
    assert!(refused("format=csv&colour=red", b"title\nA\n").contains("colour"));
    assert!(refused("dry_run=true", b"title\nA\n").contains("format"));
    let problem = post(&server, &format!("{FILE}?format=csv"), "title,optional\nA,perhaps\n").json();
    assert_eq!(problem["invalid_params"][0]["name"], "line 2, column optional");
    let long = vec![b'x'; formats::MOST_BYTES + 1];
    post(&server, &format!("{FILE}?format=csv"), long).problem(413, "too_large");
    post(&server, "/v1/maps/Kauf/file?format=csv", "title\nA\n").problem(400, "invalid");
    server.get(format!("{FILE}?format=cjml")).problem(404, "not_found");
    server.get("/v1/plans/map/kauf").problem(404, "not_found");
    let marketer = server.token(Role::Marketer);
    let call = server.call("POST", format!("{FILE}?format=csv")).bearer(&marketer).body("title\nA\n");
    call.send().problem(403, "forbidden");
}

#[test]
fn the_register_is_a_table_both_ways() {
    let server = Server::start();
    let path = "/v1/touchpoints/file?format=csv";
    let table = "id,title,peso\nshop,Laden,owned\nfair,=Messe,shared\n";
    let tried = post(&server, &format!("{path}&dry_run=true"), table).expect(200);
    assert_eq!(
        (&tried["written"], &tried["rows"][0]["what"], &tried["errors"]),
        (&json!(0), &json!("new"), &json!([]))
    );
    assert_eq!(tried["rows"][0]["fields"][0], json!({"field": "title", "from": null, "to": "Laden"}));
    assert_eq!(post(&server, path, table).expect(200)["written"], 2);
    assert_eq!(server.get("/v1/plans/touchpoint/fair").expect(200)["body"]["title"], "=Messe");

    let wrong = "id,owner,peso\nshop,Ada,paid\nfair,Bob,bought\n";
    let tried = post(&server, &format!("{path}&dry_run=true"), wrong).expect(200);
    let error =
        json!({"row": 3, "column": "peso", "value": "bought", "reason": "is none of paid, earned, shared, owned"});
    assert_eq!((&tried["errors"][0], tried["rows"].as_array().unwrap().len()), (&error, 1));
    let answer = post(&server, path, wrong);
    assert_eq!(answer.json()["invalid_params"][0]["name"], "row 3, column peso");
    assert!(answer.problem(400, "invalid").contains("nothing was written, 1 rows are wrong"));
    assert_eq!(server.get("/v1/plans/touchpoint/shop").expect(200)["version"], 1);

    for format in ["csv", "xlsx"] {
        let file = server.get(format!("/v1/touchpoints/file?format={format}"));
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"touchpoints.{format}\""));
        let same = post(&server, &format!("/v1/touchpoints/file?format={format}"), file.body).expect(200);
        assert_eq!((&same["written"], &same["rows"][1]["what"]), (&json!(0), &json!("same")), "{format}");
    }
    post(&server, path, "owner\nx\n").problem(400, "invalid");
    post(&server, "/v1/touchpoints/file?format=ods", "x").problem(400, "invalid");
}

#[test]
fn lived_journeys_are_a_log_however_many_there_are() {
    let server = Server::start();
    let event = |number: u32| {
        let (who, name) = (number % 700, ["home", "cart", "order"][number as usize % 3]);
        let at = format!("2025-03-01T{:02}:{:02}:{:02}Z", number / 3600, number / 60 % 60, number % 60);
        json!({"type": "track", "messageId": number.to_string(), "userId": format!("u{who}"), "event": name,
               "timestamp": at, "properties": {"order": format!("o{}", number % 5)}})
    };
    for batch in 0..10 {
        let events: Value = (batch * 300..(batch + 1) * 300).map(event).collect();
        server.send("/v1/batch", &json!({ "batch": events }));
    }
    let ocel = server.get("/v1/journeys/file?format=ocel");
    assert_eq!(ocel.header("content-disposition"), "attachment; filename=\"journeys.jsonocel\"");
    let ocel = ocel.expect(200);
    assert_eq!((ocel["events"].as_array().unwrap().len(), ocel["objects"].as_array().unwrap().len()), (3000, 700));
    let cases = server.get("/v1/journeys/file?format=ocel&journey=case:order").expect(200);
    let of_type =
        |sort: &str| cases["objects"].as_array().unwrap().iter().filter(|object| object["type"] == sort).count();
    assert_eq!((of_type("customer"), of_type("order")), (700, 5));

    let xes =
        server.get("/v1/journeys/file?format=xes&where=did%20cart&only=not%20order&to=2025-03-01T00:40:00Z").text();
    let events = xes.matches("<event>").count();
    assert!(xes.ends_with("</log>\n") && events > 0 && !xes.contains("value=\"order\""), "{events}");
    let counted =
        server.get("/v1/mining/variants?where=did%20cart&only=not%20order&to=2025-03-01T00:40:00Z").expect(200);
    assert_eq!(counted["journeys"], json!(xes.matches("<trace>").count()));

    let refused = |query: &str| server.get(format!("/v1/journeys/file?{query}")).problem(400, "invalid");
    assert!(refused("").contains("format: is missing: ocel or xes"));
    assert!(refused("format=csv").contains("\"csv\" is none of ocel, xes"));
    assert!(refused("format=xes&compare=did%20cart").contains("is no parameter of a log"));
    assert!(refused("format=xes&where=did%20cart%20and%20chanel%20%3D%20web").contains("chanel"));
    assert!(refused("format=xes&journey=gap:30").contains("is not a duration"));
    let service = server.token(Role::Service);
    server.call("GET", "/v1/journeys/file?format=xes").bearer(&service).send().problem(403, "forbidden");
    // Nothing is left on the list of what runs.
    assert_eq!(server.get("/v1/mining/running").expect(200), json!([]));
}
