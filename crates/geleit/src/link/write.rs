//! The files that a linkage leaves behind.

use std::fs;
use std::path::Path;

use anyhow::Context;
use linkage::{LinkageModel, Linked, Records, explain, probability};

/// `record_id,customer_id` in the order of the rows of the file. A customer is named by its first record's id.
pub(super) fn clusters(path: &Path, records: &Records, row_of: &[u32], clusters: &[u32]) -> anyhow::Result<()> {
    let mut of_row = vec![0_u32; row_of.len()];
    for (record, &row) in row_of.iter().enumerate() {
        of_row[row as usize] = record as u32;
    }
    let mut out = writer(path)?;
    out.write_record(["record_id", "customer_id"])?;
    for record in of_row {
        out.write_record([records.id(record), records.id(clusters[record as usize])])?;
    }
    out.flush().with_context(|| path.display().to_string())
}

/// Pairs for people: what the model says, why, what a decision is worth, and an empty column for it.
pub(super) fn pairs(
    path: &Path,
    records: &Records,
    model: &LinkageModel,
    pairs: impl IntoIterator<Item = (linkage::Edge, &'static str, Option<f64>)>,
) -> anyhow::Result<()> {
    let mut out = writer(path)?;
    out.write_record([
        "record_a",
        "record_b",
        "weight",
        "probability",
        "reason",
        "value",
        "decision",
        "a",
        "b",
        "why",
    ])?;
    for (edge, reason, value) in pairs {
        let why = explain(records, model, edge.a, edge.b);
        let steps = why.steps.iter().map(|step| format!("{} {} {:+.1}", step.comparison, step.level, step.weight));
        let why: Vec<String> = std::iter::once(format!("prior {:+.1}", why.prior)).chain(steps).collect();
        out.write_record([
            records.id(edge.a),
            records.id(edge.b),
            &format!("{:.2}", edge.weight),
            &format!("{:.4}", probability(f64::from(edge.weight))),
            reason,
            &value.map_or_else(String::new, |value| format!("{value:.2}")),
            "",
            &in_short(records, edge.a),
            &in_short(records, edge.b),
            &why.join("; "),
        ])?;
    }
    out.flush().with_context(|| path.display().to_string())
}

/// What a record holds, normalised.
fn in_short(records: &Records, record: u32) -> String {
    let values = linkage::Field::ALL.into_iter().map(|field| records.value(record, field));
    values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Some of the linked pairs, the same ones for the same records: those whose place, scattered, is smallest.
pub(super) fn sampled(linked: &Linked, size: usize) -> Vec<linkage::Edge> {
    let key = |index: usize| (index as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut order: Vec<usize> = (0..linked.edges.len()).collect();
    order.sort_unstable_by_key(|&index| key(index));
    order.truncate(size);
    order.sort_unstable();
    order.into_iter().map(|index| linked.edges[index]).collect()
}

fn writer(path: &Path) -> anyhow::Result<csv::Writer<fs::File>> {
    csv::Writer::from_path(path).with_context(|| format!("{}: cannot be written", path.display()))
}
