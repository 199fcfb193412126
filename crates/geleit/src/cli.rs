//! The command line as people type it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Settings;

mod evaluation;
mod improving;
mod mining;
mod people;
mod users;

pub(crate) use evaluation::{Digest, Effect, Evaluate, Language, Targets};
pub(crate) use improving::{Opportunities, Ranking};
pub(crate) use mining::{Conform, DraftMap, Form, Journeys, Mine, Question, Which};
pub(crate) use people::{Both, Explain, Hmac, Link, Match};
pub(crate) use users::{User, UserAction};

/// Customer journeys, recorded on every channel and held against the plan.
#[derive(Parser, Debug)]
#[command(
    name = "geleit",
    version,
    about = "Customer journeys, recorded on every channel and held against the plan",
    max_term_width = 110,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    /// A configuration file (TOML); environment variables and flags go over it
    #[arg(long, global = true, env = "GELEIT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Serve a data directory: the doors, the answers
    #[command(after_help = "Example: geleit serve --data ./data --listen 127.0.0.1:8088")]
    Serve(Serve),
    /// Show a demo world, or a log of your own, in a temporary data directory
    #[command(
        after_help = "Example: geleit demo --customers 5000\n         geleit demo my-log.csv --customer client --touchpoint page --time at"
    )]
    Demo(Demo),
    /// Read events from files: CSV, JSON lines, Parquet, XES, OCEL, CloudEvents, XLSX
    #[command(
        after_help = "Example: geleit import orders.csv --data ./data --customer customer_id --touchpoint step --time at"
    )]
    Import(Import),
    /// Find the records of one person in an export of a CRM, of tills, of anything without a common id
    #[command(
        after_help = "Example: geleit link customers.csv --out clusters.csv --review review.csv\n         geleit link customers.csv --explain 4711,1337"
    )]
    Link(Link),
    /// Ask about lived journeys
    #[command(
        after_help = "Example: geleit mine graph --data ./data --journey gap:30m\n         geleit mine funnel --steps product,cart,checkout --window 7d --compare \"did channel = app\"\nFilters (--only, --where, --compare) are described in docs/filters.md, the figures in docs/semantics.md."
    )]
    Mine(Mine),
    /// Hold lived journeys against a map
    #[command(
        after_help = "Example: geleit conform bike-purchase --data ./data\n         geleit conform bike-purchase --data ./data --by month\n         geleit conform bike-purchase --data ./data --compare \"did channel = app\" --json\nThe figures are described in docs/conformance.md."
    )]
    Conform(Conform),
    /// Draw a first map from lived journeys, as a plan's file
    #[command(
        after_help = "Example: geleit draft --data ./data --where \"did order\" --title \"How people buy\" --out plans/map/lived.toml\n         geleit plans apply ./plans --data ./data"
    )]
    Draft(DraftMap),
    /// Importance and satisfaction of touchpoints, and what to repair first
    #[command(
        after_help = "Example: geleit evaluate --data ./data\n         geleit evaluate --data ./data --importance derived --from 2026-07-01 --json\nThe figures are described in docs/evaluation.md."
    )]
    Evaluate(Evaluate),
    /// Targets: their latest figures, and which alarms are on
    #[command(after_help = "Example: geleit targets --data ./data\nAlarms are described in docs/evaluation.md.")]
    Targets(Targets),
    /// Before and after a solution was put in place
    #[command(
        after_help = "Example: geleit effect say-new-date --data ./data --window 60d\nThe figures are described in docs/evaluation.md."
    )]
    Effect(Effect),
    /// What stands out in a week, in plain words
    #[command(
        after_help = "Example: geleit digest --data ./data\n         geleit digest --data ./data --week 2026-W40 --language de\nWhat is looked at is described in docs/evaluation.md."
    )]
    Digest(Digest),
    /// Write a world with known truth: events as the doors see them, and the truth beside them
    #[command(after_help = "Example: geleit simulate --customers 1000 --seed 7 --out ./world")]
    Simulate(Simulate),
    /// Register senders of events and their write keys
    #[command(after_help = "Example: geleit source create --data ./data --name web-shop --json")]
    Source(Source),
    /// Make and revoke tokens for those who read
    #[command(after_help = "Example: geleit token create --data ./data --role analyst --json")]
    Token(Token),
    /// People who log in to the web app: add them, change their password, keep them out
    #[command(after_help = "Example: geleit user create ada --role analyst --data ./data")]
    User(User),
    /// Plans as readable files: touchpoints, mapping rules, identity rules, journeys, segments, the linkage model
    #[command(
        after_help = "Example: geleit plans export ./plans --data ./data\n         geleit plans apply ./plans --data ./data --note \"map the new checkout\""
    )]
    Plans(Plans),
    /// Which known customers somebody could be
    #[command(
        after_help = "Example: geleit match given_name=Käthe surname=Tannfeld birth_date=1954-04-15 --data ./data"
    )]
    Match(Match),
    /// Say that two identifiers are one person
    #[command(
        after_help = "Example: geleit merge email:ada@example.org loyalty_card:4711 --data ./data --note \"asked her\""
    )]
    Merge(Both),
    /// Say that two identifiers are two people, for good
    #[command(after_help = "Example: geleit unmerge user_id:ada user_id:bob --data ./data --note \"a shared tablet\"")]
    Unmerge(Both),
    /// Why two identifiers are one person, or why not
    #[command(after_help = "Example: geleit explain anonymous_id:cookie-1 email:ada@example.org --data ./data")]
    Explain(Explain),
    /// Joins that a rule refused
    #[command(after_help = "Example: geleit refusals --data ./data")]
    Refusals(Listing),
    /// The keyed hash under which an identifier can be looked up without saying it
    #[command(after_help = "Example: geleit hmac email:ada@example.org --data ./data")]
    Hmac(Hmac),
    /// What could not be read: list it, repair it, replay it
    #[command(after_help = "Example: geleit quarantine list --data ./data")]
    Quarantine(Quarantine),
    /// Touchpoints that nobody registered, found in the data
    #[command(after_help = "Example: geleit touchpoints --data ./data")]
    Touchpoints(Listing),
    /// What could be better, ranked: opportunities by value and effort, by importance and satisfaction
    #[command(
        after_help = "Example: geleit opportunities --data ./data\n         geleit opportunities --data ./data --by ulwick --progress open,planned --json\nThe figures are described in docs/improving.md."
    )]
    Opportunities(Opportunities),
    /// Replay the journal and compare with everything folded from it
    #[command(after_help = "Example: geleit verify --data ./data --json")]
    Verify(Json),
    /// Look whether a data directory is well
    #[command(after_help = "Example: geleit doctor --data ./data")]
    Doctor(Json),
    /// Copy journal and plans into a new directory, also while a server runs
    #[command(after_help = "Example: geleit backup ./backup-2026-11-22 --data ./data")]
    Backup(Backup),
    /// Make a data directory from a backup
    #[command(after_help = "Example: geleit restore ./backup-2026-11-22 --data ./data")]
    Restore(Restore),
    /// Write all events as JSON lines, or lived journeys as an event log, to be read by anything, `import` included
    #[command(
        after_help = "Example: geleit export events.jsonl --data ./data\n         geleit export journeys.xes --format xes --journey gap:30m --where \"did order\" --data ./data\n         geleit export journeys.jsonocel --format ocel --journey case:order_id --data ./data\nWhat stands in the logs is described in docs/formats.md."
    )]
    Export(Export),
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Args, Debug)]
pub(crate) struct Json {
    /// For machines: one JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Address and port; port 0 takes a free one
    #[arg(long, env = "GELEIT_LISTEN", value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// A proxy in front ends TLS and sets X-Forwarded-Host and -Proto
    #[arg(long, env = "GELEIT_BEHIND_PROXY", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) behind_proxy: Option<bool>,
    /// Let everybody read /metrics
    #[arg(long, env = "GELEIT_METRICS_OPEN", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    pub(crate) metrics_open: Option<bool>,
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// A log of your own in the place of the demo world
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// People in the demo world
    #[arg(long, default_value_t = 5_000, value_name = "N")]
    pub(crate) customers: u32,
    /// The same seed makes the same world
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Address and port; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8088", value_name = "ADDR:PORT")]
    pub(crate) listen: String,
    /// Show the picture and end, without serving
    #[arg(long)]
    pub(crate) no_serve: bool,
}

/// How files are read.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Reading {
    /// csv, jsonl, parquet, xes, ocel, cloudevents or xlsx; guessed if not given
    #[arg(long, help_heading = "Reading")]
    pub(crate) format: Option<String>,
    /// Column (or OCEL object type) that says who
    #[arg(long, value_name = "COL", help_heading = "Reading")]
    pub(crate) customer: Option<String>,
    /// What the customer column holds: user_id, loyalty_card, email, ...
    #[arg(long, value_name = "KIND", help_heading = "Reading")]
    pub(crate) customer_kind: Option<String>,
    /// Column that says what happened
    #[arg(long, value_name = "COL", help_heading = "Reading")]
    pub(crate) touchpoint: Option<String>,
    /// Column that says when; DATE+TIME joins two
    #[arg(long, value_name = "COL", help_heading = "Reading")]
    pub(crate) time: Option<String>,
    /// Column that says how
    #[arg(long, value_name = "COL", help_heading = "Reading")]
    pub(crate) channel: Option<String>,
    /// Further columns that say who, as KIND=COL
    #[arg(long, value_name = "KIND=COL", help_heading = "Reading")]
    pub(crate) identifier: Vec<String>,
    /// Zone of plain local times, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Reading")]
    pub(crate) time_zone: Option<String>,
    /// How times are written where that is not clear: iso, day_first, month_first, seconds, millis, micros, nanos
    #[arg(long, value_name = "FORMAT", help_heading = "Reading")]
    pub(crate) time_format: Option<String>,
    /// CSV: the character between fields, or "tab"
    #[arg(long, value_name = "CHAR", help_heading = "Reading")]
    pub(crate) delimiter: Option<String>,
    /// CSV: utf-8, windows-1252, utf-16le, ...
    #[arg(long, help_heading = "Reading")]
    pub(crate) encoding: Option<String>,
    /// CSV: numbers are written 12,50
    #[arg(long, help_heading = "Reading")]
    pub(crate) decimal_comma: bool,
    /// Name under which the events are filed
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(crate) source: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Import {
    /// The files, compressed (.gz) or not
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Show what would happen and store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// For machines: one JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Simulate {
    /// People in the world
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    pub(crate) customers: u32,
    /// The same seed makes the same world
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Folder to write into
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Events of all people in the order of time, not cohort after cohort of 4,096 people; takes about 4 KB of memory a person
    #[arg(long)]
    pub(crate) in_order: bool,
    /// The same people in a world that lacks a medium: poster, friend, advertisement, retargeting, newsletter or cart-reminder
    #[arg(long, value_name = "MEDIUM")]
    pub(crate) without: Option<sim::Medium>,
    /// Only a part of the world, without the lives that the rest is made of
    #[arg(long, value_enum)]
    pub(crate) only: Option<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// The offline registers, registers/records.csv, and whose each record is
    Registers,
}

#[derive(Args, Debug)]
pub(crate) struct Source {
    #[command(subcommand)]
    pub(crate) action: SourceAction,
}

#[derive(Subcommand, Debug)]
pub(crate) enum SourceAction {
    /// Register a source and show its write key, once
    Create {
        /// What events from it are filed under
        #[arg(long)]
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Give a source a new write key; the old one is void at once
    Rotate {
        /// The source
        #[arg(long)]
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// List the sources
    List(Json),
}

#[derive(Args, Debug)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) action: TokenAction,
}

#[derive(Subcommand, Debug)]
pub(crate) enum TokenAction {
    /// Make a token and show it, once
    Create {
        /// admin, manager, service, marketer, analyst or privacy
        #[arg(long)]
        role: String,
        /// What it is for
        #[arg(long, default_value = "")]
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Void a token
    Revoke {
        /// Its number, as `token list` shows it
        id: u64,
    },
    /// List the tokens
    List(Json),
}

#[derive(Args, Debug)]
pub(crate) struct Plans {
    #[command(subcommand)]
    pub(crate) action: PlansAction,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PlansAction {
    /// Write all plans as TOML files; or, with --format, one map or the register for other programs
    #[command(
        after_help = "Example: geleit plans export ./plans --data ./data\n         geleit plans export --format mermaid map/bike-purchase --out purchase.mmd --data ./data\n         geleit plans export --format xlsx touchpoints --out touchpoints.xlsx --data ./data\nWhat each format holds is described in docs/formats.md."
    )]
    Export {
        /// Folder to write into; with --format, map/NAME or touchpoints
        #[arg(value_name = "DIR|PLAN")]
        what: String,
        /// cjml, mermaid, flowchart, csv, xlsx, ujg, bpmn, markdown or toml; of touchpoints csv or xlsx
        #[arg(long)]
        format: Option<String>,
        /// A file for the plan instead of stdout
        #[arg(long, value_name = "FILE", requires = "format")]
        out: Option<PathBuf>,
    },
    /// Take over a map, or the register of touchpoints, from a file of other programs
    #[command(
        after_help = "Example: geleit plans import purchase.mmd --as map/bike-purchase --dry-run --data ./data\n         geleit plans import journey.cjml --as map/clinic --note \"as drawn with the ward\" --data ./data\n         geleit plans import touchpoints.csv --data ./data\nWhat comes over is described in docs/formats.md."
    )]
    Import(ImportPlan),
    /// Take over plans from TOML files; what has not changed stays as it is
    Apply {
        /// Folder to read
        dir: PathBuf,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
        /// Who [default: the name of the user]
        #[arg(long)]
        author: Option<String>,
        /// Remove plans that have no file
        #[arg(long)]
        prune: bool,
        /// Only say what would change, and try the mapping rules on the stored events
        #[arg(long)]
        dry_run: bool,
    },
    /// List all plans
    List(Json),
    /// All versions of one plan
    History {
        /// KIND/NAME, such as touchpoint/till
        plan: String,
        #[command(flatten)]
        json: Json,
    },
    /// What changed between two versions of one plan
    Compare {
        /// KIND/NAME, such as mapping/default
        plan: String,
        /// The earlier version [default: the one before the last]
        #[arg(long)]
        from: Option<u32>,
        /// The later version [default: the last]
        #[arg(long)]
        to: Option<u32>,
    },
    /// Make an old version the current one, as a new version
    Restore {
        /// KIND/NAME, such as mapping/default
        plan: String,
        /// The version to restore
        #[arg(long)]
        version: u32,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
        /// Who [default: the name of the user]
        #[arg(long)]
        author: Option<String>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ImportPlan {
    /// The file
    pub(crate) file: PathBuf,
    /// What it becomes: map/NAME; without it the file is a table of touchpoints
    #[arg(long = "as", value_name = "PLAN")]
    pub(crate) plan: Option<String>,
    /// cjml, mermaid, csv, xlsx or toml; by the file's name if not given
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// Why
    #[arg(long, default_value = "")]
    pub(crate) note: String,
    /// Who [default: the name of the user]
    #[arg(long)]
    pub(crate) author: Option<String>,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// For machines: one JSON document on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Quarantine {
    #[command(subcommand)]
    pub(crate) action: QuarantineAction,
}

#[derive(Subcommand, Debug)]
pub(crate) enum QuarantineAction {
    /// Counts, and the newest items
    List {
        /// open, repaired or discarded
        #[arg(long, default_value = "open")]
        state: String,
        /// Only this sort of fault
        #[arg(long)]
        code: Option<String>,
        /// Only this source
        #[arg(long)]
        source: Option<String>,
        /// How many to list
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        json: Json,
    },
    /// One item, whole
    Show {
        /// Its number
        id: u64,
    },
    /// Read items again: one with an edited payload, or all that match with a rule
    Repair {
        /// Number of one item; without it, all open items that --code and --source let pass
        id: Option<u64>,
        /// The payload in place of the item's own; - reads it from stdin
        #[arg(long, value_name = "JSON")]
        payload: Option<String>,
        /// RFC 6902 patch for every payload, such as '[{"op":"move","from":"/evnt","path":"/event"}]'
        #[arg(long, value_name = "JSON")]
        patch: Option<String>,
        /// Only this sort of fault
        #[arg(long)]
        code: Option<String>,
        /// Only this source
        #[arg(long)]
        source: Option<String>,
        /// Only say what would happen
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Mark an item as of no use
    Discard {
        /// Its number
        id: u64,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Listing {
    /// How many to list
    #[arg(long, default_value_t = 30)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// A folder that is not there yet
    pub(crate) to: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The backup
    pub(crate) from: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    /// File to write; - for stdout
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// jsonl: every event as it came; ocel, xes: lived journeys for process mining
    #[arg(long, default_value = "jsonl")]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) which: Which,
}
