//! `geleit merge`, `unmerge`, `explain`, `refusals`, `hmac`: who is who, and why.

use engine::{Answers, Engine, IdentifierView, Reason};
use model::{Identifier, Ruling};
use serde_json::{Value, json};
use store::DataDirectory;

use crate::cli::{Both, Explain, Hmac, Listing};
use crate::config::Config;
use crate::remote::Remote;
use crate::{plans, show};

pub(crate) fn rule(config: &Config, ruling: Ruling, args: &Both) -> anyhow::Result<()> {
    let directory = DataDirectory::existing(config.data()?)?;
    let (a, b): (Identifier<'static>, Identifier<'static>) = (args.a.parse()?, args.b.parse()?);
    let author = plans::author_or_user(args.author.as_ref());
    let ruled = match Remote::of(&directory)? {
        Some(remote) => {
            let body = json!({ "a": a, "b": b, "note": args.note });
            remote.post::<Value>(&format!("/v1/customers/{}", ruling.as_str()), &body)?
        }
        None => {
            let engine = Engine::open(&directory, &config.engine)?;
            let ruled = engine.rule(ruling, &[a, b], Reason { author: &author, note: &args.note })?;
            engine.settle()?;
            engine.close()?;
            serde_json::to_value(&ruled)?
        }
    };
    if args.json.json {
        return show::json(&ruled);
    }
    let customer = |of: &str| ruled[of].as_str().unwrap_or_default().to_owned();
    match ruling {
        Ruling::Merge | Ruling::Match => {
            show::line(&format!("{} and {} are customer {}.", args.a, args.b, customer("a")))
        }
        Ruling::Unmerge => show::line(&format!(
            "{} is customer {}, {} is customer {}; only a merge of these two joins them again.",
            args.a,
            customer("a"),
            args.b,
            customer("b")
        )),
    }
}

pub(crate) fn explain(config: &Config, args: &Explain) -> anyhow::Result<()> {
    let answers = Answers::read_only(&DataDirectory::existing(config.data()?)?)?;
    let explanation = answers.explain(&args.a.parse()?, &args.b.parse()?)?;
    if args.json.json {
        return show::json(&explanation);
    }
    for owner in &explanation.owners {
        let since = owner.identifier.since.map_or(String::new(), |since| format!(" since {since}"));
        show::line(&format!("{} was handed on: customer {}'s{since}.", named(&owner.identifier), owner.customer))?;
    }
    if explanation.same {
        show::line(&format!("One person, customer {}. What joins the two:", explanation.a))?;
        show::line("")?;
        let rows = explanation.path.iter().map(|link| {
            vec![
                link.id.clone(),
                named(&link.a),
                named(&link.b),
                link.rule.clone(),
                link.source.clone(),
                link.at.to_string(),
                link.event.clone(),
            ]
        });
        return show::table(&["link", "identifier", "joined by", "rule", "source", "time", "event"], rows);
    }
    show::line(&format!("Two people: customers {} and {}.", explanation.a, explanation.b))?;
    if let Some(entry) = &explanation.kept_apart_by {
        show::line(&format!(
            "Somebody has parted them: {} and {} ({}).",
            named(&entry.a),
            named(&entry.b),
            entry.event
        ))?;
    }
    let at_fault: Vec<_> = explanation.identifiers.iter().filter(|known| known.joins_nobody.is_some()).collect();
    for identifier in &at_fault {
        let rule = identifier.joins_nobody.as_deref().unwrap_or_default();
        show::line(&format!("{} joins nobody: {rule}.", named(identifier)))?;
    }
    if explanation.refusals.is_empty() {
        let nothing_else = at_fault.is_empty().then(|| show::line("Nothing else has asked for them to be one."));
        return nothing_else.unwrap_or(Ok(()));
    }
    show::line("What would have joined them was refused:")?;
    show::line("")?;
    table_of(&explanation.refusals)
}

pub(crate) fn hmac(config: &Config, args: &Hmac) -> anyhow::Result<()> {
    let answers = Answers::read_only(&DataDirectory::existing(config.data()?)?)?;
    let hash = answers.hmac(&args.identifier.parse()?)?;
    if args.json.json { show::json(&json!({ "hmac": hash })) } else { show::line(&hash) }
}

pub(crate) fn refusals(config: &Config, args: &Listing) -> anyhow::Result<()> {
    let answers = Answers::read_only(&DataDirectory::existing(config.data()?)?)?;
    let refusals = answers.refusals(args.limit, None)?;
    if args.json.json {
        return show::json(&refusals);
    }
    let counts = refusals.counts.iter();
    show::table(
        &["rule", "pairs", "events"],
        counts.map(|count| vec![count.rule.clone(), show::count(count.pairs), show::count(count.events)]),
    )?;
    show::line("")?;
    table_of(&refusals.refusals)
}

fn table_of(refusals: &[engine::RefusalView]) -> anyhow::Result<()> {
    show::table(
        &["identifier", "would have joined", "refused by", "times", "last"],
        refusals.iter().map(|refusal| {
            vec![
                named(&refusal.b),
                if (&refusal.a.kind, &refusal.a.value) == (&refusal.b.kind, &refusal.b.value) {
                    "anybody".to_owned()
                } else {
                    named(&refusal.a)
                },
                refusal.rule.clone(),
                show::count(refusal.count),
                refusal.last.clone(),
            ]
        }),
    )
}

fn named(identifier: &IdentifierView) -> String {
    format!("{}:{}", identifier.kind, identifier.value)
}
