//! `geleit serve`: the doors and the answers over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::{Api, Settings};
use engine::Engine;
use store::DataDirectory;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::Serve;
use crate::config::Config;
use crate::show;
use crate::usage::WrongUsage;

/// How long answers may still be worked on after the last connection is gone.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

pub(crate) fn run(config: &Config, args: &Serve) -> anyhow::Result<()> {
    config.start_logging()?;
    let directory = DataDirectory::create(config.data()?)?;
    let address = args.listen.as_deref().unwrap_or(&config.listen);
    let behind_proxy = args.behind_proxy.unwrap_or(config.behind_proxy);
    let metrics_open = args.metrics_open.unwrap_or(config.metrics_open);
    let max_upload_bytes = config.max_upload_bytes;
    let settings = Settings { metrics_open, behind_proxy, max_upload_bytes, ..Settings::default() };
    let runtime = runtime()?;
    let engine = runtime.block_on(async {
        let listening = Listening::at(address, &directory, &config.engine, settings).await?;
        if !listening.address.ip().is_loopback() && !behind_proxy {
            tracing::warn!(
                address = %listening.address,
                "listening beyond this machine without TLS: put a proxy that ends TLS in front and say --behind-proxy"
            );
        }
        show::line(&format!("Geleit listens at http://{}", listening.address))?;
        listening.until_stopped().await
    })?;
    // Connections that were cut off still hold the engine; they end with the runtime.
    runtime.shutdown_timeout(LAST_ANSWERS);
    close(engine)
}

/// The runtime for a server that shares its machine with the engine's own threads.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the asynchronous runtime")
}

/// A server that has its port and its data.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) engine: Arc<Engine>,
    listener: TcpListener,
    api: Api,
    /// SIGTERM and SIGINT; waited for from the start, so that none comes too early to be heeded.
    stop: (Signal, Signal),
}

impl Listening {
    /// Takes the port and opens the directory.
    pub(crate) async fn at(
        address: &str,
        directory: &DataDirectory,
        options: &engine::Options,
        settings: Settings,
    ) -> anyhow::Result<Self> {
        let stop = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let listener = TcpListener::bind(address).await.map_err(|error| {
            let told = format!("cannot listen at {address}: {error}");
            let is_no_address = error.kind() == std::io::ErrorKind::InvalidInput;
            if is_no_address { anyhow::Error::new(WrongUsage(told)) } else { anyhow::Error::msg(told) }
        })?;
        let address = listener.local_addr()?;
        let mut engine = Engine::open(directory, options)?;
        engine.announce(&address.to_string())?;
        let engine = Arc::new(engine);
        let api = Api::new(Arc::clone(&engine), settings);
        Ok(Self { address, engine, listener, api, stop })
    }

    /// Serves until SIGTERM or SIGINT and finishes the requests that were begun; gives back the engine, to be closed.
    pub(crate) async fn until_stopped(self) -> anyhow::Result<Arc<Engine>> {
        let (mut terminate, mut interrupt) = self.stop;
        let stopped = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping");
        };
        api::serve(self.listener, self.api, stopped).await?;
        Ok(self.engine)
    }
}

/// Closes the engine, which nobody else uses any more.
pub(crate) fn close(engine: Arc<Engine>) -> anyhow::Result<()> {
    let engine =
        Arc::try_unwrap(engine).ok().context("an answer did not end in time; what was acknowledged is safe")?;
    Ok(engine.close()?)
}
