//! Questions about journeys: all of them, narrowed, compared, limited, in every format, asked together and again.

use std::collections::BTreeMap;

use mining::{Known, QUESTIONS, Setting};
use serde_json::{Map, Value, json};

use crate::server::{Answer, Server};

/// Who, where, by which channel, and how many days, hours and minutes after the first day's ten o'clock.
type Visit = (&'static str, &'static str, &'static str, (u32, u32, u32));

const VISITS: &[Visit] = &[
    // Round in a circle, straight back, and across three channels.
    ("ada", "seen", "web", (0, 0, 0)),
    ("ada", "seen", "web", (0, 0, 1)),
    ("ada", "help", "phone", (0, 0, 2)),
    ("ada", "seen", "web", (0, 0, 3)),
    ("ada", "cart", "web", (0, 0, 4)),
    ("ada", "bought", "shop", (0, 0, 8)),
    ("bob", "seen", "web", (0, 0, 0)),
    ("bob", "cart", "web", (0, 0, 1)),
    ("bob", "bought", "web", (0, 0, 3)),
    ("bob", "help", "phone", (0, 0, 9)),
    // What comes next: help, nothing within a week, nothing yet.
    ("eve", "seen", "web", (0, 0, 0)),
    ("eve", "help", "phone", (0, 2, 0)),
    ("dan", "seen", "web", (0, 0, 0)),
    ("ada", "seen", "web", (8, 0, 0)),
    ("ann", "seen", "web", (20, 0, 0)),
    ("ann", "cart", "web", (20, 0, 1)),
];

fn visits() -> Value {
    let event = |(number, (who, name, channel, (day, hour, minute))): (usize, &Visit)| {
        let (day, hour): (u32, u32) = (day + 1, hour + 10);
        let mut event = json!({
            "type": "track", "messageId": number.to_string(), "userId": who, "event": name,
            "timestamp": format!("2025-03-{day:02}T{hour:02}:{minute:02}:00Z"), "properties": {"channel": channel},
        });
        if let Some(mood) = [("help", -1), ("bought", 2)].into_iter().find(|(at, _)| at == name) {
            event["mood"] = json!(mood.1);
        }
        event
    };
    VISITS.iter().enumerate().map(event).collect()
}

fn with_visits() -> Server {
    let server = Server::start();
    server.send("/v1/batch", &json!({"batch": visits()}));
    server
}

/// An address with its parameters as browsers write them.
fn address<'p>(question: &str, parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() {
                query.push(char::from(byte));
            } else {
                query.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    format!("/v1/mining/{question}{query}")
}

/// The settings without which a question cannot be asked.
fn required(known: &Known) -> Vec<(&'static str, &'static str)> {
    let mut names = ["seen", "bought"].into_iter();
    let value = |setting: &Setting| match setting.form {
        "NAME" => names.next().unwrap(),
        "NAMES" => "seen,bought",
        "WAY" => "seen -> ... -> bought",
        other => panic!("{}: {} has the form {other}", known.name, setting.name),
    };
    let wanted: Vec<&Setting> = known.settings.iter().filter(|setting| setting.required).collect();
    let values: Vec<&str> = wanted.iter().copied().map(value).collect();
    wanted.iter().map(|setting| setting.name).zip(values).collect()
}

/// Figures as they are whenever and from wherever they are asked.
fn lasting(mut answer: Value) -> Value {
    answer["timing"] = Value::Null;
    answer
}

#[test]
fn every_question_answers_as_documented_of_no_event_of_no_journey_and_of_many_alone_and_compared() {
    let empty = Server::start();
    for known in QUESTIONS {
        empty.get(address(known.name, required(known))).expect(200);
        let compared = [("compare", "did seen")].into_iter().chain(required(known));
        assert_eq!(empty.get(address(known.name, compared)).expect(200)["differences"]["figures"], json!([]));
    }
    let server = with_visits();
    let mut seen = BTreeMap::new();
    for known in QUESTIONS {
        let asked = |more: &[(&'static str, &'static str)]| {
            let parameters = required(known).into_iter().chain(more.iter().copied());
            server.get(address(known.name, parameters)).expect(200)
        };
        let answer = asked(&[("journey", "gap:1h")]);
        look_at(&answer, known.name, &mut seen);
        assert_eq!(answer["recipe"]["question"], known.name);
        asked(&[("only", "channel = pigeon")]);
        asked(&[("where", "events > 99")]);
        let compared = asked(&[("compare", "did bought"), ("where", "did seen")]);
        assert_ne!(compared["differences"]["figures"], json!([]), "{}", known.name);
        assert_eq!(compared["recipe"]["compare"], json!(["did bought", "did not bought"]));
        assert!(compared["a"]["coverage"].is_object() && compared["b"]["coverage"].is_object());
        asked(&[("compare", "did bought"), ("against", "events > 99")]);
        asked(&[("compare", "did nothing"), ("against", "did nothing")]);
    }
    // What never held anything was not held against its schema either.
    let unseen: Vec<&str> = seen.iter().filter(|(_, holds)| !**holds).map(|(field, _)| field.as_str()).collect();
    // Nothing goes together where three customers tell no mood; tests/http/evaluation.rs has some who do.
    let derived = ["importance.touchpoints.derived", "importance.touchpoints.derived_interval"];
    assert_eq!(unseen, ["conversion.within_s", derived[0], derived[1], "steps.path_start"]);
    let dropoff = server.get("/v1/mining/dropoff?journey=gap:1h").expect(200).to_string();
    for outcome in ["event", "nothing", "open"] {
        assert!(dropoff.contains(&format!("\"outcome\":\"{outcome}\"")), "{outcome}: {dropoff}");
    }
}

/// Notes of each list and each field that may be null whether it ever held anything.
fn look_at(value: &Value, place: &str, seen: &mut BTreeMap<String, bool>) {
    match value {
        Value::Null => {
            seen.entry(place.to_owned()).or_default();
        }
        Value::Array(items) => {
            *seen.entry(place.to_owned()).or_default() |= !items.is_empty();
            items.iter().for_each(|item| look_at(item, place, seen));
        }
        Value::Object(fields) => {
            seen.insert(place.to_owned(), true);
            for (name, field) in fields.iter().filter(|(name, _)| !["coverage", "recipe"].contains(&name.as_str())) {
                look_at(field, &format!("{place}.{name}"), seen);
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            seen.insert(place.to_owned(), true);
        }
    }
}

#[test]
fn filters_and_segments_choose_events_and_journeys_anyone_can_count() {
    let server = with_visits();
    let counts = |parameters: &[(&str, &str)]| {
        let graph = server.get(address("graph", parameters.iter().copied())).expect(200);
        let of = |field: &str| graph["coverage"][field].as_u64().unwrap();
        (of("events_in_journeys"), of("journeys"), of("events_not_chosen"), of("journeys_not_chosen"))
    };
    assert_eq!(counts(&[]), (16, 5, 0, 0));
    assert_eq!(counts(&[("only", "channel = web")]), (12, 5, 4, 0));
    assert_eq!(counts(&[("where", "did bought")]), (11, 2, 0, 3));
    assert_eq!(counts(&[("where", "did bought"), ("only", "not help")]), (9, 2, 3, 3));
    assert_eq!(counts(&[("where", "path help -> seen")]), (7, 1, 0, 4));
    assert_eq!(counts(&[("where", "customer did bought"), ("journey", "gap:1h")]), (11, 3, 0, 4));
    let (from, to) = (("from", "2025-03-01T00:00:00Z"), ("to", "2025-03-02T00:00:00Z"));
    assert_eq!(counts(&[from, to]), (13, 4, 0, 0));

    let segment = json!({"body": {"title": "Buyers", "where": "did bought", "only": "channel = web"}});
    server.tell("PUT", "/v1/plans/segment/buyers", &segment).expect(200);
    // Ada bought in the shop.
    assert_eq!(counts(&[("segment", "buyers")]), (3, 1, 4, 4));
    assert_eq!(counts(&[("segment", "buyers"), ("where", "did help")]), (0, 0, 4, 5));
    assert_eq!(counts(&[("where", "in segment buyers")]), (11, 2, 0, 3));
    let graph = server.get(address("graph", [("segment", "buyers")])).expect(200);
    assert_eq!(graph["recipe"]["plans"]["segment/buyers"], 1);
    assert_eq!((&graph["recipe"]["where"], &graph["recipe"]["only"]), (&json!("did bought"), &json!("channel = web")));

    let compared = server.get(address("variants", [("compare", "in segment buyers")])).expect(200);
    assert_eq!((&compared["a"]["journeys"], &compared["b"]["journeys"]), (&json!(2), &json!(3)));
    let against = [("compare", "did bought"), ("against", "did help"), ("where", "did seen")];
    let compared = server.get(address("variants", against)).expect(200);
    assert_eq!((&compared["a"]["journeys"], &compared["b"]["journeys"]), (&json!(2), &json!(3)));
    assert_eq!(compared["a"]["coverage"]["journeys_not_chosen"], 3);
}

#[test]
fn what_is_wrong_with_a_question_is_named_with_its_place() {
    let server = with_visits();
    type Wrong<'w> = (&'w str, &'w [(&'w str, &'w str)], &'w str, &'w str);
    let wrong: &[Wrong<'_>] = &[
        ("graph", &[("journy", "whole")], "journy", "is no parameter of this question: journey, from"),
        ("graph", &[("top", "5")], "top", "is no parameter of this question"),
        ("graph", &[("journey", "gap:30")], "journey", "30"),
        ("graph", &[("where", "did seen"), ("where", "did cart")], "where", "is given twice"),
        ("graph", &[("from", "yesterday")], "from", "yesterday"),
        ("graph", &[("to", "2025-13-01T00:00:00Z")], "to", "2025-13-01"),
        ("graph", &[("only", "chanel = web")], "only", "at character 0: \"chanel\" is no property of an event"),
        (
            "graph",
            &[("where", "did seen and cart")],
            "where",
            "at character 13: \"cart\" begins no condition on journeys",
        ),
        ("graph", &[("compare", "did")], "compare", "at character 3"),
        ("graph", &[("compare", "did seen"), ("against", "x")], "against", "at character 0"),
        ("graph", &[("against", "did seen")], "compare", "is missing"),
        ("graph", &[("segment", "buyers")], "segment", "\"buyers\" is not saved"),
        ("graph", &[("where", "in segment buyers")], "segment", "\"buyers\" is not saved"),
        ("graph", &[("time_limit", "60")], "time_limit", "is not a duration with a unit"),
        ("graph", &[("memory_limit", "60")], "memory_limit", "is not a number of bytes with a unit"),
        ("graph", &[("format", "xml")], "format", "is none of json, csv, parquet, dot, mermaid"),
        ("graph", &[("format", "csv"), ("table", "pairs")], "table", "\"pairs\" is none of"),
        ("graph", &[("edges", "many")], "edges", "\"many\" is no whole number from 1"),
        ("graph", &[("edges", "0")], "edges", "\"0\" is no whole number from 1"),
        ("sankey", &[("edges", "0")], "edges", "is no whole number from 1 to"),
        ("variants", &[("format", "dot")], "format", "\"dot\" draws networks; this answer is none"),
        ("graph", &[("format", "mermaid"), ("compare", "did seen")], "format", "draws networks; this answer is none"),
        ("variants", &[("top", "0")], "top", "is no whole number from 1 to 10000"),
        ("clusters", &[("clusters", "1")], "clusters", "is no whole number from 2 to 20"),
        ("funnel", &[], "steps", "is missing: The touchpoints, in their order"),
        ("funnel", &[("steps", "seen,bought"), ("order", "any,any")], "order", "is none of ordered, strict, any"),
        ("conversion", &[("start", "seen")], "goal", "is missing"),
        ("pattern", &[("way", "seen -> ")], "way", "at character 8"),
        ("pattern", &[("way", "seen -> (cart")], "way", "at character 13"),
    ];
    for (question, parameters, name, reason) in wrong {
        let place = format!("{question} {parameters:?}");
        named(server.get(address(question, parameters.iter().copied())), name, reason, &place);
    }
    let ask = |body: Value| server.tell("POST", "/v1/mining/ask", &body);
    for (body, name, reason) in [
        (json!({"questions": []}), "questions", "lies outside 1 to 50"),
        (json!({"questions": vec![json!({"question": "graph"}); 51]}), "questions", "lies outside 1 to 50"),
        (
            json!({"questions": [{"question": "graph"}, {"question": "grph"}]}),
            "questions[1].question",
            "\"grph\" is none of graph, variants",
        ),
        (
            json!({"questions": [{"question": "variants", "settings": {"tops": "1"}}]}),
            "questions[0].settings.tops",
            "is no setting of this question: top",
        ),
        (json!({"about": {"top": "1"}, "questions": [{"question": "graph"}]}), "about", "\"top\" is none of journey"),
        (json!({"about": {"from": "x"}, "questions": [{"question": "graph"}]}), "about.from", "x"),
        (json!({"about": {"where": "did"}, "questions": [{"question": "graph"}]}), "where", "at character 3"),
    ] {
        let place = body.to_string();
        named(ask(body), name, reason, &place);
    }
    ask(json!({"questions": [{"question": "graph", "setting": {}}]})).problem(400, "malformed");
    ask(json!({"questions": [{"question": "variants", "settings": {"top": 1}}]})).problem(400, "malformed");
    server.tell("POST", "/v1/mining/again", &json!({"question": "graph"})).problem(400, "malformed");
    server.get("/v1/mining/grph").problem(404, "no_route");
}

/// A refusal names this parameter for this reason.
fn named(answer: Answer, name: &str, reason: &str, place: &str) {
    let told = answer.json()["invalid_params"][0]["name"].clone();
    assert_eq!(answer.status, 400, "{place}: {}", answer.text());
    let detail = answer.problem(400, "invalid");
    assert_eq!(told, name, "{place}: {detail}");
    assert!(detail.contains(reason), "{place}: {detail}");
}

#[test]
fn a_question_beyond_its_time_or_memory_ends_without_an_answer() {
    let server = with_visits();
    for (name, limit, reason) in [
        ("time_limit", "0s", "the question took longer than its limit of 0 s"),
        ("memory_limit", "0.01KB", "the question needs more memory than its limit"),
    ] {
        for known in QUESTIONS {
            let parameters = [(name, limit)].into_iter().chain(required(known));
            let detail = server.get(address(known.name, parameters)).problem(503, "unanswered");
            assert!(detail.contains(reason), "{}: {detail}", known.name);
        }
        let body = json!({"about": {name: limit}, "questions": [{"question": "graph"}, {"question": "variants"}]});
        server.tell("POST", "/v1/mining/ask", &body).problem(503, "unanswered");
    }
    assert_eq!(server.get("/v1/mining/running").expect(200), json!([]));
}

#[test]
fn answers_come_as_tables_and_drawings() {
    let server = with_visits();
    let formed = |question: &str, parameters: &[(&str, &str)], media_type: &str, file: &str| {
        let answer = server.get(address(question, parameters.iter().copied()));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{file}\""));
        answer
    };
    let csv = |question: &str, parameters: &[(&str, &str)]| {
        let parameters = [&[("format", "csv")], parameters].concat();
        let file = format!("{question}.csv");
        formed(question, &parameters, "text/csv; charset=utf-8; header=present", &file).text()
    };
    let variants = csv("variants", &[("top", "2"), ("journey", "gap:1h")]);
    let lines: Vec<&str> = variants.split("\r\n").collect();
    assert_eq!(lines[0], "journeys,share,cumulative_share,touchpoints");
    assert!(lines[1].starts_with("3,0.42857") && lines[1].ends_with(",seen"), "{variants}");
    assert_eq!((lines.len(), lines[3]), (4, ""));
    let nodes = csv("graph", &[("table", "nodes"), ("where", "did bought")]);
    assert!(nodes.contains("\r\nbought,2,2,0,0\r\n") || nodes.contains("\r\nbought,2,2,0,"), "{nodes}");

    // Of a comparison: the differences, or a table of either group.
    let compare = ("compare", "did bought");
    assert!(csv("graph", &[compare]).starts_with("what,subject,unit,"));
    let rows = |table: &str| csv("graph", &[compare, ("table", table)]).matches("bought").count();
    assert_eq!((rows("a.nodes"), rows("b.nodes")), (1, 0));
    assert_eq!(csv("graph", &[compare, ("table", "differences")]), csv("graph", &[compare]));

    let parquet = ("format", "parquet");
    let answer = formed("hops", &[parquet], "application/vnd.apache.parquet", "hops.parquet");
    assert!(answer.body.starts_with(b"PAR1") && answer.body.ends_with(b"PAR1"));
    let holds = |text: &[u8]| answer.body.windows(text.len()).any(|window| window == text);
    assert!(holds(b"\"question\":\"hops\""), "the recipe is in the file");

    let dot = formed("graph", &[("format", "dot")], "text/vnd.graphviz", "graph.dot").text();
    assert!(dot.starts_with("digraph") && dot.contains("\"seen\" -> \"cart\""), "{dot}");
    let few = formed("graph", &[("format", "dot"), ("edges", "1")], "text/vnd.graphviz", "graph.dot").text();
    assert!(few.contains("\"seen\" -> \"cart\"") && few.contains("other edges"), "{few}");
    assert!(!dot.contains("other edges"), "{dot}");
    for known in QUESTIONS {
        let mermaid = [("format", "mermaid")].into_iter().chain(required(known));
        let answer = server.get(address(known.name, mermaid));
        if answer.status == 200 {
            assert_eq!(answer.header("content-type"), "application/vnd.mermaid");
            assert!(answer.text().contains("flowchart"), "{}", known.name);
        } else {
            answer.problem(400, "invalid");
        }
        let table = [("format", "csv")].into_iter().chain(required(known));
        assert_eq!(server.get(address(known.name, table)).status, 200);
    }
}

#[test]
fn questions_asked_together_have_the_answers_they_have_alone() {
    let server = with_visits();
    let abouts: [&[(&str, &str)]; 3] = [
        &[],
        &[("journey", "gap:1h"), ("only", "not help"), ("where", "did seen")],
        &[("compare", "did bought"), ("from", "2025-03-01T00:00:00Z")],
    ];
    for about in abouts {
        let asked = |known: &Known| {
            let settings: Map<String, Value> =
                required(known).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            json!({"question": known.name, "settings": settings})
        };
        let questions: Vec<Value> = QUESTIONS.iter().map(asked).collect();
        let given: Map<String, Value> = about.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let body = json!({"about": given, "questions": questions});
        let together = server.tell("POST", "/v1/mining/ask", &body).expect(200);
        let together = together.as_array().unwrap();
        assert_eq!(together.len(), QUESTIONS.len());
        for (known, answer) in QUESTIONS.iter().zip(together) {
            let parameters = required(known).into_iter().chain(about.iter().copied());
            let alone = server.get(address(known.name, parameters)).expect(200);
            assert_eq!(lasting(answer.clone()), lasting(alone), "{}", known.name);
        }
    }
}

#[test]
fn a_recipe_gives_the_same_figures_after_more_events_came_and_none_after_the_mapping_changed() {
    let server = with_visits();
    let segment = |filter: &str| {
        let body = json!({"body": {"title": "Buyers", "where": filter}});
        server.tell("PUT", "/v1/plans/segment/buyers", &body).expect(200);
    };
    segment("did bought");
    let abouts: [&[(&str, &str)]; 3] = [
        &[],
        &[("journey", "gap:1h"), ("where", "in segment buyers"), ("only", "not help")],
        &[("compare", "did help")],
    ];
    let ask = |known: &Known, about: &[(&str, &str)]| {
        let parameters = required(known).into_iter().chain(about.iter().copied());
        server.get(address(known.name, parameters)).expect(200)
    };
    let asked = || QUESTIONS.iter().flat_map(|known| abouts.map(|about| (known, about)));
    let before: Vec<Value> = asked().map(|(known, about)| lasting(ask(known, about))).collect();
    let again = |answer: &Value| server.tell("POST", "/v1/mining/again", &answer["recipe"]);

    let late = |id: &str, who: &str, name: &str, day: u32| {
        let at = format!("2025-03-{day:02}T10:00:30Z");
        json!({"type": "track", "messageId": id, "userId": who, "event": name, "timestamp": at})
    };
    let more = [late("a", "bob", "seen", 1), late("b", "zoe", "bought", 1), late("c", "zoe", "help", 25)];
    server.send("/v1/batch", &json!({"batch": more}));
    segment("did cart");
    for ((known, about), before) in asked().zip(&before) {
        assert_eq!(&lasting(again(before).expect(200)), before, "{} {about:?}", known.name);
        assert_ne!(&lasting(ask(known, about)), before, "{} {about:?}", known.name);
    }

    let mapping = json!({"body": {"rule": [{"touchpoint": "till", "name": "bought"}]}});
    server.tell("PUT", "/v1/plans/touchpoint/till", &json!({"body": {"title": "Till"}})).expect(200);
    let put = || server.tell("PUT", "/v1/plans/mapping/default", &mapping);
    while put().status != 200 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server.eventually("/v1/mining/graph", |graph| graph["recipe"]["plans"]["mapping/default"] != 0);
    let detail = again(&before[0]).problem(400, "invalid");
    assert!(detail.contains("recipe.plans.mapping/default") && detail.contains("was in force then"), "{detail}");
}

#[test]
fn a_question_asked_before_the_first_event_changes_no_later_answer_and_stays_what_it_was() {
    let server = Server::start();
    let nothing = server.get("/v1/mining/retention").expect(200);
    server.send("/v1/batch", &json!({"batch": visits()}));
    assert_eq!(server.get("/v1/mining/retention").expect(200)["as_of"], "2025-03-21T10:01:00Z");
    let again = server.tell("POST", "/v1/mining/again", &nothing["recipe"]).expect(200);
    assert_eq!(lasting(again), lasting(nothing));
}
