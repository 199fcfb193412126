//! HTTP routes, OpenAPI, authorisation.
//!
//! Eighth on the way of the data, and both its ends: requests with events become [`store::Submission`]s for the
//! [`engine::Engine`], and questions become its answers as JSON. The crate knows HTTP and nothing else: what an event is
//! says `ingest`, what is durable says `store`, what a journey is says `mining`.
//!
//! ```text
//!            observe: id, problem, metrics, log
//!                 |
//!   Segment, CloudEvents, own envelope        everything else
//!                 |                                  |
//!        write key -> parse -> encode        token -> role may? -> (once?) -> blocking thread
//!                 |                                  |
//!            Engine::submit                   Engine::answers, Engine::repair
//! ```
//!
//! Every route is one value with its handler, its door and its description; the router and `/openapi.json` are made of the
//! same list. Errors are `application/problem+json` (RFC 9457), whoever makes them.
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::body::Body;
//! use axum::http::{Request, StatusCode};
//! use engine::{Engine, Options};
//! use tower::ServiceExt;
//!
//! # let scratch = tempfile::tempdir()?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! let directory = store::DataDirectory::create(scratch.path())?;
//! let engine = Arc::new(Engine::open(&directory, &Options::default())?);
//! let key = engine.answers().plans().create_source("shop", model::Timestamp::now())?;
//! let router = api::router(api::Api::new(engine, api::Settings::default()));
//!
//! let event = r#"{"messageId": "m-1", "userId": "ada", "event": "purchase"}"#;
//! let request = Request::post("/v1/track").header("authorization", format!("Bearer {key}")).body(Body::from(event))?;
//! let answer = runtime.block_on(router.oneshot(request))?;
//! assert_eq!(answer.status(), StatusCode::OK); // and the event is durable
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::Arc;

use axum::Router;
use engine::Engine;
use model::Timestamp;
use prometheus_client::registry::Registry;
use store::StoreError;

mod access;
mod app;
mod arrivals;
mod auth;
mod body;
mod customers;
mod doors;
mod extract;
mod idempotency;
mod import;
mod ingest;
mod me;
mod mining;
mod observe;
mod openapi;
mod ops;
mod pages;
mod people;
mod plan_files;
mod plans;
mod problem;
mod quarantine;
mod question;
mod routes;
mod rulings;
mod serve;
mod sources;
mod uploads;

pub use app::{AppFile, AppFiles, built};
pub use openapi::openapi;
pub use serve::serve;

use access::Access;
use arrivals::Watching;
use doors::Setup;
use doors::hashing::Hashing;
use doors::throttle::Throttle;
use idempotency::Idempotency;
use mining::Logs;
use observe::{HttpMetrics, RequestIds};
use uploads::Uploads;

/// How the API behaves.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// True if `/metrics` asks for no token.
    pub metrics_open: bool,
    /// Most bytes of a body with events, inflated. Dialects have lower limits of their own.
    pub max_body_bytes: usize,
    /// Most bytes of a file that is sent to be imported.
    pub max_upload_bytes: u64,
    /// True if a proxy of ours stands in front, whose `X-Forwarded-Host`, `-Proto` and `-For` can be trusted.
    pub behind_proxy: bool,
    /// Where the web app's files come from.
    pub app: AppFiles,
    /// The port at which whoever sits at this machine is let in as admin without a credential; `None` for nobody. Only the demo
    /// has such a door, and only under a name of this machine.
    pub open_door: Option<u16>,
    /// What time it is for sessions and log-ins.
    pub clock: fn() -> Timestamp,
}

impl Default for Settings {
    /// Metrics behind a token, bodies of 4 MiB, files of 4 GiB, no proxy, the app that was built in, no open door.
    fn default() -> Self {
        Self {
            metrics_open: false,
            max_body_bytes: ::ingest::MAX_BODY_BYTES,
            max_upload_bytes: 4 << 30,
            behind_proxy: false,
            app: built,
            open_door: None,
            clock: Timestamp::now,
        }
    }
}

/// What all requests share. Clones are the same.
#[derive(Clone, Debug)]
pub struct Api(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Arc<Engine>,
    settings: Settings,
    access: Access,
    idempotency: Idempotency,
    registry: Registry,
    http: HttpMetrics,
    request_ids: RequestIds,
    hashing: Hashing,
    throttle: Throttle,
    setup: Setup,
    /// What the open door has in the place of a session's secret; another at each start.
    demo_secret: Option<String>,
    watching: Watching,
    uploads: Uploads,
    logs: Logs,
}

impl Api {
    /// The API of an engine.
    pub fn new(engine: Arc<Engine>, settings: Settings) -> Self {
        let mut registry = Registry::default();
        engine.metrics().register(&mut registry);
        let http = HttpMetrics::register(&mut registry);
        let access = Access::new(Arc::clone(&engine));
        let (idempotency, request_ids) = (Idempotency::default(), RequestIds::new());
        let (watching, uploads) = (Watching::of(&engine), Uploads::of(&engine));
        // Without random numbers the door stays shut.
        let demo_secret = settings.open_door.and_then(|_| store::new_secret("").ok());
        Self(Arc::new(Inner {
            engine,
            settings,
            access,
            idempotency,
            registry,
            http,
            request_ids,
            watching,
            uploads,
            hashing: Hashing::default(),
            throttle: Throttle::default(),
            setup: Setup::default(),
            logs: Logs::default(),
            demo_secret,
        }))
    }

    /// The path of a page on which the first user is made, `/setup?key=...`, valid until it is used; `None` if there are users.
    pub fn first_start(&self) -> Result<Option<String>, StoreError> {
        if !self.engine().answers().users().users()?.is_empty() {
            return Ok(None);
        }
        let key = store::new_secret("")?;
        self.setup().open(&key);
        Ok(Some(format!("/setup?key={key}")))
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn access(&self) -> &Access {
        &self.0.access
    }

    pub(crate) fn idempotency(&self) -> &Idempotency {
        &self.0.idempotency
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub(crate) fn http(&self) -> &HttpMetrics {
        &self.0.http
    }

    pub(crate) fn hashing(&self) -> &Hashing {
        &self.0.hashing
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.0.setup
    }

    pub(crate) fn demo_secret(&self) -> Option<&str> {
        self.0.demo_secret.as_deref()
    }

    pub(crate) fn watching(&self) -> &Watching {
        &self.0.watching
    }

    pub(crate) fn uploads(&self) -> &Uploads {
        &self.0.uploads
    }

    pub(crate) fn logs(&self) -> &Logs {
        &self.0.logs
    }

    pub(crate) fn request_ids(&self) -> &RequestIds {
        &self.0.request_ids
    }
}

/// All routes over one engine.
pub fn router(api: Api) -> Router {
    routes::router(api)
}
