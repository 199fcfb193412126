//! Arguments of `geleit evaluate`, `targets`, `effect` and `digest`.

use clap::{Args, ValueEnum};

use super::{Form, Journeys};

#[derive(Args, Debug)]
pub(crate) struct Evaluate {
    /// stated: to the customer's goal, by the register; business: to the business goal; derived: from moods
    #[arg(long, default_value = "stated", value_name = "WORD", help_heading = "The question")]
    pub(crate) importance: String,
    /// Only moods from there: any, reported, inferred, assumed
    #[arg(long, default_value = "reported", value_name = "WORD", help_heading = "The question")]
    pub(crate) origin: String,
    /// Fewer customers with moods there and elsewhere leave derived importance undefined
    #[arg(long, default_value = "20", value_name = "COUNT", help_heading = "The question")]
    pub(crate) least: String,
    /// Touchpoints where fewer customers told a mood are marked and have no rank
    #[arg(long, default_value = "10", value_name = "COUNT", help_heading = "The question")]
    pub(crate) few: String,
    #[command(flatten)]
    pub(crate) journeys: Journeys,
}

#[derive(Args, Debug)]
pub(crate) struct Targets {
    /// The latest periods in the JSON
    #[arg(long, default_value = "26", value_name = "COUNT")]
    pub(crate) periods: String,
    #[command(flatten)]
    pub(crate) form: Form,
}

#[derive(Args, Debug)]
pub(crate) struct Effect {
    /// The solution's name, as in `geleit plans list`
    #[arg(value_name = "SOLUTION")]
    pub(crate) solution: String,
    /// How long to look before and after the day since which it is in place
    #[arg(long, default_value = "90d", value_name = "D")]
    pub(crate) window: String,
    /// Fewer customers, or verdicts, on a side leave a difference undefined
    #[arg(long, default_value = "10", value_name = "COUNT")]
    pub(crate) least: String,
    #[command(flatten)]
    pub(crate) form: Form,
}

#[derive(Args, Debug)]
pub(crate) struct Digest {
    /// Such as 2026-W40 [default: the last whole week with events]
    #[arg(long, value_name = "WEEK")]
    pub(crate) week: Option<String>,
    /// Findings that are told
    #[arg(long, default_value = "3", value_name = "COUNT")]
    pub(crate) most: String,
    /// Of the sentences
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) language: Language,
    #[command(flatten)]
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// German
    De,
    /// English
    En,
}
