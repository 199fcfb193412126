//! People who log in: pages without script, sessions, and what a browser could be made to do.

use std::sync::atomic::{AtomicI64, Ordering};

use api::Settings;
use engine::Options;
use model::Timestamp;
use serde_json::json;
use store::{PasswordHash, Role};

use crate::browser::{Browser, PASSWORD, add, token_in, users};
use crate::server::Server;

#[test]
fn whoever_knows_the_password_gets_a_session_and_is_known_by_name_and_role() {
    let server = Server::start();
    add(&server, "Ada", Role::Analyst);
    let mut browser = Browser::new(&server);
    browser.get("/v1/me").problem(401, "unauthenticated");
    let page = browser.get("/login");
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let answer = browser.fill("/login?next=%2Fjourneys%3Fa%3D1", &[("name", "ada"), ("password", PASSWORD)]);
    assert_eq!((answer.status, answer.header("location")), (303, "/journeys?a=1"), "{}", answer.text());
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("geleit_session=gls_"), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");

    let me = browser.get("/v1/me").expect(200);
    assert_eq!((&me["name"], &me["role"], &me["demo"]), (&json!("Ada"), &json!("analyst"), &json!(false)));
    assert_eq!(me["version"], env!("CARGO_PKG_VERSION"));
    let may = [
        "customers",
        "mining",
        "plans_read",
        "plans_write",
        "sources_read",
        "import",
        "quarantine_read",
        "quarantine_write",
        "metrics",
    ];
    assert_eq!(me["may"], json!(may));
    assert_eq!(browser.get("/login?next=/voices").header("location"), "/voices", "nobody logs in twice");

    let with_token = server.get("/v1/me").expect(200);
    assert_eq!((&with_token["name"], &with_token["csrf"]), (&json!("ops"), &json!(null)));
}

#[test]
fn a_wrong_password_an_unknown_name_and_a_disabled_user_stay_outside() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    add(&server, "bob", Role::Admin);
    users(&server).disable_user("bob", Some(Timestamp::now())).unwrap();
    let mut browser = Browser::new(&server);
    let wrong = browser.log_in("ada", "another long password");
    let unknown = browser.log_in("eve", PASSWORD);
    for answer in [&wrong, &unknown] {
        let page = answer.text();
        assert_eq!(answer.status, 403);
        assert!(page.contains("The name or the password is wrong."), "{page}");
        assert!(
            page.contains("aria-invalid=\"true\"") && page.contains("aria-describedby=\"password-about\""),
            "{page}"
        );
    }
    assert_eq!(strip(&wrong.text(), "ada"), strip(&unknown.text(), "eve"), "nothing tells which names there are");
    assert!(browser.log_in("bob", "another long password").text().contains("is wrong"));
    let disabled = browser.log_in("bob", PASSWORD);
    assert!(disabled.status == 403 && disabled.text().contains("This account is disabled"), "{}", disabled.text());
    assert_eq!(browser.cookie("geleit_session"), None);
    let odd = browser.log_in("<script>alert(1)</script>", PASSWORD).text();
    assert!(!odd.contains("<script>") && odd.contains("&lt;script&gt;"), "{odd}");
}

fn strip(page: &str, name: &str) -> String {
    page.replace(name, "NAME")
}

#[test]
fn the_pages_are_in_german_too_and_have_neither_script_nor_style_of_their_own() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    let mut browser = Browser::new(&server).reading("de-DE,de;q=0.9,en;q=0.8");
    let page = browser.get("/login");
    assert!(page.header("content-security-policy").contains("form-action 'self'"));
    let text = page.text();
    assert!(text.contains("<html lang=\"de\">") && text.contains("Anmelden"), "{text}");
    for part in [
        "label for=\"name\"",
        "label for=\"password\"",
        "autocomplete=\"username\"",
        "autocomplete=\"current-password\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("<script") && !text.contains("style=") && !text.contains("<style"), "{text}");
    assert!(browser.log_in("ada", "falsches Passwort").text().contains("Name oder Passwort stimmt nicht."));
}

#[test]
fn after_the_log_in_nobody_is_led_to_another_site() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    for next in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example"] {
        let mut browser = Browser::new(&server);
        let answer = browser.fill(&format!("/login?next={next}"), &[("name", "ada"), ("password", PASSWORD)]);
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{next}");
        assert_eq!(browser.get(&format!("/login?next={next}")).header("location"), "/");
    }
}

#[test]
fn a_form_that_another_site_had_sent_is_not_taken() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    let mut browser = Browser::new(&server);
    let fields = |token: &str| {
        [("name", "ada"), ("password", PASSWORD), ("csrf", token)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    assert_eq!(browser.send("/login", &[], &fields("")).status, 403, "no page was asked for before");
    let of_another = {
        let mut other = Browser::new(&server);
        token_in(&other.get("/login").text())
    };
    let own = token_in(&browser.get("/login").text());
    assert_eq!(browser.send("/login", &[], &fields(&of_another)).status, 403, "the token of another browser");
    assert_eq!(browser.send("/login", &[("origin", "https://evil.example")], &fields(&own)).status, 403);
    assert_eq!(browser.send("/login", &[("sec-fetch-site", "cross-site")], &fields(&own)).status, 403);
    assert_eq!(browser.cookie("geleit_session"), None);
    let origin = format!("http://{}", server.address);
    assert_eq!(browser.send("/login", &[("origin", &origin)], &fields(&own)).status, 303);
}

#[test]
fn a_change_in_a_session_needs_its_token_and_a_page_of_this_site() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    let mut browser = Browser::new(&server);
    browser.log_in("ada", PASSWORD);
    let token = browser.csrf();
    let body = json!({ "body": { "title": "Till" } }).to_string();
    let mut put = |headers: &[(&str, &str)]| {
        let headers = [headers, &[("content-type", "application/json")]].concat();
        browser.call("PUT", "/v1/plans/touchpoint/till", &headers, &body)
    };
    put(&[]).problem(403, "csrf");
    put(&[("x-csrf-token", "0".repeat(64).as_str())]).problem(403, "csrf");
    put(&[("x-csrf-token", &token), ("origin", "https://evil.example")]).problem(403, "foreign_origin");
    put(&[("x-csrf-token", &token), ("sec-fetch-site", "cross-site")]).problem(403, "foreign_origin");
    put(&[("x-csrf-token", &token), ("sec-fetch-site", "same-site")]).problem(403, "foreign_origin");
    let written = put(&[("x-csrf-token", &token), ("sec-fetch-site", "same-origin")]).expect(200);
    assert_eq!(written["author"], "ada", "changes carry the name");
    // A bearer token is brought by nobody but its bearer.
    let foreign =
        server.call("PUT", "/v1/plans/touchpoint/till").bearer(&server.admin).header("origin", "https://else.example");
    assert_eq!(foreign.json(&json!({ "body": { "title": "Checkout" } })).send().expect(200)["author"], "ops");
}

#[test]
fn a_session_may_what_the_role_of_its_owner_may_and_opens_no_door_for_events() {
    let server = Server::start();
    add(&server, "sam", Role::Service);
    let mut browser = Browser::new(&server);
    browser.log_in("sam", PASSWORD);
    assert_eq!(browser.get("/v1/plans").status, 200);
    browser.get("/v1/mining/graph").problem(403, "forbidden");
    let token = browser.csrf();
    let headers = [("x-csrf-token", token.as_str()), ("content-type", "application/json")];
    browser.call("DELETE", "/v1/plans/touchpoint/till", &headers, "").problem(403, "forbidden");
    let event = json!({ "userId": "ada", "event": "visit" }).to_string();
    browser.call("POST", "/v1/track", &headers, &event).problem(401, "unauthenticated");
}

#[test]
fn logging_out_ends_the_session_for_whoever_holds_its_cookie() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    let mut browser = Browser::new(&server);
    browser.log_in("ada", PASSWORD);
    let stolen = browser.cookie("geleit_session").unwrap().to_owned();
    browser.send("/logout", &[], &[]).problem(403, "forbidden");
    assert_eq!(browser.get("/v1/me").status, 200);
    let token = browser.csrf();
    let answer = browser.call("POST", "/logout", &[("x-csrf-token", &token)], "");
    assert_eq!((answer.status, answer.header("location")), (303, "/login"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    let with_stolen = server.call("GET", "/v1/me").header("cookie", &format!("geleit_session={stolen}")).send();
    with_stolen.problem(401, "unauthenticated");

    browser.log_in("ada", PASSWORD);
    let token = browser.csrf();
    let by_form = browser.send("/logout", &[], &[("csrf".to_owned(), token)]);
    assert_eq!((by_form.status, browser.get("/v1/me").status), (303, 401));
}

#[test]
fn a_session_ends_after_twelve_hours_without_use_and_after_a_week_in_any_case() {
    static NOW: AtomicI64 = AtomicI64::new(1_795_341_600);
    let clock = || Timestamp::clamped(NOW.load(Ordering::SeqCst) * 1_000_000);
    let pass = |hours: i64| NOW.fetch_add(hours * 3600, Ordering::SeqCst);
    let server = Server::with(Settings { clock, ..Settings::default() }, &Options::default());
    add(&server, "ada", Role::Admin);
    let mut browser = Browser::new(&server);
    browser.log_in("ada", PASSWORD);
    pass(11);
    assert_eq!(browser.get("/v1/me").status, 200);
    pass(11);
    assert_eq!(browser.get("/v1/me").status, 200, "use prolongs it");
    pass(13);
    browser.get("/v1/me").problem(401, "unauthenticated");

    browser.log_in("ada", PASSWORD);
    for _ in 0..16 {
        pass(10);
        assert_eq!(browser.get("/v1/me").status, 200);
    }
    pass(9);
    browser.get("/v1/me").problem(401, "unauthenticated");
}

#[test]
fn a_new_password_and_a_disabling_end_sessions_at_once() {
    let server = Server::start();
    for name in ["ada", "bob"] {
        add(&server, name, Role::Admin);
    }
    let (mut of_ada, mut of_bob) = (Browser::new(&server), Browser::new(&server));
    of_ada.log_in("ada", PASSWORD);
    of_bob.log_in("bob", PASSWORD);
    users(&server).set_password("ada", &PasswordHash::of("another password").unwrap(), Timestamp::now()).unwrap();
    users(&server).disable_user("bob", Some(Timestamp::now())).unwrap();
    of_ada.get("/v1/me").problem(401, "unauthenticated");
    of_bob.get("/v1/me").problem(401, "unauthenticated");
    assert_eq!(of_ada.log_in("ada", "another password").status, 303);
}

#[test]
fn whoever_tries_passwords_has_to_wait_longer_each_time() {
    static NOW: AtomicI64 = AtomicI64::new(1_795_341_600);
    let clock = || Timestamp::clamped(NOW.load(Ordering::SeqCst) * 1_000_000);
    let server = Server::with(Settings { clock, ..Settings::default() }, &Options::default());
    add(&server, "ada", Role::Admin);
    let mut browser = Browser::new(&server);
    for _ in 0..5 {
        assert_eq!(browser.log_in("ada", "a wrong password").status, 403);
    }
    let slowed = browser.log_in("ada", PASSWORD);
    assert_eq!((slowed.status, slowed.header("retry-after")), (429, "1"));
    assert!(slowed.text().contains("Too many attempts. Try again in a second."), "{}", slowed.text());
    NOW.fetch_add(1, Ordering::SeqCst);
    assert_eq!(browser.log_in("ada", "a wrong password").status, 403);
    let slowed = browser.log_in("ada", PASSWORD);
    assert_eq!((slowed.status, slowed.header("retry-after")), (429, "2"));
    NOW.fetch_add(2, Ordering::SeqCst);
    assert_eq!(browser.log_in("ada", PASSWORD).status, 303);
    for number in 0..14 {
        Browser::new(&server).log_in(&format!("user-{number}"), PASSWORD);
    }
    assert_eq!(Browser::new(&server).log_in("carl", PASSWORD).status, 429, "other names, the same address");
}

#[test]
fn a_cookie_that_came_over_tls_goes_over_nothing_else() {
    let server = Server::with(Settings { behind_proxy: true, ..Settings::default() }, &Options::default());
    let plain = Server::start();
    for (server, secure) in [(&server, true), (&plain, false)] {
        add(server, "ada", Role::Admin);
        let page = server.call("GET", "/login").header("x-forwarded-proto", "https").send();
        assert_eq!(page.header("set-cookie").ends_with("; Secure"), secure, "{}", page.header("set-cookie"));
    }
}

#[test]
fn a_crowd_at_the_door_does_not_keep_others_from_their_answers() {
    let server = Server::start();
    add(&server, "ada", Role::Admin);
    std::thread::scope(|scope| {
        let crowd: Vec<_> = (0..16)
            .map(|number| {
                let server = &server;
                scope.spawn(move || Browser::new(server).log_in(&format!("user-{number}"), PASSWORD).status)
            })
            .collect();
        for _ in 0..50 {
            assert_eq!(server.get("/v1/plans").status, 200);
        }
        assert!(crowd.into_iter().all(|one| one.join().unwrap() == 403));
    });
}
