use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use super::{count, duration};

/// Tells on stderr how far a long work is: on a terminal one line that changes, else a line now and then.
/// Work that ends within a second says nothing.
#[derive(Debug)]
pub(crate) struct Progress {
    what: String,
    started: Instant,
    said: Option<Instant>,
    every: Duration,
    on_terminal: bool,
}

impl Progress {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let every = if on_terminal { Duration::from_millis(200) } else { Duration::from_secs(10) };
        Self { what: what.into(), started: Instant::now(), said: None, every, on_terminal }
    }

    /// Says where the work is, if it is time to: things done so far, and the share of the whole if it is known.
    pub(crate) fn at(&mut self, done: u64, share: Option<f64>) {
        let last = self.said.unwrap_or(self.started + Duration::from_secs(1) - self.every);
        if Instant::now().saturating_duration_since(last) < self.every
            || self.started.elapsed() < Duration::from_secs(1)
        {
            return;
        }
        self.said = Some(Instant::now());
        let seconds = self.started.elapsed().as_secs_f64();
        let rate = done as f64 / seconds;
        let left = match share {
            Some(share) if share > 0.0 => {
                format!(", {:.0} %, {} left", share * 100.0, duration(seconds / share * (1.0 - share)))
            }
            _ => String::new(),
        };
        self.say(&format!("{}: {}, {}/s{left}", self.what, count(done), count(rate as u64)));
    }

    /// Clears the line that changed.
    pub(crate) fn end(self) {
        if self.said.is_some() && self.on_terminal {
            drop(write!(std::io::stderr().lock(), "\r\x1b[K"));
        }
    }

    fn say(&self, text: &str) {
        let mut out = std::io::stderr().lock();
        // Progress is a courtesy: where it cannot be shown, the work goes on.
        drop(if self.on_terminal {
            write!(out, "\r{text}\x1b[K").and_then(|()| out.flush())
        } else {
            writeln!(out, "{text}")
        });
    }
}
