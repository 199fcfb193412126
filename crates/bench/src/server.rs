//! A server under test: started, asked, stopped.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::Value;

use crate::http::{self, Connection};
use crate::process;
use crate::workplace::Workplace;

/// How long the folds may take to catch up after a load.
const FOLDED_WITHIN: Duration = Duration::from_secs(300);

/// A running server. Dropping it kills it; `stop` ends it well.
pub(crate) struct Server {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    /// From the start of the process until `/readyz` said 200.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// `geleit serve` on a data directory and a free port.
    pub(crate) async fn serve(workplace: &Workplace, data: &Path) -> Result<Self> {
        Self::serve_with(workplace, data, &[]).await
    }

    /// The same with settings, as environment variables and their values.
    pub(crate) async fn serve_with(workplace: &Workplace, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let mut command = Command::new(&workplace.geleit);
        command.arg("serve").arg("--data").arg(data).envs(settings.iter().copied());
        Self::start(command).await
    }

    /// Starts a program that serves, with `--listen` added, and waits for it to be ready: 5 minutes at most.
    pub(crate) async fn start(mut command: Command) -> Result<Self> {
        let began = Instant::now();
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| command.get_program().display().to_string())?;
        let (lines, printed) = mpsc::channel();
        pass_on_lines(child.stdout.take(), lines.clone());
        pass_on_lines(child.stderr.take(), lines);
        let mut server = Self { child, address: String::new(), ready_after: Duration::ZERO };
        server.address = address_among(&printed)?;
        // The pipes must be read as long as the server writes.
        std::thread::spawn(move || printed.into_iter().for_each(drop));
        loop {
            if matches!(server.get("/readyz", "").await, Ok((200, _))) {
                break;
            }
            ensure!(began.elapsed() < Duration::from_secs(300), "{} was not ready within 300 s", server.address);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.ready_after = began.elapsed();
        Ok(server)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One GET on a connection of its own.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Result<(u16, Vec<u8>)> {
        let mut connection = Connection::open(&self.address).await?;
        let (status, body) = connection.exchange(&http::get(path, token)).await?;
        Ok((status, body.to_vec()))
    }

    /// The text of `/metrics`.
    pub(crate) async fn metrics(&self, token: &str) -> Result<String> {
        let (status, body) = self.get("/metrics", token).await?;
        ensure!(status == 200, "/metrics answered {status}");
        Ok(String::from_utf8(body)?)
    }

    /// How many events a graph of everything counts: all that are part of journeys.
    ///
    /// Straight after a load the folds may still be behind; the server says so, and is asked again.
    pub(crate) async fn events_in_journeys(&self, token: &str) -> Result<u64> {
        let began = Instant::now();
        let (status, body) = loop {
            let (status, body) = self.get("/v1/mining/graph", token).await?;
            if status != 503 || began.elapsed() > FOLDED_WITHIN {
                break (status, body);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        ensure!(status == 200, "/v1/mining/graph answered {status}: {}", String::from_utf8_lossy(&body));
        let graph: Value = serde_json::from_slice(&body)?;
        graph["events"].as_u64().context("the graph says no number of events")
    }

    /// Ends the server with SIGTERM.
    pub(crate) fn stop(mut self) -> Result<()> {
        let status = process::stop(&mut self.child, Signal::TERM)?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `stop`; then both have nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pass_on_lines(pipe: Option<impl Read + Send + 'static>, lines: mpsc::Sender<String>) {
    let Some(pipe) = pipe else { return };
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}

/// The first `127.0.0.1:PORT` that the server prints; the demo builds its world first, so it may take minutes.
fn address_among(printed: &mpsc::Receiver<String>) -> Result<String> {
    let mut all = String::new();
    loop {
        let Ok(line) = printed.recv_timeout(Duration::from_secs(300)) else {
            bail!("the server printed no address; it said:\n{all}");
        };
        for (at, host) in line.match_indices("127.0.0.1:") {
            let port: String = line[at + host.len()..].chars().take_while(char::is_ascii_digit).collect();
            if port.parse::<u16>().is_ok_and(|port| port != 0) {
                return Ok(format!("{host}{port}"));
            }
        }
        all.push_str(&line);
        all.push('\n');
    }
}

/// Runs a command of the program with `--json` and gives back what it printed.
pub(crate) fn command<'a>(workplace: &Workplace, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<Value> {
    let output = Command::new(&workplace.geleit).args(arguments).arg("--json").stdin(Stdio::null()).output()?;
    ensure!(
        output.status.success(),
        "geleit ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("what geleit printed is not JSON")
}

/// A source's write key and an administrator's token for a data directory.
pub(crate) struct Keys {
    pub(crate) write_key: String,
    pub(crate) token: String,
}

impl Keys {
    /// Creates both; the data directory is created with them if it is not there.
    pub(crate) fn create(workplace: &Workplace, data: &Path, source: &str) -> Result<Self> {
        let data = data.as_os_str();
        let plain = |words: [&'static str; 3]| words.map(OsStr::new);
        let mut arguments = plain(["source", "create", "--data"]).to_vec();
        arguments.extend([data, OsStr::new("--name"), OsStr::new(source)]);
        let created = command(workplace, arguments)?;
        let mut arguments = plain(["token", "create", "--data"]).to_vec();
        arguments.extend([data, OsStr::new("--role"), OsStr::new("admin")]);
        let token = command(workplace, arguments)?;
        let text = |value: &Value, field: &str| {
            value[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {value}"))
        };
        Ok(Self { write_key: text(&created, "write_key")?, token: text(&token, "token")? })
    }
}
