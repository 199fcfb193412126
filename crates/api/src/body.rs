//! Request bodies: read to their end within a limit, and to their end all the same when nobody wants them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};

use crate::problem::{BODY_TIMEOUT, MALFORMED, Problem, TOO_LARGE};

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of a refused body that are read and thrown away.
const MOST_DISCARDED: usize = 16 << 20;

/// The whole body, of at most `limit` bytes. A body that arrived in one piece is not copied.
pub(crate) async fn collect(body: Body, limit: usize) -> Result<Bytes, Problem> {
    within_patience(read(body, limit)).await
}

/// Reads what the handler has left of the body. A client that is still sending when the connection closes sees a broken
/// pipe in the place of the answer that says why it was refused.
pub(crate) async fn read_rest(request: Request, next: Next) -> Response {
    // Who waits to be told to go on has not sent the body yet, and will not.
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let rest = Arc::default();
    let (parts, body) = request.into_parts();
    let lent = Body::new(Lent { body, rest: Arc::clone(&rest) });
    let response = next.run(Request::from_parts(parts, lent)).await;
    let rest = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Who was waited for in vain is not waited for again.
    if let Some(body) = rest.filter(|_| response.status() != StatusCode::REQUEST_TIMEOUT) {
        discard(body).await;
    }
    response
}

/// A body that comes back when whoever reads it lets go of it before its end.
struct Lent {
    body: Body,
    rest: Arc<Mutex<Option<Body>>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            let body = std::mem::take(&mut self.body);
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

async fn discard(mut body: Body) {
    let reading = async {
        let mut discarded = 0;
        while discarded <= MOST_DISCARDED {
            match next(&mut body).await {
                Some(Ok(piece)) => discarded += piece.len(),
                Some(Err(_)) | None => break,
            }
        }
        Ok(())
    };
    // Whoever is too slow to be refused politely is not answered at all.
    drop(within_patience(reading).await);
}

async fn read(mut body: Body, limit: usize) -> Result<Bytes, Problem> {
    let announced = body.size_hint().lower();
    let Some(first) = next(&mut body).await else { return Ok(Bytes::new()) };
    let first = first?;
    if first.len() <= limit && body.is_end_stream() {
        return Ok(first);
    }
    let fits = usize::try_from(announced).unwrap_or(usize::MAX).min(limit);
    let mut whole = BytesMut::with_capacity(fits.max(first.len()));
    whole.extend_from_slice(&first);
    while whole.len() <= limit {
        match next(&mut body).await {
            Some(piece) => whole.extend_from_slice(&piece?),
            None => return Ok(whole.freeze()),
        }
    }
    let reason = format!("the body has {} bytes or more, {limit} are allowed", announced.max(whole.len() as u64));
    Err(Problem::new(TOO_LARGE, reason))
}

/// The next piece of a body that may be long; refused if it does not come in time.
pub(crate) async fn piece(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    within_patience(async { next(body).await.transpose() }).await
}

/// The next piece of data; trailers are passed over.
async fn next(body: &mut Body) -> Option<Result<Bytes, Problem>> {
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame {
            Ok(frame) => match frame.into_data() {
                Ok(data) => return Some(Ok(data)),
                Err(_) => continue,
            },
            Err(error) => return Some(Err(Problem::new(MALFORMED, format!("the body broke off: {error}")))),
        }
    }
}

async fn within_patience<T>(reading: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let outcome = tokio::time::timeout(PATIENCE, reading).await;
    outcome.unwrap_or_else(|_| {
        Err(Problem::new(BODY_TIMEOUT, format!("the body did not come for {} seconds", PATIENCE.as_secs())))
    })
}
