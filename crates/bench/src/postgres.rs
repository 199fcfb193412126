//! The peer: the same events, in transactions of 100 rows, into a PostgreSQL table with a unique index on the message id.
//!
//! PostgreSQL runs with its default settings, so with `fsync` and `synchronous_commit` on, over a Unix socket, and gets
//! ready rows, with no HTTP around them. Two usual forms of a multi-row INSERT and three numbers of connections are tried on
//! a part of the events; the best then takes them all.

use std::fmt::Write as _;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

use crate::figures::{Figures, Target};
use crate::process;
use crate::segment::{BATCH, Batch};
use crate::workplace::Workplace;

/// Of each trial.
const TRIAL_EVENTS: u64 = 200_000;

const TABLE: &str = "DROP TABLE IF EXISTS events;
    CREATE TABLE events (message_id text UNIQUE, source text, received_at timestamptz, at timestamptz, name text, payload jsonb);
    CHECKPOINT";

/// How 100 rows are put into one statement.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// `SELECT ... FROM unnest(...)`: one array parameter a column.
    Unnest,
    /// `VALUES (...), (...), ...`: one parameter a value.
    Values,
}

/// Measures the peer with `events` events; its events per second.
pub(crate) fn run(workplace: &Workplace, figures: &mut Figures, runtime: &Runtime, events: u64) -> Result<f64> {
    let cpu_before = process::cpu_seconds_of_finished_children()?;
    let mut cluster = Cluster::start()?;
    let mut best = (0.0, Form::Values, 0);
    for form in [Form::Unnest, Form::Values] {
        for connections in [8, 16, 64] {
            let rate = runtime.block_on(insert(&cluster, form, connections, workplace.scaled(TRIAL_EVENTS)))?;
            figures.add(format!("postgresql: {form:?}, {connections} connections, trial"), rate, "/s", Target::None);
            if rate > best.0 {
                best = (rate, form, connections);
            }
        }
    }
    let (_, form, connections) = best;
    let rate = runtime.block_on(insert(&cluster, form, connections, events))?;
    figures.add(format!("postgresql: {form:?}, {connections} connections"), rate, "/s", Target::None);
    cluster.stop()?;
    let cpu_s = process::cpu_seconds_of_finished_children()? - cpu_before;
    figures.add("postgresql: processor time of all runs, with its start", cpu_s, "s", Target::None);
    Ok(rate)
}

/// Puts `events` into a fresh table; events per second.
async fn insert(cluster: &Cluster, form: Form, connections: usize, events: u64) -> Result<f64> {
    let admin = cluster.connect().await?;
    admin.batch_execute(TABLE).await?;
    let batches = events / BATCH as u64;
    let next = Arc::new(AtomicU64::new(0));
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(cluster.connect().await?);
    }
    let began = Instant::now();
    let tasks: Vec<_> =
        clients.into_iter().map(|client| tokio::spawn(insert_all(client, form, Arc::clone(&next), batches))).collect();
    for task in tasks {
        task.await??;
    }
    let wall = began.elapsed();
    let stored: i64 = admin.query_one("SELECT count(*) FROM events", &[]).await?.get(0);
    ensure!(stored as u64 == batches * BATCH as u64, "PostgreSQL holds {stored} of {events} events");
    Ok(stored as f64 / wall.as_secs_f64())
}

async fn insert_all(client: Client, form: Form, next: Arc<AtomicU64>, batches: u64) -> Result<()> {
    let statement = client.prepare(&form.statement()).await?;
    let mut batch = Batch::new("localhost", "key")?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= batches {
            return Ok(());
        }
        batch.renew(number);
        let now = SystemTime::now();
        let rows: Vec<(&str, &str, &str)> = batch.events().collect();
        match form {
            Form::Unnest => {
                let message_ids: Vec<&str> = rows.iter().map(|row| row.0).collect();
                let names: Vec<&str> = rows.iter().map(|row| row.1).collect();
                let payloads: Vec<&str> = rows.iter().map(|row| row.2).collect();
                let times = vec![now; rows.len()];
                client.execute(&statement, &[&message_ids, &"web", &times, &times, &names, &payloads]).await?;
            }
            Form::Values => {
                let mut values: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(rows.len() * 6);
                for (message_id, name, payload) in &rows {
                    values.extend([message_id as &(dyn ToSql + Sync), &"web", &now, &now, name, payload]);
                }
                client.execute(&statement, &values).await?;
            }
        }
    }
}

impl Form {
    fn statement(self) -> String {
        let into = "INSERT INTO events (message_id, source, received_at, at, name, payload)";
        let rows = match self {
            Self::Unnest => "SELECT m, $2::text, r, a, n, p::jsonb \
                 FROM unnest($1::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[]) AS u(m, r, a, n, p)"
                .to_owned(),
            Self::Values => {
                let mut rows = String::from("VALUES ");
                for row in 0..BATCH {
                    let comma = if row > 0 { ", " } else { "" };
                    let [m, s, r, a, n, p] = [1, 2, 3, 4, 5, 6].map(|column| row * 6 + column);
                    write!(rows, "{comma}(${m}, ${s}, ${r}, ${a}, ${n}, ${p}::text::jsonb)")
                        .expect("a String takes every write");
                }
                rows
            }
        };
        format!("{into} {rows} ON CONFLICT DO NOTHING")
    }
}

/// A PostgreSQL of our own in a temporary folder, reached by a socket in that folder.
struct Cluster {
    folder: tempfile::TempDir,
    server: Child,
}

impl Cluster {
    fn start() -> Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("geleit-pg-").tempdir()?;
        let user = User::of_the_server()?;
        if let Some(user) = &user {
            chown(folder.path(), Some(user.uid), Some(user.gid))?;
        }
        let data = folder.path().join("data");
        let as_user = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir(folder.path()).arg("-D").arg(&data).stdin(Stdio::null()).stdout(Stdio::null());
            if let Some(user) = &user {
                command.uid(user.uid).gid(user.gid);
            }
            command
        };
        let made =
            as_user("initdb").args(["--username=bench", "--auth=trust", "--no-locale", "--encoding=UTF8"]).status()?;
        ensure!(made.success(), "initdb ended with {made}");
        let server = as_user("postgres")
            .args(["-c", "listen_addresses=", "-k"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .spawn()?;
        let cluster = Self { folder, server };
        let deadline = Instant::now() + Duration::from_secs(60);
        while !cluster.folder.path().join(".s.PGSQL.5432").exists() {
            ensure!(Instant::now() < deadline, "PostgreSQL made no socket within 60 s");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(cluster)
    }

    async fn connect(&self) -> Result<Client> {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.folder.path()).user("bench").dbname("postgres");
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            match config.connect(NoTls).await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    return Ok(client);
                }
                // It refuses while it starts up.
                Err(error) if Instant::now() > deadline => return Err(error).context("connect to PostgreSQL"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn stop(&mut self) -> Result<()> {
        // A fast shutdown: our connections are still open, and nothing is waiting on them.
        process::stop(&mut self.server, Signal::INT).map(drop)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Already gone after `stop`; then both have nothing to do.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The folder of the newest PostgreSQL that Debian's packages have installed.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed")?;
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for version in versions {
        let folder = version?.path();
        let number = folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        let programs = folder.join("bin");
        if let (Some(number), true) = (number, programs.join("postgres").exists()) {
            found.push((number, programs));
        }
    }
    found.sort();
    found.pop().map(|(_, programs)| programs).context("PostgreSQL is not installed")
}

/// Whom the server runs as: it refuses to run as root.
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// The user `postgres` or `nobody` if we are root, else nobody but ourselves.
    fn of_the_server() -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = std::fs::read_to_string(Path::new("/etc/passwd"))?;
        for wanted in ["postgres", "nobody"] {
            if let Some(line) = users.lines().find(|line| line.split(':').next() == Some(wanted)) {
                let id = |field| line.split(':').nth(field).and_then(|text: &str| text.parse().ok());
                let (uid, gid) = id(2).zip(id(3)).with_context(|| line.to_owned())?;
                return Ok(Some(Self { uid, gid }));
            }
        }
        bail!("neither postgres nor nobody is a user here, and PostgreSQL refuses to run as root")
    }
}
