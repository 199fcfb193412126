//! The first account, and the demo's open door.

use api::Settings;
use engine::Options;
use serde_json::json;
use store::Role;

use crate::browser::{Browser, PASSWORD, add, users};
use crate::server::Server;

#[test]
fn the_link_of_the_first_start_makes_one_admin_and_is_dead_afterwards() {
    let server = Server::start();
    let link = server.api().first_start().unwrap().expect("there is nobody yet");
    let mut browser = Browser::new(&server);
    assert!(browser.get("/login").text().contains("There is no account yet"));
    assert_eq!(browser.get("/setup?key=0123").status, 410);
    assert_eq!(browser.get("/setup").status, 410);

    for (name, password, again, fault) in [
        ("ada", "short one", "short one", "at least 10 characters"),
        ("ada", PASSWORD, "something else", "The passwords differ."),
        ("a b", PASSWORD, PASSWORD, "without blanks"),
    ] {
        let answer = browser.fill(&link, &[("name", name), ("password", password), ("again", again)]);
        let page = answer.text();
        assert!(answer.status == 422 && page.contains(fault) && page.contains("aria-invalid"), "{page}");
        assert!(page.contains(&format!("value=\"{name}\"")) && !page.contains(password), "{page}");
    }
    let mut late = Browser::new(&server);
    let filled_late = late.get(&link);
    assert_eq!(filled_late.status, 200);

    let made = browser.fill(&link, &[("name", "ada"), ("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!((made.status, made.header("location")), (303, "/"), "{}", made.text());
    let me = browser.get("/v1/me").expect(200);
    assert_eq!((&me["name"], &me["role"]), (&json!("ada"), &json!("admin")));
    assert_eq!(late.get(&link).status, 410);
    let again = late.fill(&link, &[("name", "eve"), ("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(again.status, 410);
    assert_eq!(users(&server).users().unwrap().len(), 1);
    assert_eq!(server.api().first_start().unwrap(), None, "and there is no other link");
}

#[test]
fn the_link_is_dead_once_somebody_was_added_elsewhere() {
    let server = Server::start();
    let link = server.api().first_start().unwrap().unwrap();
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get(&link).status, 200);
    add(&server, "ada", Role::Service);
    assert_eq!(browser.get(&link).status, 410);
    assert!(browser.get("/login").text().contains("Log in"));
}

#[test]
fn the_demo_lets_in_who_sits_at_its_machine_and_asks_by_its_name() {
    // The port is known only once it is taken; the names that are tried bring their own.
    let server = Server::with(Settings { open_door: Some(8088), ..Settings::default() }, &Options::default());
    let get = |host: &str| server.call("GET", "/v1/me").header("host", host).send();
    let me = get("127.0.0.1:8088").expect(200);
    assert_eq!((&me["name"], &me["role"], &me["demo"]), (&json!("demo"), &json!("admin"), &json!(true)));
    assert_eq!(get("localhost:8088").status, 200);
    for host in ["rebound.example:8088", "rebound.example", "localhost", "127.0.0.1:9099", "192.168.1.5:8088"] {
        get(host).problem(401, "unauthenticated");
    }
    let proxied =
        server.call("GET", "/v1/me").header("host", "localhost:8088").header("x-forwarded-for", "203.0.113.7");
    proxied.send().problem(401, "unauthenticated");

    let put = |headers: &[(&str, &str)]| {
        let call = server.call("PUT", "/v1/plans/touchpoint/till").header("host", "localhost:8088");
        let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        call.json(&json!({ "body": { "title": "Till" } })).send()
    };
    let token = me["csrf"].as_str().unwrap();
    put(&[]).problem(403, "csrf");
    put(&[("x-csrf-token", token), ("origin", "https://evil.example")]).problem(403, "foreign_origin");
    assert_eq!(put(&[("x-csrf-token", token), ("origin", "http://localhost:8088")]).expect(200)["author"], "demo");
    // A credential that is wrong is not taken for none.
    server
        .call("GET", "/v1/me")
        .header("host", "localhost:8088")
        .bearer("glt_0")
        .send()
        .problem(401, "unauthenticated");
    assert_eq!(
        server.call("GET", "/login?next=/voices").header("host", "localhost:8088").send().header("location"),
        "/voices"
    );
}

#[test]
fn a_server_that_is_no_demo_lets_nobody_in_from_its_own_machine() {
    let server = Server::start();
    for host in [server.address.to_string(), format!("localhost:{}", server.address.port())] {
        server.call("GET", "/v1/me").header("host", &host).send().problem(401, "unauthenticated");
    }
}
