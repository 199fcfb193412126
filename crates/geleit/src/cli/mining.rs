//! `geleit mine`: a subcommand for each question that crate `mining` knows, with its settings as flags; beside them
//! `again` and `live`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Subcommand};
use mining::{QUESTIONS, Setting};

#[derive(Args, Debug)]
pub(crate) struct Mine {
    #[command(subcommand)]
    pub(crate) question: Question,
}

#[derive(Args, Debug)]
pub(crate) struct Conform {
    /// The map's name, as in `geleit plans list`
    #[arg(value_name = "MAP")]
    pub(crate) map: String,
    /// Group by group: week, month, channel or persona
    #[arg(long, value_name = "WHAT")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) journeys: Journeys,
}

#[derive(Args, Debug)]
pub(crate) struct DraftMap {
    /// The map's title
    #[arg(long, default_value = "As it is lived")]
    pub(crate) title: String,
    /// Most steps
    #[arg(long, value_name = "COUNT", default_value_t = 12, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) steps: u8,
    #[command(flatten)]
    pub(crate) journeys: Journeys,
}

/// A question as it was typed.
#[derive(Debug)]
pub(crate) enum Question {
    /// One of those that are known, with its settings.
    Asked { name: String, settings: BTreeMap<String, String>, journeys: Box<Journeys> },
    /// The one that a recipe stands for.
    Again { recipe: PathBuf, form: Form },
    /// The graph of a window that ends now.
    Live { window: String, form: Form },
}

/// Which journeys are meant.
#[derive(Args, Debug)]
pub(crate) struct Which {
    /// Where a journey begins and ends: whole, gap:30m, start:a,b, end:c, start:a;end:c, case:PROPERTY, or a planned name
    #[arg(long, value_name = "RULE", help_heading = "Which journeys")]
    pub(crate) journey: Option<String>,
    /// Only events from this moment on: 2026-11-22 or 2026-11-22T10:00:00Z
    #[arg(long, value_name = "T", help_heading = "Which journeys")]
    pub(crate) from: Option<String>,
    /// Only events before this moment
    #[arg(long, value_name = "T", help_heading = "Which journeys")]
    pub(crate) to: Option<String>,
    /// Only these events count, such as: channel = web and not newsletter
    #[arg(long, value_name = "FILTER", help_heading = "Which journeys")]
    pub(crate) only: Option<String>,
    /// Only these journeys are looked at, such as: did cart before order within 7d
    #[arg(long = "where", value_name = "FILTER", help_heading = "Which journeys")]
    pub(crate) wanted: Option<String>,
    /// A saved segment; what it says holds beside the other flags
    #[arg(long, value_name = "NAME", help_heading = "Which journeys")]
    pub(crate) segment: Option<String>,
}

/// Which journeys a question is about, and how it is answered.
#[derive(Args, Debug)]
pub(crate) struct Journeys {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Compare these journeys with others, such as: customer.country = DE
    #[arg(long, value_name = "FILTER", help_heading = "Which journeys")]
    pub(crate) compare: Option<String>,
    /// The others; all that --compare does not choose if not given
    #[arg(long, value_name = "FILTER", requires = "compare", help_heading = "Which journeys")]
    pub(crate) against: Option<String>,
    /// End with an error after so long, such as 10s
    #[arg(long, value_name = "D", help_heading = "Limits")]
    pub(crate) time_limit: Option<String>,
    /// End with an error where what is counted takes more memory, such as 500MB
    #[arg(long, value_name = "BYTES", help_heading = "Limits")]
    pub(crate) memory_limit: Option<String>,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// How the answer is written.
#[derive(Args, Clone, Debug)]
pub(crate) struct Form {
    /// For machines: one JSON document on stdout
    #[arg(long, conflicts_with = "format", help_heading = "The answer")]
    pub(crate) json: bool,
    /// json, csv, parquet, dot or mermaid instead of tables for people
    #[arg(long, value_name = "FORMAT", help_heading = "The answer")]
    pub(crate) format: Option<String>,
    /// Which table, for csv and parquet; the first if not given
    #[arg(long, value_name = "NAME", requires = "format", help_heading = "The answer")]
    pub(crate) table: Option<String>,
    /// How many edges dot and mermaid draw; the others are summed up
    #[arg(long, value_name = "N", default_value_t = 50, help_heading = "The answer")]
    pub(crate) draw: usize,
    /// A file for the answer instead of stdout
    #[arg(long, value_name = "FILE", help_heading = "The answer")]
    pub(crate) out: Option<PathBuf>,
}

const AGAIN: &str = "again";
const LIVE: &str = "live";

fn flag(setting: &'static Setting) -> Arg {
    let words = setting.form.contains('|');
    let help =
        if words { format!("{} ({})", setting.what, setting.form.replace('|', ", ")) } else { setting.what.to_owned() };
    let value = if words { "WORD" } else { setting.form };
    let arg = Arg::new(setting.name).long(setting.name).value_name(value).help(help);
    let arg = arg.required(setting.required).help_heading("The question");
    match setting.default {
        Some(default) => arg.default_value(default),
        None => arg,
    }
}

impl Subcommand for Question {
    fn augment_subcommands(command: Command) -> Command {
        let of_question = QUESTIONS.iter().map(|known| {
            let asked = Command::new(known.name).args(known.settings.iter().map(flag));
            Journeys::augment_args(asked).about(known.what).long_about(None::<&str>)
        });
        let recipe = Arg::new("recipe").required(true).value_name("FILE");
        let again = Command::new(AGAIN).arg(recipe.help("An answer as JSON, or its recipe; - for stdin"));
        let again = Form::augment_args(again).about("Answer again what a recipe stands for, from the same events");
        let command = command.subcommand_required(true).arg_required_else_help(true);
        let window = Arg::new("window").long("window").value_name("D").default_value("1h");
        let live =
            Command::new(LIVE).arg(window.help("How far back from now, from 1s to 7d").help_heading("The question"));
        let live = Form::augment_args(live).about("The graph of the last hour or day");
        let command = command.subcommands(of_question).subcommand(again.long_about(None::<&str>));
        command.subcommand(live.long_about(None::<&str>))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        [AGAIN, LIVE].contains(&name) || QUESTIONS.iter().any(|known| known.name == name)
    }
}

impl FromArgMatches for Question {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        if name == AGAIN {
            let recipe = matches.get_one::<String>("recipe").ok_or_else(missing)?;
            return Ok(Self::Again { recipe: recipe.into(), form: Form::from_arg_matches(matches)? });
        }
        if name == LIVE {
            let window = matches.get_one::<String>("window").ok_or_else(missing)?;
            return Ok(Self::Live { window: window.clone(), form: Form::from_arg_matches(matches)? });
        }
        let known = QUESTIONS.iter().find(|known| known.name == name).ok_or_else(missing)?;
        let given = known
            .settings
            .iter()
            .filter_map(|setting| Some((setting.name.to_owned(), matches.get_one::<String>(setting.name)?.clone())));
        let journeys = Box::new(Journeys::from_arg_matches(matches)?);
        Ok(Self::Asked { name: name.to_owned(), settings: given.collect(), journeys })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
