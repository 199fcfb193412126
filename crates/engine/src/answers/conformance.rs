//! Lived journeys against a map, and a map of lived journeys.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

use maps::{
    By, ByKernel, ConformanceBy, ConformanceKernel, Draft, GroupSummary, Network, PlannedStep, Room, Stories, Version,
};
use mining::{Control, GraphQuestion, Names, Planned, Recipe, Report};
use model::{DocumentKind, Every, Invalid, Join, MapPlan, Persona, Timestamp, parse_duration_s};

use super::Answers;
use super::mining::{Answered, Found, Log, MiningQuery};
use super::resolve::Resolved;
use crate::EngineError;
use crate::plans::typed;

/// The question's name in recipes.
pub(super) const CONFORMANCE: &str = "conformance";
const MAP: &str = "map";
const BY: &str = "by";

/// How many maps keep what they have told of sequences.
const MAPS_KEPT: usize = 4;

/// By what journeys can be grouped, as it is written.
const GROUPINGS: [(&str, Grouping); 4] = [
    ("week", Grouping::Scanned(By::Period(Every::Week))),
    ("month", Grouping::Scanned(By::Period(Every::Month))),
    ("channel", Grouping::Scanned(By::Channel)),
    ("persona", Grouping::Personas),
];

#[derive(Clone, Copy, Debug)]
enum Grouping {
    /// Each journey lies in one group.
    Scanned(By),
    /// A group for each persona of the map that says where it is found; a journey may lie in several.
    Personas,
}

/// What tells whether two questions mean the same sequences on the same map: its name, and for each version its number and
/// the codes of the touchpoints it names.
type Meant = (String, Vec<(u32, Vec<Option<u16>>)>);

/// What maps have told of sequences.
#[derive(Debug, Default)]
pub(super) struct KeptStories {
    /// Shared by all of them.
    room: Option<Arc<Room>>,
    /// The one asked for last at the end.
    maps: Vec<(Meant, Arc<Stories>)>,
}

/// A version of a map that journeys are held against.
pub(super) struct Drawn {
    pub(super) version: u32,
    from: i64,
    pub(super) plan: MapPlan,
}

impl Drawn {
    /// Microseconds after which a journey in which nothing happens is over; 0 where it is over at an end of the map only.
    pub(super) fn over_after(&self) -> i64 {
        parse_duration_s(&self.plan.over_after).map_or(0, |seconds| (seconds * 1e6) as i64)
    }
}

/// The versions of a map, and what a question means by it.
struct Held<'a> {
    map: &'a str,
    drawn: Vec<Drawn>,
    by: Option<(&'static str, Grouping)>,
}

impl Answers {
    /// Lived journeys against a map, each against the version in force when it began; all together, or `by` week, month,
    /// channel or persona. The journeys are cut as the map says, unless the query says otherwise.
    pub fn conform(
        &self,
        map: &str,
        by: Option<&str>,
        query: &MiningQuery,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let held = Held { map, drawn: self.drawn(map, None)?, by: by.map(grouping).transpose()? };
        let mut query = query.clone();
        if let (None, Some(newest)) = (&query.journey, held.drawn.last()) {
            query.journey = Some(newest.plan.journey.clone()).filter(|journey| !journey.is_empty());
        }
        if held.by.is_some() && (query.compare.is_some() || query.against.is_some()) {
            return Err(Invalid::missing("compare", "cannot be asked for by groups: they are beside each other").into());
        }
        self.hold_against(&held, self.resolve(&query)?, None, control)
    }

    /// The answer a recipe stands for.
    pub(super) fn conform_again(
        &self,
        recipe: &Recipe,
        resolved: Resolved,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let map = recipe.settings.get(MAP).ok_or_else(|| Invalid::missing("recipe.settings.map", "is missing"))?;
        let version = recipe.plans.get(&format!("{}/{map}", DocumentKind::Map)).copied();
        let by = recipe.settings.get(BY).map(|by| grouping(by)).transpose()?;
        let held = Held { map, drawn: self.drawn(map, version)?, by };
        self.hold_against(&held, resolved, Some(recipe), control)
    }

    fn hold_against(
        &self,
        held: &Held<'_>,
        mut resolved: Resolved,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        if let Some(newest) = held.drawn.iter().map(|drawn| drawn.version).max() {
            resolved.plans.insert(format!("{}/{}", DocumentKind::Map, held.map), newest);
        }
        if let Some((_, Grouping::Personas)) = held.by {
            return self.by_persona(held, resolved, again, control);
        }
        let mut answers = self.answered(&resolved, again, control, |log| Ok(vec![self.planned(held, log)?]))?;
        Ok(answers.remove(0))
    }

    fn planned(&self, held: &Held<'_>, log: &Log<'_>) -> Result<Planned, EngineError> {
        let kernel = self.map_kernel(held.map, &held.drawn, log)?;
        let mut settings = BTreeMap::from([(MAP.to_owned(), held.map.to_owned())]);
        settings.extend(held.by.map(|(by, _)| (BY.to_owned(), by.to_owned())));
        Ok(Planned {
            question: CONFORMANCE,
            settings,
            query: log.query().clone(),
            kernel: match held.by {
                Some((_, Grouping::Scanned(by))) => Box::new(ByKernel { kernel, by }),
                Some((_, Grouping::Personas)) | None => Box::new(kernel),
            },
        })
    }

    /// One group for each persona of the newest version, in one scan.
    fn by_persona(
        &self,
        held: &Held<'_>,
        mut resolved: Resolved,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let newest = held.drawn.iter().max_by_key(|drawn| drawn.version);
        let mut personas = Vec::new();
        for name in newest.iter().flat_map(|drawn| &drawn.plan.personas) {
            let key = format!("{}/{name}", DocumentKind::Persona);
            let version = again.and_then(|recipe| recipe.plans.get(&key).copied());
            let Some(document) = self.plans().document(DocumentKind::Persona, name, version)? else { continue };
            let persona: Persona = typed(&document.body)?;
            if let Some(known_by) = persona.where_ {
                resolved.plans.insert(key, document.version);
                resolved.beside.push(self.condition(&known_by, again, &mut resolved.plans)?);
                personas.push((name.clone(), persona.title));
            }
        }
        if personas.is_empty() {
            let reason = "has no persona that says by which journeys it is known (where)";
            return Err(Invalid::new(MAP, held.map, reason).into());
        }
        self.one_answer(&resolved, again, control, |log| {
            let planned = self.planned(held, log)?;
            let kernel = self.map_kernel(held.map, &held.drawn, log)?;
            let groups: Vec<_> = resolved.beside.iter().cloned().map(Some).collect();
            let found = mining::scan_groups(log.source(), log.names(), log.query(), &groups, &[&kernel], control)?;
            let mut coverage = mining::Coverage::default();
            let mut rows = Vec::new();
            for ((name, title), group) in personas.into_iter().zip(found) {
                coverage = coverage.merge(&group.scanned.coverage);
                for partial in group.scanned.partials {
                    // The kernel's own partials come back.
                    if let Ok(partial) = partial.downcast::<maps::Partial>() {
                        let all = kernel.summary(*partial);
                        rows.push(GroupSummary {
                            group: name.clone(),
                            title: title.clone(),
                            from: None,
                            open: false,
                            all,
                        });
                    }
                }
            }
            let answer = ConformanceBy::of(&kernel, rows, coverage);
            Ok((planned, Found::One(Report::of(&answer).map_err(mining::RunError::Json)?)))
        })
    }

    /// A first map of the journeys that are asked for, with at most so many steps; `title` and the names of `stages` (before,
    /// during, after the purchase, of no known moment) are as the asker's language has them. Nothing is written.
    pub fn draft_map(
        &self,
        title: &str,
        stages: [String; 4],
        most_steps: usize,
        query: &MiningQuery,
    ) -> Result<MapDraft, EngineError> {
        let graph = self.ask(query, GraphQuestion)?;
        let register = crate::plan_files::register(self.plans())?;
        let mut map = Draft { title: title.to_owned(), most_steps, stages, register: &register }.of(&graph);
        map.journey = query.journey.clone().unwrap_or_default();
        Ok(MapDraft { map, journeys: graph.journeys, events: graph.events })
    }

    /// The versions of a map, each from its day on, the earliest first; of several for the same day the newest. `through`
    /// is the newest that counts.
    pub(super) fn drawn(&self, map: &str, through: Option<u32>) -> Result<Vec<Drawn>, EngineError> {
        let mut history = self.plans().history(DocumentKind::Map, map)?;
        history.retain(|document| through.is_none_or(|through| document.version <= through));
        if history.first().is_none_or(|newest| newest.body.is_null()) {
            return Err(Invalid::new(MAP, map, "is no map").into());
        }
        let mut by_day: BTreeMap<i64, Drawn> = BTreeMap::new();
        for document in history.iter().filter(|document| !document.body.is_null()) {
            let plan: MapPlan = typed(&document.body)?;
            let from = begins(&plan)?;
            // The newest comes first.
            by_day.entry(from).or_insert(Drawn { version: document.version, from, plan });
        }
        Ok(by_day.into_values().collect())
    }

    /// Versions of a map in the codes of a log.
    pub(super) fn map_kernel(
        &self,
        map: &str,
        drawn: &[Drawn],
        log: &Log<'_>,
    ) -> Result<ConformanceKernel, EngineError> {
        let names = log.names();
        let mut steps: Vec<PlannedStep> = Vec::new();
        let mut place_of: HashMap<&str, u32> = HashMap::new();
        // What the newest version has stands first, in its order.
        let mut by_age: Vec<&Drawn> = drawn.iter().collect();
        by_age.sort_by_key(|drawn| std::cmp::Reverse(drawn.version));
        for step in by_age.iter().flat_map(|drawn| &drawn.plan.step) {
            place_of.entry(&step.id).or_insert_with(|| {
                let unseen = step.touchpoints.iter().filter(|name| names.code(name).is_none()).cloned().collect();
                steps.push(PlannedStep { says: step.clone(), unseen });
                (steps.len() - 1) as u32
            });
        }
        // By property: the value of each event, for edges that join steps by it.
        let mut values: BTreeMap<&str, Arc<Vec<u32>>> = BTreeMap::new();
        for plan in drawn.iter().map(|drawn| &drawn.plan) {
            for (join, property) in [(Join::Case, plan.case.as_str()), (Join::Product, plan.product.as_str())] {
                if plan.edge.iter().any(|edge| edge.join == join) && !values.contains_key(property) {
                    values.insert(property, Arc::new(log.values_of(self, property)?.by_arrival().to_vec()));
                }
            }
        }
        let version = |drawn: &Drawn| -> Result<Version, Invalid> {
            let over_after = match drawn.plan.over_after.as_str() {
                "" => None,
                written => Some((parse_duration_s(written)? * 1e6) as i64),
            };
            Ok(Version {
                from: drawn.from,
                version: drawn.version,
                network: Network::of(&drawn.plan, names.labels.len(), &|name| names.code(name))?,
                places: drawn.plan.step.iter().map(|step| place_of[step.id.as_str()]).collect(),
                over_after,
                case: values.get(drawn.plan.case.as_str()).cloned(),
                product: values.get(drawn.plan.product.as_str()).cloned(),
            })
        };
        Ok(ConformanceKernel {
            map: map.to_owned(),
            versions: drawn.iter().map(version).collect::<Result<_, _>>()?,
            steps,
            as_of: names.as_of.micros(),
            stories: self.stories(map, drawn, names),
        })
    }

    /// What this map has told of sequences in questions before.
    fn stories(&self, map: &str, drawn: &[Drawn], names: &Names<'_>) -> Arc<Stories> {
        let codes = |drawn: &Drawn| {
            let named = drawn.plan.step.iter().flat_map(|step| step.touchpoints.iter().chain(&step.failing));
            (drawn.version, named.map(|name| names.code(name)).collect())
        };
        let meant: Meant = (map.to_owned(), drawn.iter().map(codes).collect());
        let mut kept = self.stories.lock().unwrap_or_else(PoisonError::into_inner);
        let KeptStories { room, maps } = &mut *kept;
        let room = room.get_or_insert_with(|| Room::of(self.mining_bytes / 8));
        let known = maps.iter().position(|(known, _)| *known == meant).map(|place| maps.remove(place).1);
        // An older version of the same map, or older codes, are not asked for again.
        maps.retain(|((known, _), _)| *known != map);
        while !maps.is_empty() && (maps.len() >= MAPS_KEPT || room.is_scarce()) {
            maps.remove(0);
        }
        let stories = known.unwrap_or_else(|| Arc::new(Stories::within(room)));
        maps.push((meant, Arc::clone(&stories)));
        stories
    }
}

/// A map drawn from what is lived; it is not stored.
#[derive(Clone, Debug, serde::Serialize)]
pub struct MapDraft {
    /// The content of a map document.
    pub map: MapPlan,
    /// Of so many journeys.
    pub journeys: u64,
    /// With so many events.
    pub events: u64,
}

fn grouping(written: &str) -> Result<(&'static str, Grouping), Invalid> {
    let known = GROUPINGS.into_iter().find(|(name, _)| *name == written);
    known.ok_or_else(|| Invalid::new(BY, written, format!("is none of {}", GROUPINGS.map(|(name, _)| name).join(", "))))
}

/// The first moment of the day on which a plan begins to hold (UTC).
fn begins(plan: &MapPlan) -> Result<i64, EngineError> {
    if plan.valid_from.is_empty() {
        return Ok(i64::MIN);
    }
    let moment: Timestamp = format!("{}T00:00:00Z", plan.valid_from).parse()?;
    Ok(moment.micros())
}
