//! Fitness of a real log against a reference, computed by PM4Py for a model that allows the same journeys.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use maps::{Aligner, Network};
use model::{Edge, MapPlan, Mode, Step, Timestamp};

/// The process tree of the reference as a map: `->( *( ->( *Registration, *Triage ) ), X( *X-Ray, ->( *Blood test, *MRI SCAN ) ),
/// *( ->( Discuss Results, X( tau, *Check-out ) ) ) )`.
const EDGES: [(&str, &str); 17] = [
    ("Registration", "Registration"),
    ("Registration", "Triage and Assessment"),
    ("Triage and Assessment", "Triage and Assessment"),
    ("Triage and Assessment", "Registration"),
    ("Triage and Assessment", "X-Ray"),
    ("Triage and Assessment", "Blood test"),
    ("X-Ray", "X-Ray"),
    ("X-Ray", "Discuss Results"),
    ("Blood test", "Blood test"),
    ("Blood test", "MRI SCAN"),
    ("MRI SCAN", "MRI SCAN"),
    ("MRI SCAN", "Discuss Results"),
    ("Discuss Results", "Discuss Results"),
    ("Discuss Results", "Check-out"),
    ("Check-out", "Check-out"),
    ("Check-out", "Discuss Results"),
    ("Discuss Results", "end"),
];

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

#[test]
fn patients_fit_as_well_as_alignments_of_the_reference_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mining");
    let text = std::fs::read_to_string(folder.join("patients.conformance.json")).unwrap();
    let reference: serde_json::Value = serde_json::from_str(&text).unwrap();

    let mut names: Vec<&str> = EDGES.iter().map(|(from, _)| *from).collect();
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(*name));
    let step = |name: &&str| Step {
        id: slug(name),
        title: (*name).to_owned(),
        touchpoints: vec![(*name).to_owned()],
        ..Step::default()
    };
    let edge = |(from, to): &(&str, &str)| Edge { from: slug(from), to: slug(to), ..Edge::default() };
    let ends = Edge { from: slug("Check-out"), to: "end".to_owned(), ..Edge::default() };
    let map = MapPlan {
        title: "Patients".to_owned(),
        mode: Mode::Next,
        step: names.iter().map(step).collect(),
        edge: EDGES
            .iter()
            .map(edge)
            .chain([ends, Edge { from: "start".to_owned(), to: slug("Registration"), ..Edge::default() }])
            .collect(),
        ..MapPlan::default()
    };
    model::check_body(model::DocumentKind::Map, "patients", &serde_json::to_value(&map).unwrap()).unwrap();
    let code = |name: &str| names.iter().position(|known| *known == name).map(|code| code as u16);
    let network = Network::of(&map, names.len(), &code).unwrap();

    let mut by_patient: BTreeMap<String, Vec<(Timestamp, u16)>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(folder.join("patients.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (handling, patient, time) = (column("handling"), column("patient"), column("time"));
    for record in reader.records() {
        let record = record.unwrap();
        let event = (record[time].parse().unwrap(), code(&record[handling]).unwrap());
        by_patient.entry(record[patient].to_owned()).or_default().push(event);
    }
    let (mut fitting, mut sum, mut cost, mut worst) = (0, 0.0, 0, 0);
    let mut aligner = Aligner::default();
    for events in by_patient.values_mut() {
        // Ties stay in the order of the file.
        events.sort_by_key(|(at, _)| *at);
        let codes: Vec<u16> = events.iter().map(|(_, code)| *code).collect();
        let aligned = aligner.align(&network, &codes, true);
        fitting += u32::from(aligned.cost == 0);
        sum += 1.0 - f64::from(aligned.cost) / f64::from(aligned.worst);
        (cost, worst) = (cost + aligned.cost, worst + aligned.worst);
    }
    let n = by_patient.len() as f64;
    let expected = |name: &str| reference["alignment_fitness"][name].as_f64().unwrap();
    assert!((f64::from(fitting) / n * 100.0 - expected("percFitTraces")).abs() < 1e-9, "{fitting} of {n}");
    assert!((sum / n - expected("averageFitness")).abs() < 1e-9, "{}", sum / n);
    // The reference's own log_fitness counts each silent move as a ten-thousandth: its costs without them.
    for variant in reference["variants"].as_array().unwrap() {
        let trace = variant["trace"].as_array().unwrap().iter().map(|name| code(name.as_str().unwrap()).unwrap());
        let aligned = aligner.align(&network, &trace.collect::<Vec<_>>(), true);
        assert_eq!(u64::from(aligned.cost), variant["cost"].as_u64().unwrap() / 10_000, "{variant}");
        let fitness = 1.0 - f64::from(aligned.cost) / f64::from(aligned.worst);
        assert!((fitness - variant["fitness"].as_f64().unwrap()).abs() < 1e-9, "{variant}");
    }
    let log_fitness = 1.0 - f64::from(cost) / f64::from(worst);
    assert!((log_fitness - expected("log_fitness")).abs() < 2e-4, "{log_fitness}");
}
