//! A server of its own process, ended when it goes out of scope.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{PATIENCE, Place, geleit, until};

/// `geleit serve` on a free port.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    /// `http://ADDRESS:PORT`
    pub(crate) base: String,
    /// What it writes to stdout.
    lines: mpsc::Receiver<String>,
    agent: ureq::Agent,
}

impl Served {
    /// Starts a server and waits until it says where it listens. Blanks divide further arguments.
    pub(crate) fn start(place: &Place, arguments: &str) -> Self {
        Self::opening(place, arguments).listening().unwrap_or_else(|| panic!("no server came up:\n{}", place.log()))
    }

    /// Starts a server and does not wait.
    pub(crate) fn opening(place: &Place, arguments: &str) -> Opening {
        let listen = if arguments.contains("--listen") { "" } else { " --listen 127.0.0.1:0" };
        let mut command = geleit(format!("serve {arguments}{listen}").split_whitespace());
        Self::spawned(place, command.arg("--data").arg(place.data()))
    }

    /// Starts a demo on a free port and does not wait.
    pub(crate) fn opening_demo(place: &Place, arguments: &str) -> Opening {
        Self::spawned(place, &mut geleit(format!("demo --listen 127.0.0.1:0 {arguments}").split_whitespace()))
    }

    fn spawned(place: &Place, command: &mut Command) -> Opening {
        let mut child = command.stdout(Stdio::piped()).stderr(place.log_file()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, receiver) = mpsc::channel();
        // On a thread of its own, so that a server that says nothing does not hold up the test for ever. It reads on when
        // nobody listens any more, as a terminal does.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        Opening(Self { child, base: String::new(), lines: receiver, agent: agent() })
    }

    /// The next line that it writes to stdout; `None` if it ended.
    pub(crate) fn next_line(&self) -> Option<String> {
        self.lines.recv_timeout(PATIENCE).ok()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens, without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Kills it as a loss of power would, as far as a process can tell.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn ask_to_stop(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> ExitStatus {
        until("the server ends", || self.child.try_wait().unwrap())
    }

    /// Asks it to stop and expects that it does so cleanly.
    pub(crate) fn stop(self) {
        self.ask_to_stop();
        let status = self.ended();
        assert_eq!(status.code(), Some(0), "the server ended with {status}");
    }

    /// Highest resident memory so far, in bytes, as Linux counts it.
    pub(crate) fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux counts resident memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub(crate) fn get(&self, token: &str, path: &str) -> (u16, Value) {
        let request = self.agent.get(format!("{}{path}", self.base)).header("authorization", format!("Bearer {token}"));
        let mut response = request.call().unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The value of a metric that stands once on the page.
    pub(crate) fn metric(&self, token: &str, name: &str) -> f64 {
        let (status, page) = self.get(token, "/metrics");
        assert_eq!(status, 200, "{page}");
        let page = page.as_str().unwrap().to_owned();
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("no {name} in\n{page}")).parse().unwrap()
    }

    /// Waits until everything journalled before the start is folded.
    pub(crate) fn until_ready(&self) {
        until("the server is ready", || (self.get("", "/readyz").0 == 200).then_some(()));
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A server that has not yet said where it listens.
#[derive(Debug)]
pub(crate) struct Opening(Served);

impl Opening {
    /// The next line that it writes, before it says where it listens.
    pub(crate) fn next_line(&self) -> Option<String> {
        self.0.next_line()
    }

    /// Waits for the address; `None` if it ended without one.
    pub(crate) fn listening(mut self) -> Option<Served> {
        while !self.0.base.starts_with("http") {
            let line = self.0.next_line()?;
            self.0.base = line.split_once("listens at ").map(|(_, base)| base.to_owned()).unwrap_or_default();
        }
        Some(self.0)
    }

    pub(crate) fn kill(self) {
        self.0.kill();
    }

    pub(crate) fn ended(self) -> ExitStatus {
        self.0.ended()
    }
}

/// A client that gives every answer back, whatever its status.
pub(crate) fn agent() -> ureq::Agent {
    let config =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(20)));
    config.build().into()
}
