//! What a document may refer to while it is checked.

use std::collections::{BTreeMap, BTreeSet};

use model::{Document, DocumentKind, Invalid, MapPlan, Touchpoint};
use serde_json::Value;
use store::{Draft, Plans, StoreError};

use crate::EngineError;
use crate::plans::{check_document, typed};

/// How often what is written is checked again because somebody else has written meanwhile.
const MOST_ATTEMPTS: u32 = 100;

/// The plans beside the document that is checked, as they will be once it is stored.
pub trait Known {
    /// What the register says of a touchpoint; `None` if it is not registered.
    fn touchpoint(&self, id: &str) -> Option<&Touchpoint>;

    /// Ids of the touchpoints that are a part of this one.
    fn parts_of(&self, id: &str) -> Vec<&str>;

    /// Names of the maps that a map's steps are shown in detail by; none where there is no such map.
    fn inner_maps(&self, map: &str) -> Vec<&str>;
}

/// A register of touchpoints at hand, and how maps lie in each other.
#[derive(Clone, Debug, Default)]
pub struct Register {
    touchpoints: BTreeMap<String, Touchpoint>,
    /// By map: the maps in it.
    maps: BTreeMap<String, Vec<String>>,
}

impl Register {
    /// What documents of a kind are checked beside.
    pub fn beside(plans: &dyn Plans, kind: DocumentKind) -> Result<Self, EngineError> {
        match Self::needed(kind) {
            Some(needed) => Ok(Self::of(&plans.documents(Some(needed))?)),
            None => Ok(Self::default()),
        }
    }

    /// The kind of documents that those of a kind are checked beside, if any.
    fn needed(kind: DocumentKind) -> Option<DocumentKind> {
        match kind {
            DocumentKind::Touchpoint | DocumentKind::Mapping => Some(DocumentKind::Touchpoint),
            DocumentKind::Map => Some(DocumentKind::Map),
            DocumentKind::Identity
            | DocumentKind::Journey
            | DocumentKind::Segment
            | DocumentKind::Persona
            | DocumentKind::PainPoint
            | DocumentKind::Opportunity
            | DocumentKind::Solution
            | DocumentKind::Target
            | DocumentKind::Comment
            | DocumentKind::Linkage => None,
        }
    }

    /// The touchpoints and maps among some documents.
    pub fn of(documents: &[Document]) -> Self {
        let mut register = Self::default();
        register.take(documents);
        register
    }

    fn take(&mut self, documents: &[Document]) {
        for document in documents {
            self.put(document.kind, &document.name, &document.body);
        }
    }

    /// Takes in what is stored at the same time; `null` removes it, other kinds are left alone.
    pub fn put(&mut self, kind: DocumentKind, name: &str, body: &Value) {
        if kind == DocumentKind::Map {
            let map: MapPlan = typed(body).unwrap_or_default();
            let inner = map.step.into_iter().map(|step| step.map).filter(|map| !map.is_empty());
            self.maps.insert(name.to_owned(), inner.collect());
        }
        if kind != DocumentKind::Touchpoint {
            return;
        }
        if body.is_null() {
            self.touchpoints.remove(name);
        } else {
            // What cannot be read is registered all the same; what is wrong with it is told where it is checked.
            self.touchpoints.insert(name.to_owned(), typed(body).unwrap_or_default());
        }
    }
}

impl Known for Register {
    fn touchpoint(&self, id: &str) -> Option<&Touchpoint> {
        self.touchpoints.get(id)
    }

    fn parts_of(&self, id: &str) -> Vec<&str> {
        let parts = self.touchpoints.iter().filter(|(_, touchpoint)| touchpoint.parent.as_deref() == Some(id));
        parts.map(|(part, _)| part.as_str()).collect()
    }

    fn inner_maps(&self, map: &str) -> Vec<&str> {
        self.maps.get(map).into_iter().flatten().map(String::as_str).collect()
    }
}

/// Writes documents, all of them or none, each checked beside the others and beside what is stored, whoever else writes at the
/// same time: two who write at once make no circle between them.
///
/// # Errors
/// What [`check_document`] and [`Plans::put`] refuse.
pub fn write_documents(plans: &dyn Plans, drafts: &[Draft<'_>]) -> Result<Vec<Document>, EngineError> {
    let needed: BTreeSet<DocumentKind> = drafts.iter().filter_map(|draft| Register::needed(draft.kind)).collect();
    let mut attempts = 0;
    loop {
        attempts += 1;
        let revision = if needed.is_empty() { None } else { Some(plans.revision()?) };
        let mut known = Register::default();
        for kind in &needed {
            known.take(&plans.documents(Some(*kind))?);
        }
        drafts.iter().for_each(|draft| known.put(draft.kind, draft.name, draft.body));
        for draft in drafts {
            check_document(draft.kind, draft.name, draft.body, &known)?;
        }
        match plans.put_all(drafts, revision) {
            Err(StoreError::Moved { .. }) if attempts < MOST_ATTEMPTS => {}
            written => return Ok(written?),
        }
    }
}

/// Writes one document as [`write_documents`] does.
///
/// # Errors
/// As there.
pub fn write_document(plans: &dyn Plans, draft: Draft<'_>) -> Result<Document, EngineError> {
    Ok(write_documents(plans, &[draft])?.remove(0))
}

/// A map shows no step of its own in detail, however many maps lie between. A map that is not there yet may be drawn later.
pub(crate) fn check_nesting(name: &str, map: &MapPlan, known: &dyn Known) -> Result<(), Invalid> {
    for (place, step) in map.step.iter().enumerate().filter(|(_, step)| !step.map.is_empty()) {
        // Maps reached from the step, each with the one it lies in.
        let mut reached: Vec<(&str, usize)> = vec![(&step.map, usize::MAX)];
        let mut next = 0;
        while next < reached.len() {
            let (at, _) = reached[next];
            if at == name {
                let mut way = Vec::new();
                let mut from = next;
                while let Some((map, outer)) = reached.get(from) {
                    way.push(*map);
                    from = *outer;
                }
                let reason = format!("leads back to this map: {name} > {}", way_down(&way));
                return Err(Invalid::new(format!("step[{place}].map"), &step.map, reason));
            }
            for inner in known.inner_maps(at) {
                if !reached.iter().any(|(map, _)| *map == inner) {
                    reached.push((inner, next));
                }
            }
            next += 1;
        }
    }
    Ok(())
}

/// A touchpoint is a part of one that is registered, and not of itself, however many steps lie between.
pub(crate) fn check_place(name: &str, touchpoint: &Touchpoint, known: &dyn Known) -> Result<(), Invalid> {
    let Some(parent) = touchpoint.parent.as_deref() else { return Ok(()) };
    let refused = |reason: String| Err(Invalid::new("parent", parent, reason));
    if parent == name {
        return refused("is the touchpoint itself".to_owned());
    }
    let Some(mut above) = known.touchpoint(parent) else {
        return refused("is not in the register of touchpoints".to_owned());
    };
    let mut way = vec![parent];
    while let Some(next) = above.parent.as_deref() {
        if next == name {
            return refused(format!("is a part of this touchpoint: {name} > {}", way_down(&way)));
        }
        let Some(found) = known.touchpoint(next).filter(|_| !way.contains(&next)) else { break };
        way.push(next);
        above = found;
    }
    Ok(())
}

fn way_down(way: &[&str]) -> String {
    way.iter().rev().copied().collect::<Vec<_>>().join(" > ")
}

/// Nothing may be left a part of what is gone.
pub(crate) fn check_removal(name: &str, known: &dyn Known) -> Result<(), Invalid> {
    let parts: Vec<_> = known.parts_of(name).into_iter().filter(|part| *part != name).collect();
    match parts.as_slice() {
        [] => Ok(()),
        parts => Err(Invalid::missing(
            "",
            format!("touchpoint {name} has parts and cannot be removed before they are: {}", parts.join(", ")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part_of(parent: Option<&str>) -> Touchpoint {
        Touchpoint { title: "T".to_owned(), parent: parent.map(str::to_owned), ..Touchpoint::default() }
    }

    fn register(lines: &[(&str, Option<&str>)]) -> Register {
        let touchpoints = lines.iter().map(|(id, parent)| ((*id).to_owned(), part_of(*parent))).collect();
        Register { touchpoints, ..Register::default() }
    }

    fn with_inner(maps: &[&str]) -> MapPlan {
        let step = |map: &&str| model::Step { map: (*map).to_owned(), ..model::Step::default() };
        MapPlan { step: maps.iter().map(step).collect(), ..MapPlan::default() }
    }

    #[test]
    fn two_who_write_at_once_make_no_circle() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = store::DataDirectory::create(scratch.path().join("data")).unwrap();
        let plans = store::SqlitePlans::open(&directory).unwrap();
        let write = |plans: &dyn Plans, kind, name: &str, body: &Value| {
            let at = model::Timestamp::now();
            write_document(plans, Draft { kind, name, body, author: "ada", note: "", expected_version: None, at })
        };
        let body = |parent| serde_json::to_value(part_of(parent)).unwrap();
        for _ in 0..40 {
            for name in ["a", "b"] {
                write(&plans, DocumentKind::Touchpoint, name, &body(None)).unwrap();
            }
            let start = std::sync::Barrier::new(2);
            let outcomes = std::thread::scope(|scope| {
                let writers = [("a", "b"), ("b", "a")].map(|(part, whole)| {
                    let (start, directory) = (&start, &directory);
                    scope.spawn(move || {
                        let own = store::SqlitePlans::open(directory).unwrap();
                        start.wait();
                        write(&own, DocumentKind::Touchpoint, part, &body(Some(whole)))
                    })
                });
                writers.map(|writer| writer.join().unwrap())
            });
            let told: Vec<String> =
                outcomes.iter().filter_map(|one| one.as_ref().err()).map(ToString::to_string).collect();
            assert_eq!(told.len(), 1, "{outcomes:?}");
            assert!(told[0].contains("is a part of this touchpoint"), "{told:?}");
        }
    }

    #[test]
    fn no_map_lies_in_itself() {
        let mut known = Register::default();
        for (name, inner) in
            [("a", vec!["b", "x"]), ("b", vec!["c"]), ("c", vec![]), ("y", vec!["z"]), ("z", vec!["y"])]
        {
            known.put(DocumentKind::Map, name, &serde_json::to_value(with_inner(&inner)).unwrap());
        }
        for (name, inner, expected) in [
            ("d", vec!["a", "nowhere"], None),
            ("a", vec!["c", "b"], None),
            ("a", vec!["c", "a"], Some("step[1].map: \"a\" leads back to this map: a > a")),
            ("c", vec!["a"], Some("step[0].map: \"a\" leads back to this map: c > a > b > c")),
            // A circle that is there already, which this one is not in, is no reason to refuse it.
            ("d", vec!["y"], None),
        ] {
            let outcome = check_nesting(name, &with_inner(&inner), &known).map_err(|error| error.to_string());
            assert_eq!(outcome.err().as_deref(), expected, "{name} with {inner:?}");
        }
        known.put(DocumentKind::Map, "a", &Value::Null);
        check_nesting("c", &with_inner(&["a"]), &known).unwrap();
    }

    #[test]
    fn a_touchpoint_is_no_part_of_itself_nor_of_what_is_not_there() {
        let known = register(&[("a", None), ("b", Some("a")), ("c", Some("b")), ("x", Some("y")), ("y", Some("x"))]);
        for (name, parent, expected) in [
            ("a", None, None),
            ("d", Some("c"), None),
            ("c", Some("a"), None),
            ("a", Some("a"), Some("parent: \"a\" is the touchpoint itself")),
            ("a", Some("nowhere"), Some("parent: \"nowhere\" is not in the register of touchpoints")),
            ("a", Some("b"), Some("parent: \"b\" is a part of this touchpoint: a > b")),
            ("a", Some("c"), Some("parent: \"c\" is a part of this touchpoint: a > b > c")),
            // A circle that is there already, which this one is not in, is no reason to refuse it.
            ("d", Some("x"), None),
        ] {
            let outcome = check_place(name, &part_of(parent), &known).map_err(|error| error.to_string());
            assert_eq!(outcome.err().as_deref(), expected, "{name} below {parent:?}");
        }
    }

    #[test]
    fn what_has_parts_stays() {
        let known = register(&[("a", None), ("b", Some("a")), ("c", Some("a")), ("d", Some("d"))]);
        let error = check_removal("a", &known).unwrap_err().to_string();
        assert_eq!(error, "touchpoint a has parts and cannot be removed before they are: b, c");
        check_removal("b", &known).unwrap();
        check_removal("d", &known).unwrap();
    }

    proptest! {
        /// However parents are given one after another: what is allowed never makes a circle.
        #[test]
        fn no_order_of_changes_makes_a_circle(changes in proptest::collection::vec((0_usize..6, 0_usize..6), 1..60)) {
            let names = ["a", "b", "c", "d", "e", "f"];
            let mut known = register(&names.map(|name| (name, None)));
            for (part, whole) in changes {
                let changed = part_of(Some(names[whole]));
                if check_place(names[part], &changed, &known).is_ok() {
                    known.touchpoints.insert(names[part].to_owned(), changed);
                }
                for start in names {
                    let mut steps = 0;
                    let mut at = start;
                    while let Some(next) = known.touchpoint(at).and_then(|touchpoint| touchpoint.parent.as_deref()) {
                        steps += 1;
                        prop_assert!(steps < names.len(), "{start} lies in a circle");
                        at = next;
                    }
                }
            }
        }
    }
}
