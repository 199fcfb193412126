//! Lived journeys as event logs, written while they are read.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use formats::lived::LogFormat;
use futures_util::stream;
use model::Invalid;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::{ABOUT_JOURNEYS, asked};
use crate::Api;
use crate::extract::Asked;
use crate::openapi::{Operation, one_of, text};
use crate::plan_files::attachment;
use crate::problem::{Problem, TOO_MANY};
use crate::routes::{Door, Route};

/// Logs that are written at a time.
const MOST_LOGS: usize = 4;
/// Bytes that are sent at once.
const PIECE: usize = 64 << 10;
/// Pieces that wait for a reader.
const WAITING: usize = 4;
/// How long a reader may take for a piece.
const PATIENCE: Duration = Duration::from_secs(60);

/// Parameters of questions that mean nothing here.
const OTHERS: [&str; 3] = ["compare", "against", "memory_limit"];

/// Places for logs that are written.
#[derive(Debug)]
pub(crate) struct Logs(Arc<Semaphore>);

impl Default for Logs {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_LOGS)))
    }
}

impl Logs {
    fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0).try_acquire_owned().map_err(|_| {
            Problem::new(TOO_MANY, format!("{MOST_LOGS} logs are being written, and no more can be")).retry_after(10)
        })
    }
}

pub(super) fn route(door: Door) -> Route {
    let operation = Operation::new("journeysFile", "mining", "Lived journeys as an event log of process mining")
        .saying(
            "Written while it is read, so it may be of any length; a log that breaks off was not written to its end. \
             docs/formats.md tells what stands in it.",
        )
        .needed_query("format", one_of(LogFormat::ALL.map(LogFormat::name), "Of the log"), "OCEL 2.0 in JSON, or XES");
    let operation = parameters().fold(operation, |operation, (name, form, meaning)| {
        let schema = if matches!(*name, "from" | "to") {
            json!({ "type": "string", "format": "date-time" })
        } else {
            text(form)
        };
        let meaning = if *name == "time_limit" {
            "The log breaks off where it takes longer; no limit if not given"
        } else {
            meaning
        };
        operation.query(name, schema, meaning)
    });
    let xes: Value = json!({ "type": "string", "description": "XES, IEEE 1849-2016" });
    let ocel: Value = json!({ "type": "object", "additionalProperties": true, "description": "OCEL 2.0" });
    let operation = operation
        .json(200, "The log", &ocel)
        .or_as(200, LogFormat::Xes.media_type(), &xes)
        .fails(400, "A parameter cannot be read")
        .fails_for_now(429, "As many logs are being written as can be");
    Route::new(Method::GET, "/v1/journeys/file", door, operation, lived)
}

fn parameters() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    ABOUT_JOURNEYS.iter().filter(|(name, ..)| !OTHERS.contains(name))
}

async fn lived(State(api): State<Api>, Asked(given): Asked<Vec<(String, String)>>) -> Result<Response, Problem> {
    let mut given = asked::by_name(given)?;
    let format = given.remove("format").ok_or_else(|| Invalid::missing("format", "is missing: ocel or xes"))?;
    let format: LogFormat = format.parse()?;
    if let Some(unknown) = given.keys().find(|name| !parameters().any(|(known, ..)| known == name)) {
        let names: Vec<&str> = parameters().map(|(name, ..)| *name).collect();
        let reason = format!("is no parameter of a log: {}, format", names.join(", "));
        return Err(Invalid::missing(unknown.as_str(), reason).into());
    }
    let is_bounded = given.contains_key("time_limit");
    let mut query = asked::query(&mut given)?;
    if !is_bounded {
        query.limits.time = None;
    }
    let place = api.logs().place()?;
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, Problem>>(WAITING);
    let (engine, stopping) = (Arc::clone(api.engine()), api.watching().stopping());
    let mut pipe = Pipe { sender, stopping, handle: Handle::current(), buffer: BytesMut::new() };
    tokio::task::spawn_blocking(move || {
        let answers = engine.answers();
        let asking = answers.asking(format!("journeys as {format}"), query.limits);
        let written = answers.write_log(&query, format, &mut pipe, asking.control());
        if let Err(error) = written {
            // What was sent already cannot be taken back: the log breaks off. Nobody may be left to be told.
            drop(pipe.sender.blocking_send(Err(error.into())));
        }
        drop(place);
    });
    // Whatever is wrong with the question is found before the first piece.
    let first = match receiver.recv().await {
        Some(first) => first?,
        None => return Err(Problem::internal(&"a log ended before it began")),
    };
    let pieces = stream::unfold((Some(first), receiver), |(first, mut receiver)| async move {
        let piece = match first {
            Some(first) => Ok(first),
            None => receiver.recv().await?.map_err(|problem| io::Error::other(problem.detail().to_owned())),
        };
        Some((piece, (None, receiver)))
    });
    let headers = attachment(format.media_type(), &format!("journeys.{}", format.extension()))?;
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Gives what is written into it to whoever reads the answer.
struct Pipe {
    sender: mpsc::Sender<Result<Bytes, Problem>>,
    stopping: watch::Receiver<bool>,
    handle: Handle,
    buffer: BytesMut,
}

impl Pipe {
    fn send(&mut self) -> io::Result<()> {
        let piece = self.buffer.split().freeze();
        let gone = |why: &str| io::Error::new(io::ErrorKind::BrokenPipe, why.to_owned());
        let (sender, stopping) = (&self.sender, &mut self.stopping);
        self.handle.block_on(async {
            tokio::select! {
                _ = stopping.wait_for(|is_stopping| *is_stopping) => Err(gone("the server stops")),
                sent = tokio::time::timeout(PATIENCE, sender.send(Ok(piece))) => match sent {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) => Err(gone("the reader has gone")),
                    Err(_) => Err(gone("the reader takes too long")),
                },
            }
        })
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() { Ok(()) } else { self.send() }
    }
}
