//! Listening until told to stop.

use std::io;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::{Api, router};

/// How long requests in flight may take once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Answers requests until `shutdown` is done. Then no connection is taken any more, requests in flight are finished, and
/// what is not finished after ten seconds is cut off.
pub async fn serve(
    listener: TcpListener,
    api: Api,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // Answers are small and whole: waiting for more to send with them only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection delays its answers");
        }
    });
    let (stopping, stopped) = oneshot::channel();
    let streams = api.clone();
    let server = axum::serve(listener, router(api)).with_graceful_shutdown(async move {
        shutdown.await;
        // They would never end by themselves, and are waited for.
        streams.watching().stop();
        if stopping.send(()).is_err() {
            tracing::debug!("the server ended before it was told to");
        }
    });
    let deadline = async {
        // An error means that the server ended without being told to; then its own outcome counts.
        match stopped.await {
            Ok(()) => tokio::time::sleep(LAST_REQUESTS).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server => ended,
        () = deadline => {
            tracing::warn!("requests were cut off after {} seconds", LAST_REQUESTS.as_secs());
            Ok(())
        }
    }
}
