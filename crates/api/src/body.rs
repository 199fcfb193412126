//! Request bodies: read to their end within a limit.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};

use crate::problem::{BODY_TIMEOUT, MALFORMED, Problem, TOO_LARGE};

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of a refused body that are read and thrown away. A client that is still sending when the connection closes
/// sees a broken pipe in the place of the answer that says why.
const MOST_DISCARDED: usize = 16 << 20;

/// The whole body, of at most `limit` bytes. A body that arrived in one piece is not copied.
pub(crate) async fn collect(body: Body, limit: usize) -> Result<Bytes, Problem> {
    within_patience(read(body, limit)).await
}

/// Reads a body that nobody wants to its end.
pub(crate) async fn discard(mut body: Body) {
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
    discard(body).await;
    let reason = format!("the body has {} bytes or more, {limit} are allowed", announced.max(whole.len() as u64));
    Err(Problem::new(TOO_LARGE, reason))
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
        Err(Problem::new(BODY_TIMEOUT, format!("the body was not there after {} seconds", PATIENCE.as_secs())))
    })
}
