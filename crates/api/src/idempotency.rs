//! Unsafe calls that are made once, however often they are sent: the answer is kept under the client's
//! `Idempotency-Key` and given again.
//!
//! Kept in memory: a restart forgets it, and so does a thousand newer keys. Plans have `expected_version` and quarantine
//! items their state for what must never happen twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use model::Invalid;

use crate::Api;
use crate::auth::{Caller, Identity};
use crate::body;
use crate::problem::{IN_PROGRESS, KEY_REUSED, Problem};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const MOST_KEYS: usize = 1000;
/// Answers above this size are not kept: a thousand of them have to fit into memory.
const MOST_ANSWER_BYTES: usize = 1 << 20;
const MOST_BODY_BYTES: usize = 4 << 20;

/// Who calls what under which key.
type Call = (Option<Identity>, String, String);

/// The answers that are kept.
#[derive(Debug, Default)]
pub(crate) struct Idempotency(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    calls: HashMap<Call, Known>,
    /// In the order in which they came.
    order: VecDeque<(Instant, Call)>,
}

#[derive(Clone, Debug)]
struct Known {
    body: blake3::Hash,
    /// `None` while the first call is being answered.
    answer: Option<Arc<Answer>>,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    problem: Option<Problem>,
    body: Bytes,
}

impl Idempotency {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept answer; or `None`, and the call is reserved until it is kept or released.
    fn reserve(&self, call: &Call, body: blake3::Hash) -> Result<Option<Arc<Answer>>, Problem> {
        let now = Instant::now();
        let mut kept = self.lock();
        while let Some((_, old)) = kept.order.pop_front_if(|(since, _)| now.duration_since(*since) >= KEPT_FOR) {
            kept.calls.remove(&old);
        }
        match kept.calls.get(call) {
            Some(known) if known.body != body => {
                let detail = format!("the idempotency key {:?} came with another body before", call.1);
                Err(Problem::new(KEY_REUSED, detail))
            }
            Some(Known { answer: Some(answer), .. }) => Ok(Some(Arc::clone(answer))),
            Some(Known { answer: None, .. }) => {
                let detail = format!("the first call with the idempotency key {:?} is not answered yet", call.1);
                Err(Problem::new(IN_PROGRESS, detail).retry_after(1))
            }
            None => {
                if kept.order.len() >= MOST_KEYS
                    && let Some((_, oldest)) = kept.order.pop_front()
                {
                    kept.calls.remove(&oldest);
                }
                kept.order.push_back((now, call.clone()));
                kept.calls.insert(call.clone(), Known { body, answer: None });
                Ok(None)
            }
        }
    }

    fn keep(&self, call: &Call, answer: Arc<Answer>) {
        if let Some(known) = self.lock().calls.get_mut(call) {
            known.answer = Some(answer);
        }
    }

    /// Forgets a call whose answer says nothing lasting.
    fn release(&self, call: &Call) {
        let mut kept = self.lock();
        kept.calls.remove(call);
        kept.order.retain(|(_, other)| other != call);
    }
}

/// Releases the call unless it was kept, also when its handler panics.
struct Reservation {
    api: Api,
    call: Call,
    is_kept: bool,
}

impl Reservation {
    fn keep(mut self, answer: Answer) {
        self.api.idempotency().keep(&self.call, Arc::new(answer));
        self.is_kept = true;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_kept {
            self.api.idempotency().release(&self.call);
        }
    }
}

/// Answers a call that came before as it was answered then.
pub(crate) async fn answer_once(State(api): State<Api>, request: Request, next: Next) -> Result<Response, Problem> {
    let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(next.run(request).await) };
    let key =
        key.to_str().ok().filter(|key| (1..=255).contains(&key.len())).ok_or_else(|| {
            Problem::invalid(&Invalid::missing("Idempotency-Key", "is not 1 to 255 visible characters"))
        })?;
    let identity = request.extensions().get::<Caller>().map(|caller| caller.identity);
    let template = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let call = (identity, key.to_owned(), format!("{} {template} {target}", request.method()));

    let (parts, body) = request.into_parts();
    let bytes = body::collect(body, MOST_BODY_BYTES).await?;
    if let Some(answer) = api.idempotency().reserve(&call, blake3::hash(&bytes))? {
        return Ok(again(&answer));
    }
    let reservation = Reservation { api, call, is_kept: false };
    let request = Request::from_parts(parts, Body::from(bytes));
    // In a task of its own, so that a client that hangs up and asks again finds the answer and not half a call.
    let answering = tokio::spawn(async move {
        let (parts, body) = next.run(request).await.into_parts();
        let is_lasting = !parts.status.is_server_error() && parts.status != StatusCode::TOO_MANY_REQUESTS;
        let bytes = body::collect(body, usize::MAX).await?;
        if is_lasting && bytes.len() <= MOST_ANSWER_BYTES {
            let problem = parts.extensions.get::<Problem>().cloned();
            let answer = Answer { status: parts.status, headers: parts.headers.clone(), problem, body: bytes.clone() };
            reservation.keep(answer);
        }
        Ok(Response::from_parts(parts, Body::from(bytes)))
    });
    answering.await.unwrap_or_else(|failed| Err(Problem::internal(&failed)))
}

fn again(answer: &Answer) -> Response {
    let mut response = (answer.status, answer.body.clone()).into_response();
    *response.headers_mut() = answer.headers.clone();
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    if let Some(problem) = &answer.problem {
        response.extensions_mut().insert(problem.clone());
    }
    response
}
