//! The binary as people and programs use it: a command that runs to its end, and a server on a free port.

// Each file of tests is a program of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod load;
pub(crate) mod served;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No wait in these tests is longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// `geleit` with arguments, untouched by the settings of whoever runs the tests.
pub(crate) fn geleit<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_geleit"));
    command.args(arguments).stdin(Stdio::null()).env("USER", "ada");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GELEIT_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Both streams and the exit code, with what differs from run to run made plain.
    pub(crate) fn plain(&self, place: &Place) -> String {
        let mut text =
            format!("exit {}\n{}", self.code.map_or_else(|| "by signal".to_owned(), |code| code.to_string()), self.out);
        if !self.err.is_empty() {
            text.push_str("stderr: ");
            text.push_str(&self.err);
        }
        text.replace(&place.root().display().to_string(), "[place]").replace('\u{202f}', " ").trim_end().to_owned()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    Said::of(command.output().unwrap())
}

/// Waits until something holds; fails with what it was when it does not within [`PATIENCE`].
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A folder for one test, with the data directory in it; gone when the test ends.
#[derive(Debug)]
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file, with the folders on the way to it.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs `geleit` in the folder, with its data directory; blanks divide the arguments, except between `'` and `'`.
    pub(crate) fn run(&self, arguments: &str) -> Said {
        let parts = arguments.split('\'').enumerate();
        let words = parts.flat_map(|(number, part)| {
            let quoted = number % 2 == 1;
            if quoted { vec![part] } else { part.split_whitespace().collect() }
        });
        run(geleit(words).arg("--data").arg(self.data()).current_dir(self.root()))
    }

    /// The same, with something on stdin.
    pub(crate) fn run_with(&self, arguments: &str, input: &str) -> Said {
        let mut command = geleit(arguments.split_whitespace());
        command.arg("--data").arg(self.data()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read is refused for another reason, which the test sees.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        Said::of(child.wait_with_output().unwrap())
    }

    /// Runs and expects that it worked.
    pub(crate) fn done(&self, arguments: &str) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(0), "geleit {arguments}: {said:?}");
        said.out
    }

    /// Runs and reads the JSON that it wrote.
    pub(crate) fn json(&self, arguments: &str) -> Value {
        self.run(arguments).json()
    }

    /// The write key of a new source.
    pub(crate) fn write_key(&self, source: &str) -> String {
        self.json(&format!("source create --json --name {source}"))["write_key"].as_str().unwrap().to_owned()
    }

    /// The secret of a new token.
    pub(crate) fn token(&self, role: &str) -> String {
        self.json(&format!("token create --json --role {role}"))["token"].as_str().unwrap().to_owned()
    }

    /// How often each message id stands in the journal, in the words of `geleit export`.
    pub(crate) fn stored(&self) -> BTreeMap<String, u32> {
        let mut stored = BTreeMap::new();
        for line in self.done("export -").lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            *stored.entry(event["message_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        stored
    }

    /// The graph as others compare it: nodes and edges with their counts.
    pub(crate) fn graph(&self) -> (Value, Value) {
        let graph = self.json("mine graph --json");
        (graph["nodes"].clone(), graph["edges"].clone())
    }

    /// Fails unless a replay of the journal gives everything that is kept.
    pub(crate) fn assert_replay_equals_live(&self) {
        let verified = self.json("verify --json");
        assert_eq!((&verified["ok"], verified["differences"].as_u64()), (&Value::Bool(true), Some(0)), "{verified}");
    }

    pub(crate) fn log_file(&self) -> File {
        File::options().create(true).append(true).open(self.root().join("server.log")).unwrap()
    }

    /// What servers of this place have written to stderr so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.root().join("server.log")).unwrap()
    }
}
