//! `geleit serve`: the doors and the answers over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use api::{Api, Settings};
use engine::Engine;
use store::DataDirectory;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Serve;
use crate::config::Config;
use crate::show;

pub(crate) fn run(config: &Config, args: &Serve) -> anyhow::Result<()> {
    config.start_logging()?;
    let directory = DataDirectory::create(config.data()?)?;
    let address = args.listen.as_deref().unwrap_or(&config.listen);
    let behind_proxy = args.behind_proxy || config.behind_proxy;
    let metrics_open = args.metrics_open || config.metrics_open;
    let settings = Settings { metrics_open, behind_proxy, ..Settings::default() };
    runtime()?.block_on(async {
        let listening = Listening::at(address, &directory, &config.engine, settings).await?;
        if !listening.address.ip().is_loopback() && !behind_proxy {
            tracing::warn!(
                address = %listening.address,
                "listening beyond this machine without TLS: put a proxy that ends TLS in front and say --behind-proxy"
            );
        }
        show::line(&format!("Geleit listens at http://{}", listening.address))?;
        listening.until_stopped().await
    })
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
}

impl Listening {
    /// Takes the port and opens the directory.
    pub(crate) async fn at(
        address: &str,
        directory: &DataDirectory,
        options: &engine::Options,
        settings: Settings,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen at {address}"))?;
        let address = listener.local_addr()?;
        let mut engine = Engine::open(directory, options)?;
        engine.announce(&address.to_string())?;
        let engine = Arc::new(engine);
        let api = Api::new(Arc::clone(&engine), settings);
        Ok(Self { address, engine, listener, api })
    }

    /// Serves until SIGTERM or SIGINT; then finishes what was begun.
    pub(crate) async fn until_stopped(self) -> anyhow::Result<()> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let stopped = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping");
        };
        api::serve(self.listener, self.api, stopped).await?;
        tokio::task::spawn_blocking(move || close(self.engine)).await?
    }
}

/// Closes the engine once nobody uses it any more.
fn close(engine: Arc<Engine>) -> anyhow::Result<()> {
    let mut shared = engine;
    for _ in 0..1_000 {
        match Arc::try_unwrap(shared) {
            Ok(engine) => return Ok(engine.close()?),
            Err(still_used) => shared = still_used,
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    anyhow::bail!("a request did not end; what was acknowledged is safe")
}
