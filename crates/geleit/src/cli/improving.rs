//! Arguments of the commands about what to improve.

use clap::{Args, ValueEnum};
use model::Progress;

use super::Json;

#[derive(Args, Debug)]
pub(crate) struct Opportunities {
    /// By what they are ranked
    #[arg(long, value_enum, default_value_t = Ranking::ValuePerEffort)]
    pub(crate) by: Ranking,
    /// Weight of worth to customers in the value, 0 to 1; worth to the company has the rest
    #[arg(long, default_value_t = 0.5, value_name = "SHARE")]
    pub(crate) weight: f64,
    /// Only those that have come so far: open, planned, started, done, declined [default: all]
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub(crate) progress: Vec<Progress>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ranking {
    /// Value for each unit of effort
    ValuePerEffort,
    /// Ulwick's opportunity score
    Ulwick,
    /// Importance times what is missing to full satisfaction
    WeightedGap,
}
