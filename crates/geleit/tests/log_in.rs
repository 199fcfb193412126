//! People who log in, as whoever runs the server sees it: on the command line and in what the server prints.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod common;

use common::Place;
use common::served::{Served, agent};
use serde_json::{Value, json};

const PASSWORD: &str = "a long enough password";

/// Sends a form as a browser does: with the cookies and hidden fields of its page. The cookie of the session, if it was let
/// in.
fn fill(base: &str, path: &str, fields: &[(&str, &str)]) -> Option<String> {
    let agent = agent();
    let mut page = agent.get(format!("{base}{path}")).call().unwrap();
    let visit = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let text = page.body_mut().read_to_string().unwrap();
    let mut all = fields.to_vec();
    for hidden in text.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = hidden.split_once("\" value=\"").unwrap();
        all.push((name, rest.split('"').next().unwrap()));
    }
    let action = path.split('?').next().unwrap();
    let request = agent.post(format!("{base}{action}")).header("cookie", visit);
    let answer = request.config().max_redirects(0).max_redirects_will_error(false).build().send_form(all).unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let session =
        cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("geleit_session="));
    session.map(str::to_owned)
}

fn me(base: &str, cookie: &str) -> (u16, Value) {
    let mut answer = agent().get(format!("{base}/v1/me")).header("cookie", cookie).call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

#[test]
fn the_first_start_prints_a_link_and_the_session_it_leads_to_outlives_the_server() {
    let place = Place::new();
    let server = Served::start(&place, "--log error");
    assert!(server.next_line().unwrap().starts_with("Nobody can log in yet."));
    let link = server.next_line().unwrap().trim().to_owned();
    let path = link.strip_prefix(&server.base).unwrap_or_else(|| panic!("{link} does not lead to {}", server.base));
    let form = [("name", "ada"), ("password", PASSWORD), ("again", PASSWORD)];
    let cookie = fill(&server.base, path, &form).expect("a session");
    assert_eq!(me(&server.base, &cookie).1["role"], "admin");
    assert!(!place.log().contains("key="), "the link stands in no log");
    server.stop();

    let server = Served::start(&place, "--log error");
    assert_eq!(me(&server.base, &cookie).1["name"], "ada");
    assert!(fill(&server.base, "/login", &[("name", "ada"), ("password", PASSWORD)]).is_some());
    server.ask_to_stop();
    assert_eq!(server.next_line(), None, "nothing is offered where somebody can log in");
}

#[test]
fn people_are_added_listed_changed_and_kept_out_beside_a_running_server() {
    let place = Place::new();
    let server = Served::start(&place, "--log error");
    let added =
        place.run_with("user create Ada --role analyst --mail ada@example.org --json", &format!("{PASSWORD}\n")).json();
    assert_eq!(
        (&added["name"], &added["role"], &added["mail"]),
        (&json!("Ada"), &json!("analyst"), &json!("ada@example.org"))
    );
    assert!(!added.to_string().contains("argon2"), "{added}");
    let log_in = |password: &str| fill(&server.base, "/login", &[("name", "ada"), ("password", password)]);
    let cookie = log_in(PASSWORD).expect("a session");
    assert_eq!(place.json("user list --json")["users"][0], added);

    assert_eq!(
        place.run_with("user password ada", "another password").out,
        "Ada has a new password; all sessions are ended.\n"
    );
    assert_eq!((me(&server.base, &cookie).0, log_in(PASSWORD)), (401, None));
    let cookie = log_in("another password").expect("a session");
    assert_eq!(place.done("user disable ada"), "Ada is kept out; all sessions are ended.\n");
    assert_eq!((me(&server.base, &cookie).0, log_in("another password")), (401, None));
    assert!(place.done("user list").contains("disabled since"));
    assert_eq!(place.done("user enable ada"), "Ada can log in again.\n");
    assert!(log_in("another password").is_some());
    server.stop();
}

#[test]
fn what_is_wrong_with_a_new_user_is_told_in_one_line() {
    let place = Place::new();
    assert_eq!(place.run_with("user create ada --role admin", PASSWORD).out, "ada can log in as admin.\n");
    for (arguments, input, code, told) in [
        ("user create ada --role admin", PASSWORD, 1, "there is a user \"ada\" already"),
        ("user create bob --role boss", PASSWORD, 2, "role: \"boss\" is none of"),
        ("user create bob --role admin", "short", 2, "password: has 5 characters, 10 are needed"),
        ("user create bob --role admin", "", 1, "no password came on stdin"),
        ("user create a/b@ --role admin --mail nowhere", PASSWORD, 2, "mail: \"nowhere\" is not a mail address"),
        ("user password eve", PASSWORD, 1, "there is no user \"eve\""),
        ("user disable eve", "", 1, "there is no user \"eve\""),
    ] {
        let said = place.run_with(arguments, input);
        assert!(
            said.code == Some(code) && said.err.contains(told) && said.err.lines().count() == 1,
            "{arguments}: {said:?}"
        );
        assert!(!said.err.contains(PASSWORD), "{said:?}");
    }
}

#[test]
fn the_demo_says_first_where_its_app_is_and_asks_nobody_at_its_machine_for_a_password() {
    let place = Place::new();
    let opening = Served::opening_demo(&place, "--customers 20");
    let first = opening.next_line().unwrap();
    let app = first.strip_prefix("The web app: ").unwrap_or_else(|| panic!("{first}")).to_owned();
    let demo = opening.listening().expect("the demo is filled");
    assert_eq!(demo.base, app);
    let (status, me) = me(&app, "");
    assert_eq!((status, &me["name"], &me["demo"]), (200, &json!("demo"), &json!(true)));
    let foreign = agent().get(format!("{app}/v1/me")).header("host", "rebound.example").call().unwrap();
    assert_eq!(foreign.status(), 401);
    demo.stop();
}
