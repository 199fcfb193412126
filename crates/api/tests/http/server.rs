//! A server on a port of its own, over a data directory of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::{Api, Settings};
use engine::{Engine, Options};
use model::Timestamp;
use serde_json::Value;
use store::{DataDirectory, Role};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use ureq::http::{HeaderMap, Request};

use crate::contract::Exchange;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The write key of the source `shop`.
    pub(crate) key: String,
    /// A token that may do everything.
    pub(crate) admin: String,
    pub(crate) directory: DataDirectory,
    engine: Option<Arc<Engine>>,
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
    agent: ureq::Agent,
    _scratch: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(Settings::default(), &Options::default())
    }

    pub(crate) fn with(settings: Settings, options: &Options) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let directory = DataDirectory::create(scratch.path()).unwrap();
        let engine = Arc::new(Engine::open(&directory, options).unwrap());
        let plans = engine.answers().plans();
        let key = plans.create_source("shop", Timestamp::now()).unwrap();
        let admin = plans.create_token(Role::Admin, "ops", Timestamp::now()).unwrap().secret;

        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let api = Api::new(Arc::clone(&engine), settings);
        runtime.spawn(async move {
            let shutdown = async { drop(stopped.await) };
            api::serve(listener, api, shutdown).await.unwrap();
        });
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            address,
            key,
            admin,
            directory,
            engine: Some(engine),
            runtime: Some(runtime),
            stop: Some(stop),
            agent: config.new_agent(),
            _scratch: scratch,
        }
    }

    /// Tells the server to stop, and does not wait for it.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("the server runs")
    }

    /// The secret of a new token.
    pub(crate) fn token(&self, role: Role) -> String {
        self.engine().answers().plans().create_token(role, "", Timestamp::now()).unwrap().secret
    }

    pub(crate) fn call(&self, method: &str, path: impl Into<String>) -> Call<'_> {
        Call { server: self, method: method.to_owned(), path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// Asks as admin.
    pub(crate) fn get(&self, path: impl Into<String>) -> Answer {
        self.call("GET", path).bearer(&self.admin).send()
    }

    /// Tells as admin.
    pub(crate) fn tell(&self, method: &str, path: impl Into<String>, body: &Value) -> Answer {
        self.call(method, path).bearer(&self.admin).json(body).send()
    }

    /// Sends events as the source `shop`; what they became, which has to be a 200.
    pub(crate) fn send(&self, path: &str, body: &Value) -> Value {
        self.call("POST", path).bearer(&self.key).json(body).send().expect(200)
    }

    /// The write key in the form that most clients send.
    pub(crate) fn basic(&self) -> String {
        use base64::Engine as _;
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{}:", self.key)))
    }

    /// Asks until the answer is as wanted: plans come into force a moment after they were written.
    pub(crate) fn eventually(&self, path: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..500 {
            let answer = self.get(path).expect(200);
            if is_wanted(&answer) {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{path} did not become what was wanted in ten seconds: {:#}", self.get(path).expect(200));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
        if let Some(engine) = self.engine.take().and_then(Arc::into_inner) {
            engine.close().unwrap();
        }
    }
}

pub(crate) struct Call<'s> {
    server: &'s Server,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bearer(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn send(self) -> Answer {
        let mut request =
            Request::builder().method(self.method.as_str()).uri(format!("http://{}{}", self.server.address, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent = &self.server.agent;
        let outcome = if self.body.is_empty() && self.method != "POST" && self.method != "PUT" {
            agent.run(request.body(()).unwrap())
        } else {
            agent.run(request.body(self.body.as_slice()).unwrap())
        };
        let mut response = outcome.unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.path));
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
        let answer = Answer { status: response.status().as_u16(), headers: response.headers().clone(), body };
        let sent_type = self.headers.iter().find(|(name, _)| name == "content-type");
        if self.method != "OPTIONS" {
            Exchange {
                method: &self.method,
                path: &self.path,
                request: (sent_type.map_or("", |(_, value)| value), &self.body),
                status: answer.status,
                answer: (answer.header("content-type"), &answer.body),
            }
            .check();
        }
        answer
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.text()))
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The detail of a problem with this status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> String {
        assert!(self.header("content-type").starts_with("application/problem+json"), "{self:?}");
        let id = self.header("x-request-id").to_owned();
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem:#}");
        assert_eq!(problem["status"], status, "{problem:#}");
        assert_eq!(problem["request_id"], id.as_str(), "{problem:#}");
        problem["detail"].as_str().unwrap().to_owned()
    }
}
