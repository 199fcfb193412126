//! Settings: a file, over it the environment, over both the flags.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Deserialize;

use crate::usage::WrongUsage;

/// Where `serve` listens unless told otherwise.
const LISTEN: &str = "127.0.0.1:8088";

/// Settings as flags and environment variables; the file has the same names with underscores.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The data directory
    #[arg(long, global = true, env = "GELEIT_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How long message ids are remembered at least, for example 72h or 14d
    #[arg(long, global = true, env = "GELEIT_DEDUP_WINDOW", value_name = "DURATION", help_heading = "Tuning")]
    pub(crate) dedup_window: Option<String>,
    /// Requests that may wait for the disk, in MiB
    #[arg(long, global = true, env = "GELEIT_QUEUE_MIB", value_name = "MIB", help_heading = "Tuning")]
    pub(crate) queue_mib: Option<usize>,
    /// Fresh events held in memory before they become columns, in MiB
    #[arg(long, global = true, env = "GELEIT_TAIL_MIB", value_name = "MIB", help_heading = "Tuning")]
    pub(crate) tail_mib: Option<usize>,
    /// Memory for the columns that mining reads, for example 2GB or 500MB; what is over is read again from disk
    #[arg(long, global = true, env = "GELEIT_MINING_MEMORY", value_name = "BYTES", help_heading = "Tuning")]
    pub(crate) mining_memory: Option<String>,
    /// Threads that share a question about journeys; as many as the machine has if not given
    #[arg(long, global = true, env = "GELEIT_MINING_THREADS", value_name = "N", help_heading = "Tuning")]
    pub(crate) mining_threads: Option<std::num::NonZeroUsize>,
    /// Most bytes of a file sent to be imported in the browser, for example 4GB
    #[arg(long, global = true, env = "GELEIT_MAX_UPLOAD", value_name = "BYTES", help_heading = "Tuning")]
    pub(crate) max_upload: Option<String>,
    /// What is logged: error, warn, info, debug, or a filter such as engine=debug,info
    #[arg(long, global = true, env = "GELEIT_LOG", value_name = "FILTER", help_heading = "Logging")]
    pub(crate) log: Option<String>,
    /// How it is logged: text or json
    #[arg(long, global = true, env = "GELEIT_LOG_FORMAT", value_name = "FORMAT", help_heading = "Logging")]
    pub(crate) log_format: Option<LogFormat>,
    /// Address and port to listen at
    #[arg(skip)]
    pub(crate) listen: Option<String>,
    /// A proxy in front ends TLS and sets X-Forwarded-Host and -Proto
    #[arg(skip)]
    pub(crate) behind_proxy: Option<bool>,
    /// Let everybody read /metrics
    #[arg(skip)]
    pub(crate) metrics_open: Option<bool>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    data: Option<PathBuf>,
    pub(crate) engine: engine::Options,
    pub(crate) max_upload_bytes: u64,
    log: Option<String>,
    log_format: LogFormat,
    pub(crate) listen: String,
    pub(crate) behind_proxy: bool,
    pub(crate) metrics_open: bool,
}

impl Config {
    /// Reads the file, if there is one, and lays environment and flags over it.
    pub(crate) fn load(file: Option<&Path>, over: &Settings) -> anyhow::Result<Self> {
        let under = match file {
            None => Settings::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
                // The parser's message shows the line and points at the place.
                toml::from_str(&text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?
            }
        };
        let defaults = engine::Options::default();
        let dedup_window_s = read(dedup_window_s, &over.dedup_window, &under.dedup_window, file)?;
        let mining_bytes = read(mining_bytes, &over.mining_memory, &under.mining_memory, file)?;
        let max_upload_bytes = read(max_upload_bytes, &over.max_upload, &under.max_upload, file)?;
        let mib = |over: Option<usize>, under: Option<usize>, default: usize| {
            over.or(under).map_or(default, |mib| mib.clamp(1, 1 << 16) << 20)
        };
        Ok(Self {
            data: over.data.clone().or(under.data),
            engine: engine::Options {
                dedup_window_s: dedup_window_s.unwrap_or(defaults.dedup_window_s),
                mining_bytes: mining_bytes.unwrap_or(defaults.mining_bytes),
                mining_threads: over.mining_threads.or(under.mining_threads),
                queue_bytes: mib(over.queue_mib, under.queue_mib, defaults.queue_bytes),
                tail_bytes: mib(over.tail_mib, under.tail_mib, defaults.tail_bytes),
                ..defaults
            },
            max_upload_bytes: max_upload_bytes.unwrap_or(api::Settings::default().max_upload_bytes),
            log: over.log.clone().or(under.log),
            log_format: over.log_format.or(under.log_format).unwrap_or(LogFormat::Text),
            listen: under.listen.unwrap_or_else(|| LISTEN.to_owned()),
            behind_proxy: under.behind_proxy.unwrap_or(false),
            metrics_open: under.metrics_open.unwrap_or(false),
        })
    }

    /// The data directory's path; an error if none was given.
    pub(crate) fn data(&self) -> anyhow::Result<&Path> {
        let missing = "which data directory? Give --data DIR, GELEIT_DATA, or data = \"DIR\" in the configuration file";
        self.data.as_deref().ok_or_else(|| WrongUsage(missing.to_owned()).into())
    }

    /// Begins logging to stderr.
    pub(crate) fn start_logging(&self) -> anyhow::Result<()> {
        self.log_with(self.log.as_deref().unwrap_or("info"))
    }

    /// Begins logging to stderr, where other things are to be read: warnings only, unless somebody asked for more.
    pub(crate) fn start_quietly(&self) -> anyhow::Result<()> {
        self.log_with(self.log.as_deref().unwrap_or("warn"))
    }

    fn log_with(&self, filter: &str) -> anyhow::Result<()> {
        let filter = tracing_subscriber::EnvFilter::try_new(filter)
            .map_err(|error| WrongUsage(format!("log: {filter:?}: {error}")))?;
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        match self.log_format {
            LogFormat::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
            LogFormat::Json => lines.json().init(),
        }
        Ok(())
    }
}

/// A setting with a unit: a fault in a flag or a variable is wrong usage, one in the file names the file.
fn read<T>(
    parse: impl Fn(&str) -> Result<T, String>,
    over: &Option<String>,
    under: &Option<String>,
    file: Option<&Path>,
) -> anyhow::Result<Option<T>> {
    match (over, under) {
        (Some(text), _) => Ok(Some(parse(text).map_err(WrongUsage)?)),
        (None, Some(text)) => parse(text).map(Some).map_err(|fault| {
            let file = file.unwrap_or(Path::new("the configuration file"));
            anyhow::anyhow!("{}: {fault}", file.display())
        }),
        (None, None) => Ok(None),
    }
}

fn mining_bytes(text: &str) -> Result<usize, String> {
    let bytes = model::parse_bytes(text).map_err(|error| error.within("mining_memory").to_string())?;
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

fn max_upload_bytes(text: &str) -> Result<u64, String> {
    model::parse_bytes(text).map_err(|error| error.within("max_upload").to_string())
}

fn dedup_window_s(text: &str) -> Result<u64, String> {
    let seconds = model::parse_duration_s(text).map_err(|error| error.within("dedup_window").to_string())?;
    if seconds < 60.0 {
        return Err(format!("dedup_window: {text:?} is shorter than a minute: retries would be stored twice"));
    }
    Ok(seconds as u64)
}
