//! The web app's files, and the paths that are its own.

use api::{AppFile, Settings};
use engine::Options;

use crate::server::{Answer, Server};

const PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// An app of a page, a script with its twins and a picture without.
fn files(path: &str) -> Option<AppFile> {
    let (content, number): (&[u8], u8) = match path {
        "index.html" => (b"<!doctype html>the app", 1),
        "index.html.gz" => (b"page in gzip", 2),
        "assets/main-3f.js" => (b"run()", 3),
        "assets/main-3f.js.br" => (b"script in brotli", 4),
        "assets/main-3f.js.gz" => (b"script in gzip", 5),
        "mark.svg" => (b"<svg/>", 6),
        _ => return None,
    };
    Some(AppFile { bytes: content.into(), hash: [number; 32] })
}

fn with_app() -> Server {
    Server::with(Settings { app: files, ..Settings::default() }, &Options::default())
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let call = server.call("GET", path).header("accept-encoding", "identity");
    headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
}

#[test]
fn the_twin_that_the_client_takes_is_sent_and_caches_are_told_that_it_differs() {
    let server = with_app();
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", "script in brotli"),
        ("gzip", "gzip", "script in gzip"),
        ("br;q=0, gzip", "gzip", "script in gzip"),
        ("identity", "", "run()"),
    ] {
        // The client of these tests would unpack it, and is not asked to.
        let answer = raw(&server, &format!("GET /assets/main-3f.js HTTP/1.1\r\naccept-encoding: {accepted}\r\n"));
        assert!(answer.contains("\r\nvary: accept-encoding\r\n"), "{answer}");
        assert_eq!(header(&answer, "content-encoding"), encoding);
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{answer}");
        assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
    }
    let picture = raw(&server, "GET /mark.svg HTTP/1.1\r\naccept-encoding: br, gzip\r\n");
    assert_eq!((header(&picture, "content-encoding"), header(&picture, "vary")), ("", ""));
    assert_eq!(header(&picture, "content-type"), "image/svg+xml");
    assert_eq!(header(&picture, "x-content-type-options"), "nosniff");
    get(&server, "/assets/main-3f.js.br", &[]).problem(404, "no_route");
}

#[test]
fn a_file_whose_name_holds_its_hash_is_kept_for_ever_and_the_rest_is_asked_for_again() {
    let server = with_app();
    let script = get(&server, "/assets/main-3f.js", &[]);
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    for path in ["/", "/mark.svg"] {
        let first = get(&server, path, &[]);
        assert_eq!((first.status, first.header("cache-control")), (200, "no-cache"), "{path}");
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for given in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let again = get(&server, path, &[("if-none-match", &given)]);
            assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()), "{given}");
        }
        assert_eq!(get(&server, path, &[("if-none-match", "\"other\"")]).status, 200);
    }
    let packed = raw(&server, "GET / HTTP/1.1\r\naccept-encoding: gzip\r\n");
    let plain = raw(&server, "GET / HTTP/1.1\r\n");
    assert_ne!(header(&packed, "etag"), header(&plain, "etag"), "another representation has another tag");
}

#[test]
fn every_path_that_no_route_has_is_the_apps_for_whoever_asks_for_a_page() {
    let server = with_app();
    for path in ["/", "/journeys/map?persona=jana", "/customers/email:ada@example.org", "/index.html", "/v1x"] {
        let answer = get(&server, path, &[("accept", PAGE)]);
        assert_eq!((answer.status, answer.text().as_str()), (200, "<!doctype html>the app"), "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    assert_eq!(server.call("HEAD", "/journeys").header("accept", PAGE).send().status, 200);
    // Nobody who asks for something else is told a page.
    get(&server, "/journeys/map", &[("accept", "*/*")]).problem(404, "no_route");
    get(&server, "/assets/gone-1a.js", &[("accept", PAGE)]).problem(404, "no_route");
    get(&server, "/gone.svg", &[("accept", PAGE)]).problem(404, "no_route");
    get(&server, "/v1/journeys", &[("accept", PAGE)]).problem(404, "no_route");
    get(&server, "/v1", &[("accept", PAGE)]).problem(404, "no_route");
    server.call("POST", "/journeys").header("accept", PAGE).body("{}").send().problem(404, "no_route");
    assert_eq!(get(&server, "/healthz", &[("accept", PAGE)]).text(), r#"{"status":"ok"}"#);
}

#[test]
fn every_page_says_that_nothing_of_other_sites_may_run_in_it_or_around_it() {
    let (server, bare) = (with_app(), without_app());
    let policy = "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; \
                  object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    for answer in [get(&server, "/", &[]), get(&server, "/journeys", &[("accept", PAGE)]), get(&bare, "/", &[])] {
        assert_eq!(answer.header("content-security-policy"), policy);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }
}

#[test]
fn a_program_without_the_app_says_how_to_build_it_in_the_readers_language() {
    let server = without_app();
    let german = get(&server, "/", &[("accept-language", "de-DE,de;q=0.9,en;q=0.8")]);
    assert_eq!(german.status, 503);
    let german = german.text();
    assert!(german.contains("<html lang=\"de\">") && german.contains("noch nicht gebaut"), "{german}");
    let english = get(&server, "/journeys", &[("accept", PAGE)]).text();
    assert!(english.contains("<html lang=\"en\">") && english.contains("npm run build"), "{english}");
    // Tests in a browser look at these pages too, and their program has the app.
    for (language, page) in [("de", &german), ("en", &english)] {
        let file = format!("{}/without-app.{language}.html", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(file, page).unwrap();
    }
    assert!(!english.contains("<script") && !english.contains("<style") && !english.contains("style="), "{english}");
    let style = get(&server, "/doors.css", &[]);
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    let again = get(&server, "/doors.css", &[("if-none-match", style.header("etag"))]);
    assert_eq!(again.status, 304);
}

#[test]
fn metrics_tell_the_app_from_paths_that_are_nowhere() {
    let server = with_app();
    get(&server, "/journeys", &[("accept", PAGE)]);
    get(&server, "/mark.svg", &[]);
    get(&server, "/gone.svg", &[]).problem(404, "no_route");
    let page = server.get("/metrics").text();
    for line in [
        r#"geleit_http_requests_total{route="app",method="GET",status="200"} 2"#,
        r#"geleit_http_requests_total{route="none",method="GET",status="404"} 1"#,
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
}

fn without_app() -> Server {
    Server::with(Settings { app: |_| None, ..Settings::default() }, &Options::default())
}

/// An exchange as it is on the wire.
fn raw(server: &Server, head: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    write!(stream, "{head}host: {}\r\nconnection: close\r\n\r\n", server.address).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let head = answer.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}
