//! What to repair first, targets, effects and digests over HTTP.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::server::Server;

/// Monday of the first week.
const MONDAY: &str = "2026-03-02T09:00:00Z";
const DAY: i64 = 86_400_000_000;

fn at(week: i64, day: i64) -> String {
    let monday: model::Timestamp = MONDAY.parse().unwrap();
    model::Timestamp::clamped(monday.micros() + (7 * week + day) * DAY).to_string()
}

/// Ten weeks. Each week 60 new customers come to the shop; a third of those of a week call, in a middling mood until the eighth
/// week and in a bad one from then on; a newsletter is read until the ninth, the chat opens in the ninth.
fn events() -> Vec<Value> {
    let mut events = Vec::new();
    let mut tell = |who: &str, name: &str, (week, day): (i64, i64), mood: Option<i64>| {
        let id = events.len().to_string();
        let mut event =
            json!({"type": "track", "messageId": id, "userId": who, "event": name, "timestamp": at(week, day)});
        event["mood"] = json!(mood);
        if mood.is_none() {
            event.as_object_mut().unwrap().remove("mood");
        }
        events.push(event);
    };
    for week in 0..9 {
        for number in 0..60 {
            let who = format!("w{week}-{number}");
            tell(&who, "shop", (week, 0), Some(number % 3));
            if number % 3 == 0 {
                let worse = if week >= 8 { 2 } else { 0 };
                tell(&who, "call", (week, 1), Some(number % 2 - worse + i64::from(number % 4 == 0)));
            }
            if week < 8 && number % 4 == 1 {
                tell(&who, "newsletter", (week, 2), None);
            }
            if week == 8 && number % 4 == 1 {
                tell(&who, "chat", (week, 2), None);
            }
            if number % 5 > 0 {
                // A fifth of those of the last week leave the basket out.
                if week < 8 || number % 5 > 2 {
                    tell(&who, "basket", (week, 3), None);
                }
                tell(&who, "order", (week, 4), None);
            }
        }
    }
    tell("last", "shop", (9, 1), Some(0));
    events
}

fn filled() -> Server {
    let server = Server::start();
    for some in events().chunks(500) {
        server.send("/v1/batch", &json!({"batch": some}));
    }
    let put = |kind: &str, name: &str, body: Value| {
        server.tell("PUT", format!("/v1/plans/{kind}/{name}"), &json!({"body": body})).expect(200);
    };
    let touchpoint = |title: &str, customer: f64| json!({"title": title, "importance_to_customer": customer, "importance_to_business": 5.0});
    put("touchpoint", "shop", touchpoint("The shop", 4.0));
    put("touchpoint", "call", touchpoint("The hotline", 8.0));
    put("touchpoint", "poster", touchpoint("A poster", 2.0));
    let step = |name: &str| json!({"id": name, "title": name, "touchpoints": [name], "opportunities": if name == "basket" { json!(["easier"]) } else { json!([]) }});
    put(
        "map",
        "buying",
        json!({"title": "Buying", "over_after": "3d", "step": [step("shop"), step("basket"), step("order")]}),
    );
    put("pain_point", "waiting", json!({"title": "Waiting", "touchpoints": ["call"]}));
    put("opportunity", "easier", json!({"title": "Easier", "pain_points": ["waiting"]}));
    put("solution", "answered", json!({"title": "Answered", "opportunities": ["easier"], "since": "2026-04-27"}));
    put("solution", "some-day", json!({"title": "Some day", "opportunities": ["easier"]}));
    put(
        "target",
        "calls",
        json!({"title": "Good calls", "measure": "mood", "touchpoint": "call", "at_least": 0.0, "clear_at": 0.5, "least_n": 10}),
    );
    put(
        "target",
        "baskets",
        json!({"title": "Baskets", "measure": "as_planned", "map": "buying", "step": "basket", "at_least": 0.9, "least_n": 10}),
    );
    put(
        "target",
        "lost",
        json!({"title": "Lost", "measure": "completed", "map": "gone", "at_least": 0.5, "every": "month"}),
    );
    server
}

fn of<'a>(list: &'a Value, field: &str, name: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|one| one[field] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list:#}"))
}

fn same_again(server: &Server, found: &Value) {
    let mut again = server.tell("POST", "/v1/mining/again", &found["recipe"]).expect(200);
    let mut before = found.clone();
    (again["timing"], before["timing"]) = (Value::Null, Value::Null);
    assert_eq!(again, before);
}

#[test]
fn touchpoints_are_ranked_by_what_is_missing_where_it_matters() {
    let server = filled();
    let found = server.get("/v1/evaluation?least=10").expect(200);
    let (call, shop) =
        (of(&found["touchpoints"], "touchpoint", "call"), of(&found["touchpoints"], "touchpoint", "shop"));
    assert_eq!((&call["rank"], &shop["rank"]), (&json!(1), &json!(2)), "{found:#}");
    assert_eq!((&call["quadrant"], &shop["quadrant"]), (&json!("concentrate"), &json!("overkill")));
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{value} is no number: {found:#}"));
    // By hand: importance 8, mean mood m, satisfaction 2.5 (m + 2).
    let satisfaction = 2.5 * (number(&call["mood"]) + 2.0);
    assert!((number(&call["satisfaction"]) - satisfaction).abs() < 1e-12);
    assert!((number(&call["gap"]) - 8.0 * (10.0 - satisfaction)).abs() < 1e-9);
    assert!((number(&call["ulwick"]) - (8.0 + (8.0 - satisfaction).max(0.0))).abs() < 1e-9);
    let [low, high] = [0, 1].map(|end| number(&call["gap_interval"][end]));
    assert!(low < number(&call["gap"]) && number(&call["gap"]) < high);
    let cut = &found["cut"];
    let mean = f64::midpoint(number(&call["satisfaction"]), number(&shop["satisfaction"]));
    assert!((number(&cut["satisfaction"]) - mean).abs() < 1e-9 && cut["importance"] == 6.0 && cut["n"] == 2);
    // Nobody told a mood at the poster; what nobody registered and nobody felt is left out.
    let poster = of(&found["touchpoints"], "touchpoint", "poster");
    assert_eq!((&poster["gap"], &poster["mood"], &poster["occurrences"]), (&Value::Null, &Value::Null, &json!(0)));
    assert_eq!((&found["without_mood"], found["touchpoints"].as_array().unwrap().len()), (&json!(1), 3));
    same_again(&server, &found);

    let derived = server.get("/v1/evaluation?importance=derived&least=10").expect(200);
    let call = of(&derived["touchpoints"], "touchpoint", "call");
    assert_eq!(call["derived_n"], 180);
    // Whoever calls is always in the same mood in the shop: nothing can go together with that.
    assert_eq!((&call["derived"], &call["importance"], &call["rank"]), (&Value::Null, &Value::Null, &Value::Null));
    // The question itself says the same.
    let plain = server.get("/v1/mining/importance?least=10").expect(200);
    assert_eq!(of(&plain["touchpoints"], "touchpoint", "call")["derived"], call["derived"]);
    let few = server.get("/v1/evaluation?few=1000").expect(200);
    assert_eq!((&few["touchpoints"][0]["few"], &few["touchpoints"][0]["rank"]), (&json!(true), &Value::Null));
    assert_eq!((&few["cut"]["n"], &few["touchpoints"][0]["quadrant"]), (&json!(0), &Value::Null));
    let csv = server.get("/v1/evaluation?format=csv").text();
    assert!(csv.starts_with("rank,touchpoint,quadrant,importance"), "{csv}");
    for (query, reason) in [
        ("importance=felt", "\"felt\" is none of stated, business, derived"),
        ("compare=did%20call", "is no parameter"),
        ("least=3", "is no whole number from 4"),
        ("weeks=3", "weeks: is no parameter"),
    ] {
        let told = server.get(format!("/v1/evaluation?{query}")).problem(400, "invalid");
        assert!(query.starts_with("compare") || told.contains(reason), "{query}: {told}");
    }
    let chosen = server.get("/v1/evaluation?where=did%20call").expect(200);
    assert_eq!(of(&chosen["touchpoints"], "touchpoint", "shop")["mood_customers"], 180);
}

#[test]
fn targets_tell_their_series_and_since_when_they_are_missed() {
    let server = filled();
    let found = server.get("/v1/targets").expect(200);
    let names: Vec<&str> =
        found["targets"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["calls", "baskets", "lost"], "those with an alarm first");
    let calls = of(&found["targets"], "name", "calls");
    assert_eq!((&calls["alarm"]["on"], &calls["alarm"]["since"]), (&json!(true), &json!("2026-W18")), "{calls:#}");
    let periods = calls["periods"].as_array().unwrap();
    assert_eq!((periods.len(), &periods[0]["period"], &periods[0]["n"]), (10, &json!("2026-W10"), &json!(20)));
    assert_eq!(
        (&periods[0]["state"], &periods[8]["state"], &periods[9]["state"]),
        (&json!("reached"), &json!("missed"), &json!("open"))
    );
    let baskets = of(&found["targets"], "name", "baskets");
    // By begin: 48 who ordered, all with their basket; in the last week 24 of 48. Those who only looked are not reached.
    assert_eq!((&baskets["periods"][0]["value"], &baskets["periods"][0]["n"]), (&json!(1.0), &json!(48)));
    assert_eq!((&baskets["periods"][8]["value"], &baskets["periods"][8]["n"]), (&json!(0.5), &json!(48)));
    // Over only once three more days have passed: the latest event is of Tuesday.
    assert_eq!(
        (&baskets["periods"][8]["state"], &baskets["periods"][8]["judged_at"]),
        (&json!("open"), &json!("2026-05-07T00:00:00Z"))
    );
    assert_eq!((&baskets["alarm"]["on"], &baskets["current"]["period"]), (&json!(false), &json!("2026-W17")));
    let lost = of(&found["targets"], "name", "lost");
    assert_eq!(lost["problem"], "map: \"gone\" is no map");
    assert!(lost["periods"].as_array().unwrap().iter().all(|period| period["value"].is_null() && period["n"] == 0));
    same_again(&server, &found);
    let last = server.get("/v1/targets?periods=2").expect(200);
    let calls = of(&last["targets"], "name", "calls");
    assert_eq!((calls["periods"].as_array().unwrap().len(), &calls["periods_in_all"]), (2, &json!(10)));
    server.get("/v1/targets?where=did%20call").problem(400, "invalid");
}

#[test]
fn a_repair_is_held_against_the_time_before_it() {
    let server = filled();
    let found = server.get("/v1/solutions/answered/effect?window=28d").expect(200);
    assert_eq!(
        (&found["since"], &found["pain_points"], &found["opportunities"]),
        (&json!("2026-04-27"), &json!(["waiting"]), &json!(["easier"]))
    );
    assert!(found["says"].as_str().unwrap().contains("not an experiment"));
    assert_eq!((&found["before"]["weeks"], &found["before"]["cut_off"]), (&json!(4.0), &json!(false)));
    assert_eq!(
        (&found["after"]["cut_off"], &found["after"]["to"]),
        (&json!(true), &json!("2026-05-05T09:00:00.000001Z"))
    );
    let at = &found["together"];
    assert_eq!(
        (&at["before"]["occurrences"], &at["before"]["per_week"], &at["after"]["occurrences"]),
        (&json!(80), &json!(20.0), &json!(20))
    );
    let mood = &at["mood"];
    assert_eq!(
        (&mood["verdict"], &mood["before"]["n"], &mood["after"]["customers"]),
        (&json!("lower"), &json!(80), &json!(20))
    );
    assert!((mood["difference"].as_f64().unwrap() + 2.0).abs() < 1e-12, "{mood}");
    let negative = &at["negative"];
    assert_eq!(
        (&negative["before"]["part"], &negative["after"]["part"], &negative["method"]),
        (&json!(0), &json!(20), &json!("Newcombe"))
    );
    assert_eq!(found["touchpoints"][0]["mood"], at["mood"], "there is one touchpoint only");
    let map = &found["maps"][0];
    assert_eq!((&map["map"], &map["steps"][0]["step"]), (&json!("buying"), &json!("basket")));
    assert_eq!(
        (&map["as_planned"]["before"]["value"], &map["as_planned"]["after"]["value"]),
        (&json!(1.0), &json!(0.5))
    );
    assert_eq!(map["as_planned"]["verdict"], "lower");
    same_again(&server, &found);
    // Too few on a side: the figures are told, no difference is.
    let few = server.get("/v1/solutions/answered/effect?least=30").expect(200);
    let mood = &few["together"]["mood"];
    assert_eq!(
        (&mood["verdict"], &mood["difference"], &mood["after"]["n"]),
        (&json!("undefined"), &Value::Null, &json!(20))
    );
    for (name, reason) in [("some-day", "since: is missing"), ("nothing", "\"nothing\" is no solution")] {
        let told = server.get(format!("/v1/solutions/{name}/effect")).problem(400, "invalid");
        assert!(told.contains(reason), "{told}");
    }
    server.get("/v1/solutions/answered/effect?window=0d").problem(400, "invalid");
}

#[test]
fn a_week_says_in_both_languages_what_stands_out() {
    let server = filled();
    let found = server.get("/v1/digest?most=20").expect(200);
    assert_eq!(
        (&found["week"], &found["weeks_before"]),
        (&json!("2026-W18"), &json!(7)),
        "the log begins on a Monday at nine: {found:#}"
    );
    let mut told = String::new();
    for finding in found["findings"].as_array().unwrap() {
        let [de, en] = ["de", "en"].map(|language| &finding[language]);
        let of = |said: &Value| format!("{}\n{}", said["headline"].as_str().unwrap(), said["text"].as_str().unwrap());
        writeln!(told, "{}\n{}\n{}", finding["kind"].as_str().unwrap(), of(de), of(en)).unwrap();
        writeln!(told, "{}\n", finding["link"].as_str().unwrap()).unwrap();
    }
    insta::assert_snapshot!(told);
    assert_eq!(
        found["de"],
        format!(
            "{} fallen auf; {} Zahlen mit den 7 Wochen davor verglichen.",
            found["standing_out"], found["looked_at"]
        )
        .replace(" Zahlen", "\u{a0}Zahlen")
    );
    for finding in found["findings"].as_array().unwrap() {
        assert!(
            finding["size"].as_f64().is_none_or(|size| size >= 1.0)
                && finding["p_raised"].as_f64().is_none_or(|p| p <= 0.05)
        );
    }
    same_again(&server, &found);
    // The figure of a finding is what its recipe answers.
    let mood = of(&found["findings"], "kind", "mood");
    let again = server.tell("POST", "/v1/mining/again", &mood["recipe"]).expect(200);
    let call = of(&again["touchpoints"], "touchpoint", "call");
    assert_eq!(
        (&call["mean"], &call["n"], &call["interval"]),
        (&mood["compared"]["after"]["value"], &mood["compared"]["after"]["n"], &mood["compared"]["after"]["interval"])
    );

    let quiet = server.get("/v1/digest?week=2026-W15").expect(200);
    assert_eq!(
        (&quiet["findings"], &quiet["standing_out"], &quiet["weeks_before"]),
        (&json!([]), &json!(0), &json!(4))
    );
    assert!(quiet["en"].as_str().unwrap().starts_with("Nothing stands out; "), "{}", quiet["en"]);
    let first = server.get("/v1/digest?week=2026-W10").expect(200);
    assert_eq!((&first["weeks_before"], &first["looked_at"]), (&json!(0), &json!(0)));
    assert!(first["de"].as_str().unwrap().contains("noch keine ganze Woche"));
    let three = server.get("/v1/digest").expect(200);
    assert_eq!(three["findings"].as_array().unwrap().len(), 3);
    for (week, reason) in
        [("2026-W19", "is not over"), ("2026-W60", "is no week such as 2026-W40"), ("soon", "is no week")]
    {
        let told = server.get(format!("/v1/digest?week={week}")).problem(400, "invalid");
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn nothing_at_all_is_no_reason_to_fail() {
    let server = Server::start();
    let found = server.get("/v1/evaluation").expect(200);
    assert_eq!((&found["touchpoints"], &found["cut"]["importance"]), (&json!([]), &Value::Null));
    assert_eq!(server.get("/v1/targets").expect(200)["targets"], json!([]));
    let digest = server.get("/v1/digest").expect(200);
    assert_eq!((&digest["findings"], &digest["looked_at"]), (&json!([]), &json!(0)));
    let roles = server.call("GET", "/v1/digest").bearer(&server.token(store::Role::Service)).send();
    roles.problem(403, "forbidden");
}
