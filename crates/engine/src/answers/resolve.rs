//! What a question about journeys says, as plans and filters have it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use mining::{Query, Recipe, TimeRange};
use model::filter::{FilterError, Formula, JourneyTest};
use model::{DocumentKind, EventFilter, Invalid, JourneyFilter, JourneyRule, SegmentPlan};
use store::Plans;

use super::Answers;
use super::mining::MiningQuery;
use crate::EngineError;
use crate::plans::{journey_rule, typed};

/// A question's journeys with every name in it looked up.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub(super) query: Query,
    /// The condition on journeys as it was written, with segments by their names.
    pub(super) written: Option<JourneyFilter>,
    /// The two groups as they were written.
    pub(super) compared: Option<[JourneyFilter; 2]>,
    /// The same with segments in their places.
    pub(super) groups: Option<[JourneyFilter; 2]>,
    /// Conditions of further groups, with segments in their places.
    pub(super) beside: Vec<JourneyFilter>,
    /// Versions of the journeys and segments that took part, by `kind/name`.
    pub(super) plans: BTreeMap<String, u32>,
}

impl Resolved {
    /// Every property of customers that a condition asks for.
    pub(super) fn properties(&self) -> BTreeSet<String> {
        let conditions = self.query.wanted.iter().chain(self.groups.iter().flatten()).chain(&self.beside);
        let mut paths = BTreeSet::new();
        for test in conditions.flat_map(Formula::tests) {
            if let JourneyTest::Customer { path, .. } = test {
                paths.insert(path.clone());
            }
        }
        paths
    }
}

impl Answers {
    /// Refused: rules, filters and names that cannot be read, each with its place.
    pub(super) fn resolve(&self, asked: &MiningQuery) -> Result<Resolved, EngineError> {
        let found = Found { plans: self.plans(), versions: &|_| None, used: RefCell::default() };
        let segment = asked.segment.as_deref().map(|name| found.segment(name)).transpose()?.unwrap_or_default();
        let rule = match asked.journey.as_ref().or(segment.journey.as_ref()) {
            Some(written) => found.rule(written.trim())?,
            None => JourneyRule::default(),
        };
        let only = both(segment.only, read::<EventFilter>("only", asked.only.as_deref())?);
        let written = both(segment.where_, read::<JourneyFilter>("where", asked.wanted.as_deref())?);
        let group = |name: &str, text: &Option<String>| read::<JourneyFilter>(name, text.as_deref());
        let compared = match (group("compare", &asked.compare)?, group("against", &asked.against)?) {
            (Some(a), Some(b)) => Some([a, b]),
            (Some(a), None) => {
                let others = JourneyFilter::Not(Box::new(a.clone())).to_string();
                // Read again, so that the opposite stands in its canonical form.
                Some([a, others.parse().map_err(Invalid::from).map_err(|error| error.within("compare"))?])
            }
            (None, Some(_)) => {
                return Err(Invalid::missing("compare", "is missing: against names the second group only").into());
            }
            (None, None) => None,
        };
        let range = TimeRange { from: asked.from.or(segment.from), to: asked.to.or(segment.to) };
        Ok(found.resolved(Query { rule, range, only, ..Query::default() }, written, compared)?)
    }

    /// A condition with segments in their places; those that take part are added to `plans`, in the versions of a recipe if
    /// there is one.
    pub(super) fn condition(
        &self,
        written: &JourneyFilter,
        again: Option<&Recipe>,
        plans: &mut BTreeMap<String, u32>,
    ) -> Result<JourneyFilter, Invalid> {
        let versions = |key: &str| again.and_then(|recipe| recipe.plans.get(key).copied());
        let found = Found { plans: self.plans(), versions: &versions, used: RefCell::default() };
        let condition = found.with_segments(written)?;
        plans.append(&mut found.used.into_inner());
        Ok(condition)
    }

    /// What a recipe says, under the versions of plans it names.
    pub(super) fn resolve_recipe(&self, recipe: &Recipe) -> Result<Resolved, EngineError> {
        let (mapping, identity) = {
            let plans = &self.settled()?.plans;
            (plans.mapping_version, plans.identity_version)
        };
        for (kind, now) in [(DocumentKind::Mapping, mapping), (DocumentKind::Identity, identity)] {
            let key = format!("{kind}/default");
            if let Some(then) = recipe.plans.get(&key).filter(|then| **then != now) {
                let reason = format!("was in force then; events are filed under version {now} now");
                return Err(Invalid::new(format!("recipe.plans.{key}"), &then.to_string(), reason).into());
            }
        }
        let versions = |key: &str| recipe.plans.get(key).copied();
        let found = Found { plans: self.plans(), versions: &versions, used: RefCell::default() };
        // Only planned journeys take part by name; the rule itself stands in the recipe.
        let journey = format!("{}/", DocumentKind::Journey);
        let planned = recipe.plans.iter().filter(|(key, _)| key.starts_with(&journey));
        found.used.borrow_mut().extend(planned.map(|(key, version)| (key.clone(), *version)));
        let range = TimeRange { from: recipe.from, to: recipe.to };
        let query = Query {
            rule: recipe.journey.parse()?,
            range,
            only: read("only", recipe.only.as_deref())?,
            ..Query::default()
        };
        let written = read("where", recipe.wanted.as_deref())?;
        let group = |text: &String| read::<JourneyFilter>("compare", Some(text));
        let compared = match recipe.compare.as_ref().map(|[a, b]| (group(a), group(b))) {
            Some((a, b)) => a?.zip(b?).map(|(a, b)| [a, b]),
            None => None,
        };
        Ok(found.resolved(query, written, compared)?)
    }
}

fn read<T: FromStr<Err = FilterError>>(field: &str, text: Option<&str>) -> Result<Option<T>, Invalid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(str::parse).transpose().map_err(|error| Invalid::from(error).within(field))
}

fn both<T>(saved: Option<Formula<T>>, said: Option<Formula<T>>) -> Option<Formula<T>> {
    match (saved, said) {
        (Some(saved), Some(said)) => Some(Formula::And(vec![saved, said])),
        (saved, said) => saved.or(said),
    }
}

/// Plans looked up, and which versions of them took part.
struct Found<'a> {
    plans: &'a dyn Plans,
    /// The version of a plan that is asked for by `kind/name`; the current one where none is.
    versions: &'a dyn Fn(&str) -> Option<u32>,
    used: RefCell<BTreeMap<String, u32>>,
}

impl Found<'_> {
    /// A journey rule; one that was planned takes part.
    fn rule(&self, written: &str) -> Result<JourneyRule, EngineError> {
        journey_rule(written, |name| {
            let Some(planned) = self.plans.document(DocumentKind::Journey, name, None)? else { return Ok(None) };
            self.used.borrow_mut().insert(format!("{}/{name}", DocumentKind::Journey), planned.version);
            Ok(Some(typed(&planned.body)?))
        })
    }

    fn segment(&self, name: &str) -> Result<SegmentPlan, Invalid> {
        let key = format!("{}/{name}", DocumentKind::Segment);
        let refused = |reason: String| Invalid::new("segment", name, reason);
        let version = (self.versions)(&key);
        let document = self
            .plans
            .document(DocumentKind::Segment, name, version)
            .map_err(|error| refused(format!("cannot be read: {error}")))?
            .ok_or_else(|| refused("is not saved".to_owned()))?;
        self.used.borrow_mut().insert(key, document.version);
        typed(&document.body).map_err(|error| refused(format!("cannot be read: {error}")))
    }

    fn with_segments(&self, filter: &JourneyFilter) -> Result<JourneyFilter, Invalid> {
        filter.with_segments(&|name| {
            let segment = self.segment(name)?;
            let says_nothing = || Invalid::new("segment", name, "has no condition on journeys (where)");
            segment.where_.ok_or_else(says_nothing)
        })
    }

    fn resolved(
        self,
        query: Query,
        written: Option<JourneyFilter>,
        compared: Option<[JourneyFilter; 2]>,
    ) -> Result<Resolved, Invalid> {
        let wanted = written.as_ref().map(|filter| self.with_segments(filter)).transpose()?;
        let groups = match &compared {
            Some([a, b]) => Some([self.with_segments(a)?, self.with_segments(b)?]),
            None => None,
        };
        let query = Query { wanted, properties: HashMap::new(), ..query };
        Ok(Resolved { query, written, compared, groups, beside: Vec::new(), plans: self.used.into_inner() })
    }
}
