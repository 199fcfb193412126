//! `geleit match`: which known customers somebody could be.

use engine::{Answers, Candidate};
use linkage::Field;
use store::DataDirectory;

use crate::cli::Match;
use crate::config::Config;
use crate::show;
use crate::usage::WrongUsage;

pub(crate) fn run(config: &Config, args: &Match) -> anyhow::Result<()> {
    let told = args.told.iter().map(|written| field_and_value(written)).collect::<Result<Vec<_>, _>>()?;
    let answers = Answers::read_only(&DataDirectory::existing(config.data()?)?)?;
    let found = answers.candidates(&told)?;
    if args.json.json {
        return show::json(&found);
    }
    if found.candidates.is_empty() {
        show::line("Nobody who is known.")?;
    } else {
        let head = ["customer", "probability", "weight", "vetoed", "why"];
        show::table(&head, found.candidates.iter().map(row))?;
    }
    show::line(&format!(
        "\n{} records of customers were searched by {}.",
        show::count(found.records as u64),
        found.model
    ))
}

fn row(candidate: &Candidate) -> Vec<String> {
    let prior = format!("prior {:+.1}", candidate.prior);
    let steps = candidate.steps.iter().map(|step| format!("{} {} {:+.1}", step.comparison, step.level, step.weight));
    vec![
        candidate.customer.clone(),
        format!("{:.4}", candidate.probability),
        format!("{:.2}", candidate.weight),
        if candidate.vetoed { "yes" } else { "" }.to_owned(),
        std::iter::once(prior).chain(steps).collect::<Vec<_>>().join("; "),
    ]
}

fn field_and_value(written: &str) -> Result<(Field, &str), WrongUsage> {
    let fields = || Field::ALL.map(Field::as_str).join(", ");
    let (name, value) = written
        .split_once('=')
        .ok_or_else(|| WrongUsage(format!("{written:?} is not FIELD=VALUE, with one of {}", fields())))?;
    let field = Field::ALL.into_iter().find(|field| field.as_str() == name);
    Ok((field.ok_or_else(|| WrongUsage(format!("{name:?} is none of {}", fields())))?, value))
}
