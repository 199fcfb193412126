//! `geleit demo`: a world that goes in through the real doors, and what its journeys look like.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use api::Settings;
use engine::{Engine, EngineError, MiningQuery};
use ingest::files::{Options, TimeFormat};
use mining::kernels::variants::VariantsQuestion;
use model::{IdentifierKind, Timestamp};
use sim::{Delivery, World};
use store::{DataDirectory, Draft, Plans, Role, SqlitePlans, StoreError};

use crate::cli::Demo;
use crate::config::Config;
use crate::import::{self, Outcome};
use crate::serve::{self, Listening, runtime};
use crate::show::{self, Progress};

/// Variants the picture is made of.
const VARIANTS: usize = 1_000_000;
/// Deliveries on their way at a time, each over a connection of its own.
const CONNECTIONS: usize = 4;

pub(crate) fn run(config: &Config, args: &Demo) -> anyhow::Result<()> {
    config.start_quietly()?;
    let folder = tempfile::Builder::new().prefix("geleit-demo-").tempdir().context("a temporary data directory")?;
    let directory = DataDirectory::create(folder.path())?;
    runtime()?.block_on(async {
        let max_upload_bytes = config.max_upload_bytes;
        // Whoever sits at this machine needs no password for invented data.
        let settings = |address: SocketAddr| Settings {
            metrics_open: true,
            max_upload_bytes,
            open_door: Some(address.port()),
            ..Settings::default()
        };
        let listening = Listening::at(&args.listen, &directory, &config.engine, settings).await?;
        let (address, engine) = (listening.address, std::sync::Arc::clone(&listening.engine));
        let token = SqlitePlans::open(&directory)?.create_token(Role::Admin, "demo", Timestamp::now())?.secret;
        let app = format!("http://{}", serve::reachable(address));
        if !args.no_serve {
            show::line(&format!(
                "The web app: {app}\nOpen it in a browser on this machine; the demo asks for no password. Its data is on the way:\n"
            ))?;
        }
        // The server runs while the world goes in through it.
        let serving = tokio::spawn(listening.until_stopped());
        let filling = {
            let (folder, files, customers, seed) =
                (folder.path().to_owned(), args.files.clone(), args.customers, args.seed);
            let options = import::options(&args.reading)?;
            tokio::task::spawn_blocking(move || {
                if files.is_empty() {
                    world(&engine, &folder, &format!("http://{address}"), &World::new(seed, customers))?;
                    picture(&engine, "whole")?;
                } else {
                    let mut outcome = Outcome::default();
                    files.iter().try_for_each(|file| import::local_file(&engine, file, &options, &mut outcome))?;
                    show::line(&format!(
                        "{} events read, {} in quarantine.\n",
                        show::count(outcome.stored),
                        show::count(outcome.quarantined)
                    ))?;
                    picture(&engine, "whole")?;
                }
                engine.settle()?;
                anyhow::Ok(())
            })
        };
        filling.await??;
        if args.no_serve {
            return Ok(());
        }
        hints(folder.path(), &app, &token, args)?;
        // The data goes with the demo, so nothing has to be kept: the engine only stops writing to it.
        drop(serve::close(serving.await??));
        Ok(())
    })
}

/// Sends a world through the doors of the running server, tills by file.
fn world(engine: &Engine, folder: &Path, base: &str, world: &World) -> anyhow::Result<()> {
    let started = Instant::now();
    let plans = SqlitePlans::open(&DataDirectory::create(folder)?)?;
    let at = Timestamp::now();
    for plan in sim::plans() {
        let draft = Draft {
            kind: plan.kind,
            name: &plan.name,
            body: &plan.body,
            author: "demo",
            note: "the plans of the demo world",
            expected_version: None,
            at,
        };
        plans.put(&draft)?;
    }
    // The plans are in force before the first event comes.
    engine.settle()?;
    let mut keys = std::collections::BTreeMap::new();
    for source in sim::sources() {
        match plans.create_source(source, at) {
            Ok(key) => drop(keys.insert(source, key)),
            Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let doors = &Doors { base, keys: &keys, engine, folder };
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Delivery>(4 * CONNECTIONS);
    let receiver = std::sync::Arc::new(std::sync::Mutex::new(receiver));
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let receiver = std::sync::Arc::clone(&receiver);
                scope.spawn(move || doors.work(&receiver))
            })
            .collect();
        // Once no worker is left, sending fails; it would wait for ever if somebody else still held the other end.
        drop(receiver);
        let mut progress = Progress::new("the world goes in");
        for (delivery, number) in world.deliveries().zip(1u64..) {
            if sender.send(delivery).is_err() {
                break;
            }
            if number.is_multiple_of(64) {
                progress.at(engine.answers().counters()?.events, None);
            }
        }
        drop(sender);
        progress.end();
        for worker in workers {
            worker.join().map_err(|_| anyhow::anyhow!("a sender panicked"))??;
        }
        Ok(())
    })?;
    let counters = engine.answers().counters()?;
    let duplicates: u64 = counters.sources.values().map(|source| source.duplicates).sum();
    let quarantined: u64 = counters.quarantined.values().sum();
    let (customers, touchpoints) = engine.answers().totals()?;
    show::line(&format!(
        "The world of an invented e-bike maker, {} people, went in through {} doors in {}: {} events stored, {} that were sent twice left out, {} that cannot be read in quarantine.\n{} customers told apart (whoever never signs in is one for each cookie), {} touchpoints.\n",
        show::count(u64::from(world.customers())),
        keys.len(),
        show::duration(started.elapsed().as_secs_f64()),
        show::count(counters.events),
        show::count(duplicates),
        show::count(quarantined),
        show::count(customers),
        show::count(touchpoints)
    ))
}

/// Where a delivery goes.
struct Doors<'a> {
    base: &'a str,
    keys: &'a std::collections::BTreeMap<&'static str, String>,
    engine: &'a Engine,
    folder: &'a Path,
}

impl Doors<'_> {
    fn work(&self, deliveries: &std::sync::Mutex<std::sync::mpsc::Receiver<Delivery>>) -> anyhow::Result<()> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        loop {
            let next = deliveries.lock().map_err(|_| anyhow::anyhow!("another sender panicked"))?.recv();
            let Ok(delivery) = next else { return Ok(()) };
            match delivery {
                Delivery::SegmentBatch { source, body } => {
                    self.post(&agent, source, "/v1/batch", "application/json", &body)?;
                }
                Delivery::CloudEvents { source, body } => {
                    self.post(&agent, source, "/v1/cloudevents", "application/cloudevents-batch+json", &body)?;
                }
                Delivery::Csv { source, file_name, bytes } => self.till(source, &file_name, &bytes)?,
            }
        }
    }

    fn post(&self, agent: &ureq::Agent, source: &str, path: &str, content: &str, body: &str) -> anyhow::Result<()> {
        let key = self.keys.get(source).with_context(|| format!("no write key for {source}"))?;
        loop {
            let request = agent.post(format!("{}{path}", self.base)).header("Authorization", &format!("Bearer {key}"));
            let mut response = request.header("Content-Type", content).send(body)?;
            match response.status().as_u16() {
                200 => return Ok(()),
                429 | 503 => std::thread::sleep(std::time::Duration::from_millis(200)),
                status => anyhow::bail!("{path} answered {status}: {}", response.body_mut().read_to_string()?),
            }
        }
    }

    /// Tills write files: German, with semicolons, decimal commas and the encoding of old Windows.
    fn till(&self, source: &str, file_name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.folder.join(file_name);
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())?;
        let options = Options {
            source: source.to_owned(),
            customer: Some("Kundenkarte".to_owned()),
            customer_kind: IdentifierKind::LoyaltyCard,
            touchpoint: Some("Vorgang".to_owned()),
            time: Some("Datum+Uhrzeit".to_owned()),
            // A file of a few rows may not show which comes first.
            time_format: Some(TimeFormat::DayFirst),
            time_zone: Some(jiff::tz::TimeZone::get("Europe/Berlin")?),
            ..Options::default()
        };
        import::local_file(self.engine, &path, &options, &mut Outcome::default())?;
        Ok(std::fs::remove_file(&path)?)
    }
}

fn picture(engine: &Engine, journey: &str) -> anyhow::Result<()> {
    let query = MiningQuery { journey: Some(journey.to_owned()), ..MiningQuery::default() };
    // A long log is stored faster than it is folded.
    let variants = loop {
        match engine.answers().ask(&query, VariantsQuestion { top: VARIANTS }) {
            Err(EngineError::Behind { .. }) => std::thread::sleep(std::time::Duration::from_millis(200)),
            found => break found?,
        }
    };
    show::line(&format!("The most travelled paths ({journey}):\n"))?;
    show::line(&show::paths(&variants))
}

fn hints(folder: &Path, base: &str, token: &str, args: &Demo) -> anyhow::Result<()> {
    let data = folder.display();
    let own = if args.files.is_empty() {
        "\n  geleit demo my-log.csv                                the same picture of a log of yours"
    } else {
        ""
    };
    show::line(&format!(
        "\nGeleit listens at {base}\n\n\
         The web app is there, in a browser on this machine without a password. In another terminal, try:\n\
         \x20 geleit mine graph --data {data}\n\
         \x20 geleit mine variants --journey gap:30m --data {data}\n\
         \x20 geleit touchpoints --data {data}\n\
         \x20 geleit quarantine list --data {data}\n\
         \x20 curl -H 'Authorization: Bearer {token}' {base}/v1/mining/variants{own}\n\
         The demo ends with Ctrl-C, and its data with it."
    ))
}
