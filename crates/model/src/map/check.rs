//! What a map has to be for journeys to be held against it.

use std::collections::{BTreeMap, BTreeSet};

use super::{END, Join, MapPlan, START, shared};
use crate::{Invalid, JourneyRule, is_slug, parse_duration_s};

/// Most steps of a map.
const MOST_STEPS: usize = 300;
/// Most steps that happen in any order: there are as many states between them as sets of them.
const MOST_PARALLEL: usize = 6;

/// Checks a map; errors name the field and the value.
pub(crate) fn check_map(map: &MapPlan) -> Result<(), Invalid> {
    shared::titled(&map.title)?;
    day("valid_from", &map.valid_from)?;
    duration("over_after", &map.over_after)?;
    if !map.journey.is_empty() && !is_slug(&map.journey) {
        map.journey.parse::<JourneyRule>()?;
    }
    if map.step.len() > MOST_STEPS {
        return Err(Invalid::new("step", &map.step.len().to_string(), format!("steps are more than {MOST_STEPS}")));
    }
    let stages = ids("stage", map.stage.iter().map(|stage| (stage.id.as_str(), stage.title.as_str())))?;
    let lanes = ids("lane", map.lane.iter().map(|lane| (lane.id.as_str(), lane.title.as_str())))?;
    let steps = ids("step", map.step.iter().map(|step| (step.id.as_str(), step.title.as_str())))?;
    if let Some(end) = [START, END].into_iter().find(|end| steps.contains(end)) {
        let place = map.step.iter().position(|step| step.id == end).unwrap_or_default();
        return Err(Invalid::new(format!("step[{place}].id"), end, "is the name of an end of the map"));
    }
    for (place, step) in map.step.iter().enumerate() {
        let at = |field: &str| format!("step[{place}].{field}");
        if !step.stage.is_empty() && !stages.contains(step.stage.as_str()) {
            return Err(Invalid::new(at("stage"), &step.stage, "is no stage of this map"));
        }
        if let Some(lane) = step.cells.keys().find(|lane| !lanes.contains(lane.as_str())) {
            return Err(Invalid::new(at("cells"), lane, "is no lane of this map"));
        }
        for (persona, mood) in &step.emotion {
            if persona != "all" && !map.personas.contains(persona) {
                return Err(Invalid::new(at("emotion"), persona, "is no persona of this map, nor all"));
            }
            if !(-2..=2).contains(mood) {
                return Err(Invalid::new(at(&format!("emotion.{persona}")), &mood.to_string(), "lies outside -2 to 2"));
            }
        }
        if let Some(expected) = step.expected.filter(|expected| !(-2..=2).contains(expected)) {
            return Err(Invalid::new(at("expected"), &expected.to_string(), "lies outside -2 to 2"));
        }
        if let Some(both) = step.failing.iter().find(|name| step.touchpoints.contains(name)) {
            return Err(Invalid::new(at("failing"), both, "is also where the step succeeds"));
        }
    }
    check_edges(map, &steps)?;
    check_parallel(map)?;
    check_ways(map)
}

/// An empty text, or a day.
pub(crate) fn day(path: &str, written: &str) -> Result<(), Invalid> {
    if written.is_empty() || written.parse::<jiff::civil::Date>().is_ok() {
        return Ok(());
    }
    Err(Invalid::new(path, written, "is not a date such as 2026-11-22"))
}

fn duration(path: &str, written: &str) -> Result<(), Invalid> {
    if written.is_empty() {
        return Ok(());
    }
    parse_duration_s(written).map(drop).map_err(|error| error.within(path))
}

/// The ids of a list; refused are those that are no slugs or stand there twice, and empty titles.
fn ids<'a>(list: &str, given: impl Iterator<Item = (&'a str, &'a str)>) -> Result<BTreeSet<&'a str>, Invalid> {
    let mut ids = BTreeSet::new();
    for (place, (id, title)) in given.enumerate() {
        let at = |field: &str| format!("{list}[{place}].{field}");
        if !is_slug(id) {
            return Err(Invalid::new(at("id"), id, "is not a name of lower case letters, digits, - and _, 80 at most"));
        }
        if !ids.insert(id) {
            return Err(Invalid::new(at("id"), id, format!("is the id of another {list} already")));
        }
        if title.trim().is_empty() {
            return Err(Invalid::missing(at("title"), "is empty"));
        }
    }
    Ok(ids)
}

fn check_edges(map: &MapPlan, steps: &BTreeSet<&str>) -> Result<(), Invalid> {
    let mut known = BTreeSet::new();
    for (place, edge) in map.edge.iter().enumerate() {
        let at = |field: &str| format!("edge[{place}].{field}");
        for (field, id, end) in [("from", &edge.from, START), ("to", &edge.to, END)] {
            if id != end && !steps.contains(id.as_str()) {
                return Err(Invalid::new(at(field), id, format!("is no step of this map, nor {end}")));
            }
        }
        if edge.from == START && edge.to == END {
            return Err(Invalid::new(at("to"), END, "follows the start: a journey has to be somewhere"));
        }
        if !known.insert((&edge.from, &edge.to)) {
            let both = format!("{} -> {}", edge.from, edge.to);
            return Err(Invalid::new(format!("edge[{place}]"), &both, "is there twice"));
        }
        duration(&at("within"), &edge.within)?;
        let (property, told_by) = match edge.join {
            Join::Customer => continue,
            Join::Case => ("case", &map.case),
            Join::Product => ("product", &map.product),
        };
        if told_by.trim().is_empty() {
            let reason = format!("needs the property of events that tells them apart: {property} of the map is empty");
            return Err(Invalid::new(at("join"), property, reason));
        }
    }
    Ok(())
}

/// The steps of a group have nothing but the group's order among each other: all edges that enter it lead to where it
/// begins, all that leave it come from where it ends, so none runs between two of them.
fn check_parallel(map: &MapPlan) -> Result<(), Invalid> {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for step in map.step.iter().filter(|step| !step.parallel.is_empty()) {
        groups.entry(&step.parallel).or_default().push(&step.id);
    }
    for (group, members) in groups {
        if !(2..=MOST_PARALLEL).contains(&members.len()) {
            let reason = format!("has {} steps; 2 to {MOST_PARALLEL} can happen in any order", members.len());
            return Err(Invalid::new("parallel", group, reason));
        }
        let within = |edge: &&super::Edge| members.contains(&&*edge.from) && members.contains(&&*edge.to);
        if let Some(edge) = map.edge.iter().find(within) {
            let both = format!("{} -> {}", edge.from, edge.to);
            return Err(Invalid::new(
                "edge",
                &both,
                format!("orders two steps of {group:?}, which happen in any order"),
            ));
        }
    }
    Ok(())
}

/// Every step can be come to, and from every step an end.
fn check_ways(map: &MapPlan) -> Result<(), Invalid> {
    let edges = map.edges_in_force();
    // Whoever comes to one step of a group comes to all of them.
    let node = |id: &str| {
        let group = map.step.iter().find(|step| step.id == id).map_or("", |step| &step.parallel);
        if group.is_empty() { id.to_owned() } else { format!("\u{0}{group}") }
    };
    let pairs: Vec<(String, String)> = edges.iter().map(|edge| (node(&edge.from), node(&edge.to))).collect();
    let closure = |from: &str, pairs: &[(String, String)]| {
        let mut reached = BTreeSet::from([from.to_owned()]);
        loop {
            let more: Vec<String> = pairs
                .iter()
                .filter(|(from, to)| reached.contains(from) && !reached.contains(to))
                .map(|(_, to)| to.clone())
                .collect();
            if more.is_empty() {
                return reached;
            }
            reached.extend(more);
        }
    };
    let reversed: Vec<(String, String)> = pairs.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
    let (reached, ending) = (closure(START, &pairs), closure(END, &reversed));
    for (place, step) in map.step.iter().enumerate() {
        let node = node(&step.id);
        let reason = if !reached.contains(&node) {
            "cannot be reached from the start"
        } else if !ending.contains(&node) {
            "leads to no end"
        } else {
            continue;
        };
        return Err(Invalid::new(format!("step[{place}].id"), &step.id, reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rest: &str) -> Result<(), Invalid> {
        let mut map: serde_json::Value = serde_json::from_str(rest).unwrap();
        map["title"] = "Kauf".into();
        check_map(&serde_json::from_value(map).unwrap())
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let steps = r#""step": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}, {"id": "c", "title": "C"}]"#;
        for (given, expected) in [
            (format!("{{{steps}}}"), None),
            (format!(r#"{{{steps}, "edge": [{{"from": "a", "to": "b"}}, {{"from": "a", "to": "c"}}]}}"#), None),
            (
                format!(r#"{{{steps}, "edge": [{{"from": "a", "to": "d"}}]}}"#),
                Some("edge[0].to: \"d\" is no step of this map, nor end"),
            ),
            (
                format!(
                    r#"{{{steps}, "edge": [{{"from": "start", "to": "a"}}, {{"from": "b", "to": "c"}}, {{"from": "c", "to": "b"}}]}}"#
                ),
                Some("step[1].id: \"b\" cannot be reached from the start"),
            ),
            (
                format!(
                    r#"{{{steps}, "edge": [{{"from": "a", "to": "b"}}, {{"from": "b", "to": "c"}}, {{"from": "c", "to": "b"}}]}}"#
                ),
                Some("step[0].id: \"a\" leads to no end"),
            ),
            (
                format!(r#"{{{steps}, "edge": [{{"from": "a", "to": "b", "within": "2"}}]}}"#),
                Some("edge[0].within: \"2\" is not a duration with a unit"),
            ),
            (
                format!(r#"{{{steps}, "edge": [{{"from": "a", "to": "b"}}, {{"from": "a", "to": "b"}}]}}"#),
                Some("edge[1]: \"a -> b\" is there twice"),
            ),
            (
                r#"{"step": [{"id": "a", "title": "A", "stage": "x"}]}"#.to_owned(),
                Some("step[0].stage: \"x\" is no stage of this map"),
            ),
            (
                r#"{"step": [{"id": "a", "title": "A"}, {"id": "a", "title": "B"}]}"#.to_owned(),
                Some("step[1].id: \"a\" is the id of another step already"),
            ),
            (r#"{"step": [{"id": "end", "title": "A"}]}"#.to_owned(), Some("is the name of an end of the map")),
            (
                r#"{"step": [{"id": "a", "title": "A", "emotion": {"all": 3}}]}"#.to_owned(),
                Some("step[0].emotion.all: \"3\" lies outside -2 to 2"),
            ),
            (
                r#"{"step": [{"id": "a", "title": "A", "parallel": "p"}]}"#.to_owned(),
                Some("parallel: \"p\" has 1 steps; 2 to 6"),
            ),
            (
                r#"{"step": [{"id": "a", "title": "A", "touchpoints": ["t"], "failing": ["t"]}]}"#.to_owned(),
                Some("step[0].failing: \"t\" is also where the step succeeds"),
            ),
            (
                format!(r#"{{{steps}, "edge": [{{"from": "a", "to": "b", "join": "case"}}]}}"#),
                Some("edge[0].join: \"case\" needs the property of events that tells them apart"),
            ),
            (
                format!(
                    r#"{{{steps}, "case": "order_id", "edge": [{{"from": "a", "to": "b", "join": "case"}}, {{"from": "b", "to": "c"}}]}}"#
                ),
                None,
            ),
            (r#"{"valid_from": "tomorrow"}"#.to_owned(), Some("valid_from: \"tomorrow\" is not a date")),
            (r#"{"over_after": "30"}"#.to_owned(), Some("over_after: \"30\" is not a duration")),
        ] {
            match (map(&given), expected) {
                (Ok(()), None) => {}
                (Err(error), Some(part)) => assert!(error.to_string().contains(part), "{error}"),
                (outcome, _) => panic!("{given}: {outcome:?}"),
            }
        }
    }
}
