//! What a linkage found, as links between customers: through the server that holds the data directory, or directly.

use engine::{Engine, LinkedRecords, LinksTaken, MatchedRecords};
use linkage::{Decisions, Linked, Records, probability};
use store::DataDirectory;

use crate::cli::Link;
use crate::config::Config;
use crate::plans;
use crate::remote::Remote;

/// Joins the records' identifiers of that kind along the pairs by which clusters grew, and tells what people decided.
pub(super) fn records(
    config: &Config,
    args: &Link,
    (kind, model_version): (&str, u32),
    (records, linked, decisions): (&Records, &Linked, &Decisions),
) -> anyhow::Result<LinksTaken> {
    let directory = DataDirectory::create(config.data()?)?;
    let whole = found(kind, model_version, records, linked, decisions);
    let mut taken = LinksTaken::default();
    let mut add = |more: LinksTaken| {
        taken.stored += more.stored;
        taken.duplicates += more.duplicates;
    };
    match Remote::of(&directory)? {
        Some(remote) => {
            for part in parts(whole) {
                add(remote.post("/v1/customers/links", &part)?);
            }
        }
        None => {
            let author = plans::author_or_user(args.author.as_ref());
            let engine = Engine::open(&directory, &config.engine)?;
            for part in parts(whole) {
                add(engine.take_links(&part, &author)?);
            }
            engine.settle()?;
            engine.close()?;
        }
    }
    Ok(taken)
}

fn found(kind: &str, model_version: u32, records: &Records, linked: &Linked, decisions: &Decisions) -> LinkedRecords {
    let ids = |&(a, b): &(u32, u32)| [a, b].map(|record| records.id(record).to_owned());
    // Of accepted pairs the weight is infinite; they are told as what they are.
    let by_weight = linked.joins.iter().filter(|edge| edge.weight.is_finite());
    let matches = by_weight.map(|edge| MatchedRecords {
        a: records.id(edge.a).to_owned(),
        b: records.id(edge.b).to_owned(),
        weight: rounded(f64::from(edge.weight), 100.0),
        probability: rounded(probability(f64::from(edge.weight)), 10_000.0),
    });
    LinkedRecords {
        kind: kind.to_owned(),
        model_version,
        matches: matches.collect(),
        accepted: decisions.accepted.iter().map(ids).collect(),
        rejected: decisions.rejected.iter().map(ids).collect(),
    }
}

/// Digits beyond those that are told would make another event of the same finding.
fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

/// The same in parts of as many pairs as are taken at once; what people decided comes first.
fn parts(whole: LinkedRecords) -> Vec<LinkedRecords> {
    let LinkedRecords { kind, model_version, matches, accepted, rejected } = whole;
    let empty = || LinkedRecords { kind: kind.clone(), model_version, ..LinkedRecords::default() };
    let most = LinkedRecords::MOST_PAIRS;
    let rejected = rejected.chunks(most).map(|part| LinkedRecords { rejected: part.to_vec(), ..empty() });
    let accepted = accepted.chunks(most).map(|part| LinkedRecords { accepted: part.to_vec(), ..empty() });
    let matches = matches.chunks(most).map(|part| LinkedRecords { matches: part.to_vec(), ..empty() });
    rejected.chain(accepted).chain(matches).collect()
}
