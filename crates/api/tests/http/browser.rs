//! People at a browser.

use model::Timestamp;
use store::{NewUser, PasswordHash, Role, Users};

use crate::server::{Answer, Server};

pub(crate) const PASSWORD: &str = "a long enough password";

/// A browser: keeps its cookies, and reads the tokens of forms.
pub(crate) struct Browser<'s> {
    server: &'s Server,
    cookies: Vec<(String, String)>,
    language: &'static str,
}

impl<'s> Browser<'s> {
    pub(crate) fn new(server: &'s Server) -> Self {
        Self { server, cookies: Vec::new(), language: "en" }
    }

    /// The same, asking for pages in these languages.
    pub(crate) fn reading(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    pub(crate) fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut call = self.server.call(method, path).header("accept-language", self.language).body(body);
        if !cookies.is_empty() {
            call = call.header("cookie", &cookies.join("; "));
        }
        let answer = headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send();
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.call("GET", path, &[], "")
    }

    /// Fills in the form of a page and sends it.
    pub(crate) fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(path).text();
        let mut all: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for hidden in page.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = hidden.split_once("\" value=\"").unwrap();
            all.push((name.to_owned(), rest.split('"').next().unwrap().replace("&amp;", "&")));
        }
        let action = path.split('?').next().unwrap();
        self.send(action, &[], &all)
    }

    pub(crate) fn send(&mut self, path: &str, headers: &[(&str, &str)], fields: &[(String, String)]) -> Answer {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
        self.call("POST", path, &headers, &body.join("&"))
    }

    pub(crate) fn log_in(&mut self, name: &str, password: &str) -> Answer {
        self.fill("/login", &[("name", name), ("password", password)])
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn csrf(&mut self) -> String {
        self.get("/v1/me").expect(200)["csrf"].as_str().unwrap().to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

pub(crate) fn add(server: &Server, name: &str, role: Role) {
    let password = PasswordHash::of(PASSWORD).unwrap();
    let user = NewUser { name, display_name: "", mail: "", role, password: &password };
    users(server).create_user(&user, Timestamp::now()).unwrap();
}

pub(crate) fn users(server: &Server) -> &dyn Users {
    server.engine().answers().users()
}

pub(crate) fn token_in(page: &str) -> String {
    page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
