//! What arrives, as it arrives: a stream of server-sent events.
//!
//! A stream is asked for its next frame when the connection has room for one. It then looks what has come since, shows the
//! newest as far as it may, and sums up the rest; so however fast events come, and however slow the reader is, what was shown
//! and what was summed up is everything.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::{Arrivals, ArrivalsQuery, Arrived, Engine};
use futures_util::stream;
use model::{Arrival, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::Api;
use crate::auth::Area;
use crate::extract::Asked;
use crate::openapi::{Operation, of, text, up_to};
use crate::problem::{Problem, TOO_MANY};
use crate::question::ask;
use crate::routes::{Door, Route};

/// Streams at a time.
const MOST_STREAMS: usize = 64;
/// Events shown in a second unless the question says otherwise, and at most.
const PER_SECOND: (u32, u32) = (20, 100);
/// Events missed since `Last-Event-ID` that are all shown at once; beyond it they are summed up.
const MOST_MISSED_SHOWN: u32 = 1_000;
/// Events looked at in one go at most, the newest ones.
const LOOK_BACK: u64 = 100_000;
/// Between two looks at what has come.
const PAUSE: Duration = Duration::from_millis(200);
/// Between two signs of life, where nothing comes.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// After so many events that were not for it, a stream tells how far it is, so that it need not look at them again.
const TELL_AFTER: u64 = 1_000;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(crate) fn routes() -> Vec<Route> {
    let frames = json!({
        "type": "string",
        "description": "Frames whose `data` is JSON, told apart by `event`",
        "x-events": {
            "start": of("LiveStart"), "event": of("LiveEvent"), "skipped": of("LiveSkipped"),
            "quarantined": of("LiveQuarantined"),
        },
    });
    let operation = Operation::new("liveEvents", "sources", "Events as they arrive, as server-sent events")
        .saying(format!(
            "The stream begins with `start` and goes on with an `event` for each that is in every answer by then. Where they come \
             faster than `per_second`, the newest are shown, and a `skipped` before them says how many were not; both together are \
             everything. `quarantined` says that the quarantine has grown. The id of a frame is the number of the last event it \
             accounts for: whoever comes back with it in `Last-Event-ID` goes on behind it; up to {MOST_MISSED_SHOWN} missed events \
             are shown, the others summed up, and those more than {LOOK_BACK} back are `missed` in `start`. A comment comes every \
             {} seconds where nothing else does.",
            HEARTBEAT.as_secs()
        ))
        .query("source", text("Such as `web-shop`"), "Only events of this source")
        .query("per_second", up_to(PER_SECOND.1 as usize), "Events shown in a second at most, 20 if not given")
        .answers(200, "The stream; it ends when the server stops", "text/event-stream", &frames)
        .fails(404, "There is no such source")
        .fails_for_now(429, "There are as many streams as can be");
    vec![Route::new(Method::GET, "/v1/events/live", Door::Token(Area::SourcesRead), operation, live)]
}

/// What all streams share.
#[derive(Debug)]
pub(crate) struct Watching {
    /// Changes whenever something has arrived.
    arrived: watch::Receiver<u64>,
    stopping: watch::Sender<bool>,
    places: Arc<Semaphore>,
}

impl Watching {
    pub(crate) fn of(engine: &Engine) -> Self {
        let (bell, arrived) = watch::channel(0_u64);
        engine.ring_on_arrival(move || bell.send_modify(|rung| *rung = rung.wrapping_add(1)));
        Self { arrived, stopping: watch::Sender::new(false), places: Arc::new(Semaphore::new(MOST_STREAMS)) }
    }

    /// Ends every stream, and all work that goes on without a request.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Becomes true when the server stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// A place for one more stream.
    pub(crate) fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            Problem::new(TOO_MANY, format!("{MOST_STREAMS} streams are open, and no more can be")).retry_after(10)
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    source: Option<String>,
    per_second: Option<u32>,
}

/// The first frame.
#[derive(Serialize)]
struct Start {
    after: String,
    missed: u64,
    events_per_second: u32,
    quarantine_open: u64,
}

async fn live(State(api): State<Api>, Asked(wanted): Asked<Wanted>, headers: HeaderMap) -> Result<Response, Problem> {
    let per_second = wanted.per_second.unwrap_or(PER_SECOND.0);
    if !(1..=PER_SECOND.1).contains(&per_second) {
        let reason = format!("lies outside 1 to {}", PER_SECOND.1);
        return Err(Problem::invalid(&Invalid::new("per_second", &per_second.to_string(), reason)));
    }
    let last = last_event_id(&headers)?;
    let place = api.watching().place()?;
    let source = wanted.source.clone();
    let (start, after, quarantined) = ask(&api, move |engine| start(engine, source, last, per_second)).await?;
    let allowed = if last.is_some() { MOST_MISSED_SHOWN.max(per_second) } else { per_second };
    let watcher = Watcher {
        arrived: api.watching().arrived.clone(),
        stopping: api.watching().stopping(),
        source: wanted.source,
        after,
        told: after,
        per_second,
        allowance: f64::from(allowed),
        looked_at: Instant::now(),
        quarantined,
        frames: VecDeque::from([frame("start", Some(after), &start)]),
        is_fresh: true,
        api,
        _place: place,
    };
    let frames = stream::unfold(watcher, |mut watcher| async {
        let frame = watcher.next().await?;
        Some((Ok::<_, Infallible>(frame), watcher))
    });
    let kept_alive = Sse::new(frames).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Proxies that gather answers would gather this one for ever.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(([unbuffered], kept_alive).into_response())
}

/// Where a client was that comes back; `None` for a new one.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Arrival>, Problem> {
    let Some(given) = headers.get(LAST_EVENT_ID).filter(|given| !given.is_empty()) else { return Ok(None) };
    let known = given.to_str().ok().and_then(|text| text.parse().ok());
    known.map(Some).ok_or_else(|| {
        let given = String::from_utf8_lossy(given.as_bytes());
        Problem::invalid(&Invalid::new("Last-Event-ID", &given, "is no id of this stream"))
    })
}

/// The first frame, the event behind which the stream begins, and what was quarantined by then.
fn start(
    engine: &Engine,
    source: Option<String>,
    last: Option<Arrival>,
    events_per_second: u32,
) -> Result<(Start, Arrival, BTreeMap<String, u64>), Problem> {
    let answers = engine.answers();
    if let Some(source) = source
        && !answers.sources()?.sources.iter().any(|known| known.name == source)
    {
        return Err(Problem::not_found(format_args!("source {source:?}")));
    }
    let head = answers.journalled()?;
    // An id beyond the journal is of another one: a backup was put in its place.
    let last = last.filter(|last| *last <= head);
    let from = last.unwrap_or_else(|| answers.last_arrival());
    let missed = last.map_or(0, |last| (head.0 - last.0).saturating_sub(LOOK_BACK));
    let after = Arrival(from.0 + missed);
    let quarantine_open = answers.open_bad_rows()?;
    let start = Start { after: after.to_string(), missed, events_per_second, quarantine_open };
    Ok((start, after, answers.quarantined_since_start()))
}

fn frame(event: &str, id: Option<Arrival>, data: &impl Serialize) -> Frame {
    let json = serde_json::to_string(data).expect("texts and numbers are JSON");
    let frame = Frame::default().event(event).data(json);
    match id {
        Some(id) => frame.id(id.to_string()),
        None => frame,
    }
}

/// One who watches.
struct Watcher {
    api: Api,
    arrived: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    source: Option<String>,
    /// The last event looked at.
    after: Arrival,
    /// The last event that a frame has accounted for.
    told: Arrival,
    per_second: u32,
    /// Events that may be shown at once; grows with time.
    allowance: f64,
    looked_at: Instant,
    /// By source, as told.
    quarantined: BTreeMap<String, u64>,
    /// Ready to be sent.
    frames: VecDeque<Frame>,
    /// True until the first look, which waits for nothing.
    is_fresh: bool,
    _place: OwnedSemaphorePermit,
}

impl Watcher {
    /// The next frame, once there is one; `None` when the server stops.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            if let Some(frame) = self.frames.pop_front() {
                return Some(frame);
            }
            let mut stopping = self.stopping.clone();
            tokio::select! {
                stopped = stopping.wait_for(|stopping| *stopping) => { drop(stopped); return None; }
                outcome = self.look() => outcome?,
            }
        }
    }

    /// Waits for something to come and makes frames of it; `None` if nothing can be known any more.
    async fn look(&mut self) -> Option<()> {
        if self.is_fresh {
            self.is_fresh = false;
            self.arrived.mark_unchanged();
        } else {
            self.arrived.changed().await.ok()?;
            tokio::time::sleep(PAUSE.saturating_sub(self.looked_at.elapsed())).await;
            self.arrived.mark_unchanged();
        }
        let earned = self.looked_at.elapsed().as_secs_f64() * f64::from(self.per_second);
        // What was allowed beyond a second's worth, for those who came back, is not earned again.
        self.allowance = self.allowance.max((self.allowance + earned).min(f64::from(self.per_second)));
        self.looked_at = Instant::now();
        let (after, most, source) = (self.after, self.allowance as usize, self.source.clone());
        let found = ask(&self.api, move |engine| {
            let query = ArrivalsQuery { after, source: source.as_deref(), most, look_back: LOOK_BACK };
            Ok((engine.answers().arrivals(&query)?, engine.answers().quarantined_since_start()))
        });
        match found.await {
            Ok((arrivals, quarantined)) => {
                self.show(&arrivals);
                self.show_quarantined(quarantined);
                Some(())
            }
            // The problem is in the log; the client comes back and goes on behind what it has.
            Err(_) => None,
        }
    }

    fn show(&mut self, arrivals: &Arrivals) {
        let Arrivals { events, skipped, unread, through } = arrivals;
        self.allowance -= events.len() as f64;
        self.after = *through;
        let number = |event: &Arrived| event.id.parse().unwrap_or(*through);
        if skipped + unread > 0 {
            let before = events.first().map_or(*through, |first| Arrival(number(first).0 - 1));
            self.frames.push_back(frame("skipped", Some(before), &json!({ "n": skipped, "unread": unread })));
            self.told = before;
        }
        for event in events {
            let id = number(event);
            self.frames.push_back(frame("event", Some(id), event));
            self.told = id;
        }
        if self.after.0 - self.told.0 >= TELL_AFTER {
            self.frames.push_back(Frame::default().id(self.after.to_string()));
            self.told = self.after;
        }
    }

    fn show_quarantined(&mut self, now: BTreeMap<String, u64>) {
        for (source, items) in &now {
            let before = self.quarantined.get(source).copied().unwrap_or(0);
            // Fewer than before: the source was silent, forgotten and counted anew.
            let grown = if *items < before { *items } else { items - before };
            if grown > 0 && self.source.as_ref().is_none_or(|wanted| wanted == source) {
                self.frames.push_back(frame("quarantined", None, &json!({ "source": source, "n": grown })));
            }
        }
        self.quarantined = now;
    }
}
