//! Plans as files of other programs: what they refer to is looked up among the plans.

use std::collections::{BTreeMap, BTreeSet};

use formats::register::{Changes, RowError, TableFormat};
use formats::{Beside, MapFormat, Note, Read};
use model::{DocumentKind, Invalid, JourneyRule, MapPlan, Timestamp, Touchpoint, is_slug};
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{Draft, Plans};

use crate::EngineError;
use crate::known::{Register, write_documents};
use crate::plans::{check_document, typed};

/// The register of touchpoints.
pub fn register(plans: &dyn Plans) -> Result<BTreeMap<String, Touchpoint>, EngineError> {
    documents(plans, DocumentKind::Touchpoint)
}

/// What maps refer to.
pub fn beside(plans: &dyn Plans) -> Result<Beside, EngineError> {
    Ok(Beside {
        touchpoints: register(plans)?,
        personas: documents(plans, DocumentKind::Persona)?,
        pain_points: documents(plans, DocumentKind::PainPoint)?,
        opportunities: documents(plans, DocumentKind::Opportunity)?,
        solutions: documents(plans, DocumentKind::Solution)?,
    })
}

fn documents<T: DeserializeOwned>(plans: &dyn Plans, kind: DocumentKind) -> Result<BTreeMap<String, T>, EngineError> {
    let of_kind = plans.documents(Some(kind))?.into_iter();
    of_kind.map(|document| Ok((document.name, typed(&document.body)?))).collect()
}

/// A map as a file; `None` if there is no map of that name.
///
/// # Errors
/// What the format cannot hold, with its place in the map.
pub fn map_file(plans: &dyn Plans, name: &str, format: MapFormat) -> Result<Option<Vec<u8>>, EngineError> {
    let Some(document) = plans.document(DocumentKind::Map, name, None)?.filter(|document| !document.body.is_null())
    else {
        return Ok(None);
    };
    Ok(Some(formats::write_map(format, name, &typed(&document.body)?, &beside(plans)?)?))
}

/// Reads a map from a file. What it refers to and is not there is told in notes.
///
/// # Errors
/// What is wrong with the file, with its place and value; and steps that are drawn in detail by maps which lead back to this one.
pub fn read_map_file(plans: &dyn Plans, name: &str, format: MapFormat, bytes: &[u8]) -> Result<Read, EngineError> {
    if !is_slug(name) {
        let reason = "is not a name of lower case letters, digits, - and _, 80 at most";
        return Err(Invalid::new("map", name, reason).into());
    }
    let mut read = formats::read_map(format, name, bytes)?;
    check_nesting(plans, name, &read.map)?;
    let known = beside(plans)?;
    tell_unknown(plans, &read.map, &known, &mut read.notes)?;
    Ok(read)
}

/// Refuses maps that would show each other in detail without end.
fn check_nesting(plans: &dyn Plans, name: &str, map: &MapPlan) -> Result<(), EngineError> {
    let maps: BTreeMap<String, MapPlan> = documents(plans, DocumentKind::Map)?;
    for (place, step) in map.step.iter().enumerate().filter(|(_, step)| !step.map.is_empty()) {
        let (mut queue, mut seen) = (vec![step.map.as_str()], BTreeSet::new());
        while let Some(at) = queue.pop() {
            if at == name {
                let reason = format!("leads back to {name}, which it would show in detail");
                return Err(Invalid::new(format!("step[{place}].map"), &step.map, reason).into());
            }
            if seen.insert(at) {
                let inner = maps.get(at).into_iter().flat_map(|map| &map.step);
                queue.extend(inner.map(|step| step.map.as_str()).filter(|map| !map.is_empty()));
            }
        }
    }
    Ok(())
}

fn tell_unknown(plans: &dyn Plans, map: &MapPlan, known: &Beside, notes: &mut Vec<Note>) -> Result<(), EngineError> {
    let mut told = BTreeSet::new();
    let mut tell = |place: String, what: &'static str, id: &str| {
        if told.insert((what, id.to_owned())) {
            notes.push(Note::unknown(place, format!("{what} {id:?} is not there yet")));
        }
    };
    for persona in map.personas.iter().filter(|id| !known.personas.contains_key(*id)) {
        tell("personas".to_owned(), "persona", persona);
    }
    let maps: BTreeSet<String> = plans.documents(Some(DocumentKind::Map))?.into_iter().map(|map| map.name).collect();
    for step in &map.step {
        let place = format!("step {}", step.id);
        let touchpoints = step.touchpoints.iter().chain(&step.failing);
        for id in touchpoints.filter(|id| !known.touchpoints.contains_key(*id)) {
            tell(place.clone(), "touchpoint", id);
        }
        for id in step.pain_points.iter().filter(|id| !known.pain_points.contains_key(*id)) {
            tell(place.clone(), "pain point", id);
        }
        for id in step.opportunities.iter().filter(|id| !known.opportunities.contains_key(*id)) {
            tell(place.clone(), "opportunity", id);
        }
        if !step.map.is_empty() && !maps.contains(&step.map) {
            tell(place, "map", &step.map);
        }
    }
    let is_rule = map.journey.is_empty() || map.journey.parse::<JourneyRule>().is_ok();
    if !is_rule && plans.document(DocumentKind::Journey, &map.journey, None)?.is_none() {
        tell("journey".to_owned(), "journey", &map.journey);
    }
    Ok(())
}

/// What a table would change in the register.
///
/// # Errors
/// The file is no table of touchpoints; what is wrong with single rows stands in the answer.
pub fn register_changes(plans: &dyn Plans, format: TableFormat, bytes: &[u8]) -> Result<Changes, EngineError> {
    let mut changes = formats::register::changes(format, bytes, &register(plans)?)?;
    // Rows may name each other, whatever their order.
    let mut known = Register::beside(plans, DocumentKind::Touchpoint)?;
    let mut bodies = Vec::with_capacity(changes.rows.len());
    for row in &changes.rows {
        let body = serde_json::to_value(&row.touchpoint).map_err(|error| Invalid::missing("", error.to_string()))?;
        known.put(DocumentKind::Touchpoint, &row.id, &body);
        bodies.push(body);
    }
    for (row, body) in changes.rows.iter().zip(&bodies).filter(|(row, _)| !row.fields.is_empty()) {
        if let Err(Invalid { path, value, reason }) = check_document(DocumentKind::Touchpoint, &row.id, body, &known) {
            let value = value.trim_matches('"').to_owned();
            changes.errors.push(RowError { row: row.row, column: path, value, reason });
        }
    }
    changes.errors.sort_by_key(|error| error.row);
    Ok(changes)
}

/// Writes what a table changes in the register; nothing while a row has an error. The answer is what [`register_changes`] tells,
/// and how many touchpoints were written.
///
/// # Errors
/// As there; and a touchpoint that somebody else has written meanwhile.
pub fn write_register(
    plans: &dyn Plans,
    format: TableFormat,
    bytes: &[u8],
    author: &str,
    note: &str,
) -> Result<(Changes, u64), EngineError> {
    let versions = plans.documents(Some(DocumentKind::Touchpoint))?;
    let versions: BTreeMap<String, u32> =
        versions.into_iter().map(|document| (document.name, document.version)).collect();
    let changes = register_changes(plans, format, bytes)?;
    if !changes.errors.is_empty() {
        return Ok((changes, 0));
    }
    let changed: Vec<_> = changes.rows.iter().filter(|row| !row.fields.is_empty()).collect();
    let bodies = changed.iter().map(|row| serde_json::to_value(&row.touchpoint)).collect::<Result<Vec<Value>, _>>();
    let bodies = bodies.map_err(|error| Invalid::missing("", error.to_string()))?;
    let at = Timestamp::now();
    let mut drafts = Vec::with_capacity(changed.len());
    for (row, body) in changed.iter().zip(&bodies) {
        // A document that was removed is none: there is no version to write over.
        let expected_version = Some(versions.get(&row.id).copied().unwrap_or_default());
        drafts.push(Draft { kind: DocumentKind::Touchpoint, name: &row.id, body, author, note, expected_version, at });
    }
    let written = write_documents(plans, &drafts)?.len() as u64;
    Ok((changes, written))
}
