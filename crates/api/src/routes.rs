//! Routes as data: handler, door and description in one place. The router and the OpenAPI document are both made of
//! them, so neither can have what the other lacks.

use axum::Router;
use axum::handler::Handler;
use axum::http::{Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, get, on};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::auth::{self, Area};
use crate::openapi::Operation;
use crate::problem::{BAD_METHOD, Problem};
use crate::{
    Api, app, arrivals, body, customers, doors, idempotency, import, ingest, me, mining, observe, ops, pages, people,
    plan_files, plans, quarantine, rulings, sources, uploads,
};

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Anybody.
    Open,
    /// Whoever has a write key; browsers of any site.
    WriteKey,
    /// Whoever bears a token of a role that may, or is in a session of somebody who may.
    Token(Area),
    /// Whoever bears any token or is in any session.
    Known,
}

/// One route.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) door: Door,
    pub(crate) operation: Operation,
    handler: MethodRouter<Api>,
    /// True if the path also serves with a slash behind it, as some clients write it.
    slash_too: bool,
}

impl Route {
    pub(crate) fn new<H, T>(
        method: Method,
        path: impl Into<String>,
        door: Door,
        operation: Operation,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("only standard methods are registered");
        Self { method, path: path.into(), door, operation, handler: on(filter, handler), slash_too: false }
    }

    /// The same route, open to clients that end paths with a slash.
    pub(crate) fn with_slash_too(mut self) -> Self {
        self.slash_too = true;
        self
    }

    fn paths(&self) -> impl Iterator<Item = String> + use<> {
        let with_slash = self.slash_too.then(|| format!("{}/", self.path));
        std::iter::once(self.path.clone()).chain(with_slash)
    }
}

/// Every route there is, in the order of the document.
pub(crate) fn all() -> Vec<Route> {
    [
        ingest::routes(),
        import::routes(),
        me::routes(),
        uploads::routes(),
        sources::routes(),
        arrivals::routes(),
        customers::routes(),
        people::routes(),
        rulings::routes(),
        mining::routes(),
        plans::routes(),
        plan_files::routes(),
        quarantine::routes(),
        ops::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The router of everything: doors in front of handlers, and what is observed around all.
pub(crate) fn router(api: Api) -> Router {
    let (mut for_browsers, mut for_tokens) = (Router::new(), Router::new());
    for route in all() {
        for path in route.paths() {
            let handler = route.handler.clone();
            match route.door {
                Door::WriteKey => for_browsers = for_browsers.route(&path, handler),
                Door::Open => for_tokens = for_tokens.route(&path, handler),
                Door::Token(Area::Metrics) if api.settings().metrics_open => {
                    for_tokens = for_tokens.route(&path, handler);
                }
                Door::Token(_) | Door::Known => {
                    let handler = if route.method == Method::GET {
                        handler
                    } else {
                        handler.route_layer(from_fn_with_state(api.clone(), idempotency::answer_once))
                    };
                    let handler =
                        handler.route_layer(from_fn_with_state((api.clone(), area_of(route.door)), auth::admit));
                    for_tokens = for_tokens.route(&path, handler);
                }
            }
        }
    }
    // A site that sends events may stand anywhere. Nothing but a write key is in it, so no origin is worth refusing.
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_credentials(true)
        .expose_headers([header::RETRY_AFTER, header::HeaderName::from_static("x-request-id")]);
    let mut for_people = Router::new().route(pages::STYLE_PATH, get(pages::style));
    for (path, handler) in doors::routes() {
        for_people = for_people.route(path, handler);
    }
    let for_browsers = for_browsers.method_not_allowed_fallback(bad_method).layer(cors);
    for_tokens
        .method_not_allowed_fallback(bad_method)
        .merge(for_browsers)
        .merge(for_people.method_not_allowed_fallback(bad_method))
        .fallback(app::fallback)
        .layer(from_fn(body::read_rest))
        .layer(from_fn_with_state(api.clone(), observe::observe))
        .with_state(api)
}

fn area_of(door: Door) -> Option<Area> {
    match door {
        Door::Token(area) => Some(area),
        Door::Open | Door::WriteKey | Door::Known => None,
    }
}

async fn bad_method(method: Method) -> Problem {
    Problem::new(BAD_METHOD, format!("the route does not take {method}: the header Allow lists what it takes"))
}
