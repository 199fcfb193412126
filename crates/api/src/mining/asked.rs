//! The parameters of questions about journeys.

use std::collections::BTreeMap;
use std::time::Duration;

use engine::{MiningLimits, MiningQuery, MiningQuestion};
use model::{Invalid, Timestamp, parse_duration_s};
use serde::Deserialize;
use serde_json::json;

use crate::openapi::{Operation, text};

/// Parameters that every question takes: name, form, meaning.
pub(crate) const ABOUT_JOURNEYS: [(&str, &str, &str); 10] = [
    (
        "journey",
        "Such as `whole`, `gap:30m`, `start:a;end:b`, `case:order_id`, or a planned one's name",
        "Where a journey begins and ends; `whole` if not given",
    ),
    ("from", "RFC 3339", "First moment"),
    ("to", "RFC 3339", "First moment after"),
    ("only", "Such as `channel = web`; see docs/filters.md", "Which events count"),
    ("where", "Such as `did checkout and events >= 3`; see docs/filters.md", "Which journeys are looked at"),
    ("segment", "A name", "A saved segment; what it says holds beside the other parameters"),
    (
        "compare",
        "As `where`",
        "The first of two groups of journeys to be compared; the answer is of the form Comparison",
    ),
    ("against", "As `where`", "The second group; all other journeys if not given"),
    ("time_limit", "Such as `10s`", "The question ends with an error where it takes longer; 60 s if not given"),
    ("memory_limit", "Such as `500MB`", "The same for the memory of what is counted; 2 GB if not given"),
];

/// How long a question may take where it does not say.
const TIME: Duration = Duration::from_secs(60);
/// How much memory it may take where it does not say.
const BYTES: usize = 2_000_000_000;

pub(super) fn described(operation: Operation) -> Operation {
    described_without(operation, &[])
}

/// Without some of the common parameters.
pub(super) fn described_without(operation: Operation, left_out: &[&str]) -> Operation {
    described_if(operation, |name| !left_out.contains(&name))
}

/// With some of the common parameters only.
pub(super) fn described_only(operation: Operation, names: &[&str]) -> Operation {
    described_if(operation, |name| names.contains(&name))
}

fn described_if(operation: Operation, takes: impl Fn(&str) -> bool) -> Operation {
    let taken = ABOUT_JOURNEYS.iter().filter(|(name, ..)| takes(name));
    taken.fold(operation, |operation, (name, form, meaning)| {
        let schema = if matches!(*name, "from" | "to") {
            json!({ "type": "string", "format": "date-time" })
        } else {
            text(form)
        };
        operation.query(name, schema, meaning)
    })
}

/// Parameters by their names; refused where one is given twice, because only one of the two could hold.
pub(super) fn by_name(given: Vec<(String, String)>) -> Result<BTreeMap<String, String>, Invalid> {
    let mut parameters = BTreeMap::new();
    for (name, value) in given {
        if parameters.contains_key(&name) {
            return Err(Invalid::new(name, &value, "is given twice"));
        }
        parameters.insert(name, value);
    }
    Ok(parameters)
}

/// The common parameters, taken out of all that were given.
pub(super) fn query(given: &mut BTreeMap<String, String>) -> Result<MiningQuery, Invalid> {
    let moment = |name: &str, text: Option<String>| -> Result<Option<Timestamp>, Invalid> {
        text.map(|text| text.parse::<Timestamp>().map_err(|error| error.within(name))).transpose()
    };
    let (from, to) = (moment("from", given.remove("from"))?, moment("to", given.remove("to"))?);
    Ok(MiningQuery {
        journey: given.remove("journey"),
        from,
        to,
        only: given.remove("only"),
        wanted: given.remove("where"),
        segment: given.remove("segment"),
        compare: given.remove("compare"),
        against: given.remove("against"),
        limits: limits(given.remove("time_limit").as_deref(), given.remove("memory_limit").as_deref())?,
    })
}

fn limits(time: Option<&str>, memory: Option<&str>) -> Result<MiningLimits, Invalid> {
    let seconds = time.map(|text| parse_duration_s(text).map_err(|error| error.within("time_limit"))).transpose()?;
    let bytes =
        memory.map(|text| model::parse_bytes(text).map_err(|error| error.within("memory_limit"))).transpose()?;
    Ok(MiningLimits {
        time: Some(seconds.map_or(TIME, Duration::from_secs_f64)),
        bytes: Some(bytes.map_or(BYTES, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX))),
    })
}

/// Several questions about the same journeys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    /// The common parameters, by name.
    #[serde(default)]
    pub(super) about: BTreeMap<String, String>,
    /// The questions.
    pub(super) questions: Vec<One>,
}

/// One of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct One {
    question: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
}

impl From<One> for MiningQuestion {
    fn from(one: One) -> Self {
        Self { name: one.question, settings: one.settings }
    }
}
