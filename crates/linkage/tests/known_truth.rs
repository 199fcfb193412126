//! Records whose people are known, from the shared data; skipped with a message where that is missing.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may fail where it stands, and says why it is skipped"
)]

use std::collections::HashMap;
use std::path::PathBuf;

use linkage::quality::{PairQuality, cluster_quality, edge_quality};
use linkage::{
    Decisions, Edge, Field, LinkageModel, Linked, Person, Records, Training, explain, field_of_header, link,
};

/// Rows of a data set, and the person of each record id.
struct Known {
    roles: Vec<Option<Field>>,
    rows: Vec<Vec<String>>,
    person_of: HashMap<String, String>,
}

/// A file of the shared data and the one with its truth; without that the last column is the truth.
fn known(name: &str, truth: Option<&str>) -> Option<Known> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/identity");
    let read = |name: &str| {
        let path = folder.join(name).with_extension("csv");
        if !path.exists() {
            eprintln!("skipped: {} is missing", path.display());
            return None;
        }
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
        Some((header, rows))
    };
    let (mut header, rows): (Vec<String>, Vec<Vec<String>>) = read(name)?;
    let person_of = match truth {
        Some(truth) => read(truth)?.1.into_iter().map(|row| (row[0].clone(), row[1].clone())).collect(),
        None => rows.iter().map(|row| (row[0].clone(), row[row.len() - 1].clone())).collect(),
    };
    if truth.is_none() {
        header.pop();
    }
    Some(Known { roles: header.iter().map(|name| field_of_header(name)).collect(), rows, person_of })
}

impl Known {
    fn records(&self, order: impl Iterator<Item = usize>) -> Records {
        let mut records = Records::new();
        for row in order.map(|index| &self.rows[index]) {
            let mut person = Person::default();
            for (value, role) in row.iter().zip(&self.roles) {
                if let Some(role) = role {
                    person.set(*role, value);
                }
            }
            records.push(&row[0], &person);
        }
        records.sorted_by_id().unwrap().0
    }

    fn quality(&self, records: &Records, linked: &Linked) -> (PairQuality, PairQuality) {
        let mut numbers = HashMap::new();
        let mut number_of = |person: &str| {
            let next = numbers.len() as u32;
            *numbers.entry(person.to_owned()).or_insert(next)
        };
        let truth: Vec<u32> =
            (0..records.len() as u32).map(|record| number_of(&self.person_of[records.id(record)])).collect();
        (edge_quality(&linked.edges, &truth), cluster_quality(&linked.clusters, &truth))
    }
}

fn trained(records: &Records) -> Linked {
    link(records, &LinkageModel::default(), Training::OnTheseRecords, &Decisions::default())
}

#[test]
fn sets_with_known_people_are_linked_at_least_as_well_as_by_the_best_peer() {
    // Least F1 of edges and of clusters. Peers: German 5k 0.862, FEBRL1 1.0000, FEBRL2 0.9987, fake_1000 0.860 (edges, best threshold).
    for (name, truth, least_edges, least_clusters) in [
        ("german_5k", Some("german_5k_truth"), 0.92, 0.95),
        ("febrl1", Some("febrl1_truth"), 0.999, 0.999),
        ("febrl2", Some("febrl2_truth"), 0.9977, 0.9987),
        ("fake_1000", None, 0.87, 0.93),
    ] {
        let Some(known) = known(name, truth) else { continue };
        let records = known.records(0..known.rows.len());
        let (edges, clusters) = known.quality(&records, &trained(&records));
        assert!(edges.f1.unwrap() >= least_edges, "{name}: {edges:?}");
        assert!(clusters.f1.unwrap() >= least_clusters, "{name}: {clusters:?}");
    }
}

#[test]
fn any_order_of_the_same_records_gives_the_same_people() {
    let Some(known) = known("german_5k", Some("german_5k_truth")) else { return };
    let n = known.rows.len();
    let straight = trained(&known.records(0..n));
    // 2,503 and 5,000 have no common factor, so every row comes once.
    for other in [known.records((0..n).rev()), known.records((0..n).map(|index| index * 2_503 % n))] {
        let other = trained(&other);
        assert_eq!(straight.model, other.model);
        assert_eq!(straight.edges, other.edges);
        assert_eq!(straight.clusters, other.clusters);
    }
}

#[test]
fn every_waterfall_adds_up_to_the_weight_of_its_edge() {
    let Some(known) = known("german_5k", Some("german_5k_truth")) else { return };
    let records = known.records(0..known.rows.len());
    let linked = trained(&records);
    for &Edge { a, b, weight } in &linked.edges {
        let waterfall = explain(&records, &linked.model, a, b);
        let sum = waterfall.prior + waterfall.steps.iter().map(|step| step.weight).sum::<f64>();
        assert!((sum - waterfall.weight).abs() < 1e-6 && (sum - f64::from(weight)).abs() < 1e-3, "{waterfall:?}");
        for step in &waterfall.steps {
            assert!(((step.m / step.u).log2() - step.weight).abs() < 0.01, "{step:?}");
        }
    }
}
