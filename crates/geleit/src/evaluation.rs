//! `geleit evaluate`, `targets`, `effect` and `digest`: what to repair first, and whether it helped.

use std::collections::BTreeMap;

use engine::{Answered, Composed, Found, MiningQuery};
use serde_json::Value;

use crate::cli::{Digest, Effect, Evaluate, Form, Language, Targets};
use crate::config::Config;
use crate::mine::{format, give, open, query, watched};
use crate::show;

fn composed(
    config: &Config,
    composed: Composed,
    query: &MiningQuery,
    settings: &[(&str, &str)],
) -> anyhow::Result<Answered> {
    let answers = open(config)?;
    let control = answers.control(query.limits);
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let settings: BTreeMap<String, String> = settings.collect();
    Ok(watched(&control, || answers.compose(composed, query, settings, &control))?)
}

fn given(answered: &Answered, form: &Form) -> anyhow::Result<()> {
    give(answered, || answered.to_json(), format(form)?, form)
}

pub(crate) fn evaluate(config: &Config, args: &Evaluate) -> anyhow::Result<()> {
    let settings = [
        ("importance", args.importance.as_str()),
        ("origin", &args.origin),
        ("least", &args.least),
        ("few", &args.few),
    ];
    let form = &args.journeys.form;
    let answered = composed(config, Composed::Evaluation, &query(&args.journeys)?, &settings)?;
    given(&answered, form)
}

pub(crate) fn targets(config: &Config, args: &Targets) -> anyhow::Result<()> {
    let settings = [("periods", args.periods.as_str())];
    given(&composed(config, Composed::Targets, &MiningQuery::default(), &settings)?, &args.form)
}

pub(crate) fn effect(config: &Config, args: &Effect) -> anyhow::Result<()> {
    let settings = [("solution", args.solution.as_str()), ("window", &args.window), ("least", &args.least)];
    let answered = composed(config, Composed::Effect, &MiningQuery::default(), &settings)?;
    given(&answered, &args.form)?;
    if format(&args.form)?.is_none() && args.form.out.is_none() {
        show::line(&format!("\n{}.", text(&json(&answered)?["says"])))?;
    }
    Ok(())
}

pub(crate) fn digest(config: &Config, args: &Digest) -> anyhow::Result<()> {
    let mut settings = vec![("most", args.most.as_str())];
    settings.extend(args.week.as_deref().map(|week| ("week", week)));
    let answered = composed(config, Composed::Digest, &MiningQuery::default(), &settings)?;
    if format(&args.form)?.is_some() {
        return given(&answered, &args.form);
    }
    let digest = json(&answered)?;
    let language = match args.language {
        Language::De => "de",
        Language::En => "en",
    };
    let mut parts = vec![format!("{}  {}", text(&digest["week"]), text(&digest[language]))];
    for finding in digest["findings"].as_array().into_iter().flatten() {
        let said = &finding[language];
        parts.push(format!("{}\n  {}", text(&said["headline"]), text(&said["text"])));
    }
    let told = parts.join("\n\n");
    match &args.form.out {
        Some(path) => Ok(std::fs::write(path, told + "\n")?),
        None => show::line(&told),
    }
}

fn json(answered: &Answered) -> anyhow::Result<Value> {
    Ok(match &answered.found {
        Found::One(report) => serde_json::from_str(report.json.get())?,
        Found::Two(_) => Value::Null,
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
