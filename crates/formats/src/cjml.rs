//! CJML 2.0, the Customer Journey Modelling Language of SINTEF, both ways.
//!
//! There is no schema of it to be had: what is read is a tolerant profile of the elements that its editor and its tools write.
//! A phase is a stage, a touchpoint a step, an end user a persona, a service provider an owner. A journey that was lived
//! (`actualJourney`) gives a map of what is known of its steps; what was felt and when is told in notes. What CJML has no element
//! for stands in processing instructions `<?geleit ...?>`: `map` in the journey, `step` before a touchpoint.
//!
//! Source: <https://cjml.no>, and what public tools for it read and write.

use std::collections::{BTreeMap, BTreeSet};

use model::{Invalid, MapPlan, MapState, Stage, Step};
use serde::{Deserialize, Serialize};

use crate::names::Unique;
use crate::points::{Actor, CHANNEL, COMMENT, Lived, Party, Point, add_lanes, personas};
use crate::words::one_line;
use crate::xml::{self, Child, Element, Out};
use crate::{Beside, Note, Read, decode, kept};

const TARGET: &str = "geleit";

/// What a journey cannot say of its map.
#[derive(Serialize, Deserialize)]
struct KeptMap {
    map: MapPlan,
    /// The actor that stands for customers where the map has no persona.
    customer: Option<String>,
    /// The actor that stands for whoever answers for a step without an owner.
    company: String,
}

/// What a touchpoint cannot say of its step, and the channel it was written with.
#[derive(Serialize, Deserialize)]
struct KeptStep {
    channel: String,
    step: Step,
}

/// A map as a planned journey.
pub(crate) fn write(name: &str, map: &MapPlan, beside: &Beside) -> Vec<u8> {
    let named: Vec<String> = map.personas.iter().map(|id| one_line(id)).collect();
    let mut actors = Unique::of(named.iter().map(String::as_str));
    let customer = map.personas.is_empty().then(|| actors.slug("customer", "customer"));
    let company = actors.slug("company", "company");
    let owners: BTreeSet<&str> =
        map.step.iter().map(|step| step.owner.as_str()).filter(|owner| !owner.trim().is_empty()).collect();
    let owners: BTreeMap<&str, String> =
        owners.into_iter().map(|owner| (owner, actors.slug(owner, "provider"))).collect();

    let mut out = Out::new();
    out.open("CJML", &[("version", "2.0")]);
    out.open("plannedJourney", &[]);
    let rest = MapPlan { step: Vec::new(), ..map.clone() };
    let keeping = KeptMap { map: rest, customer: customer.clone(), company: company.clone() };
    out.instruction(&format!("{TARGET} map {}", kept::json(&keeping)));
    out.text("journeyID", name);
    out.text("journeyTitle", &shown(&map.title));
    if !map.stage.is_empty() {
        out.open("journeyPhases", &[]);
        for stage in &map.stage {
            out.open("journeyPhase", &[("phaseID", &stage.id)]);
            out.text("phaseName", &shown(&stage.title));
            out.close();
        }
        out.close();
    }
    if !map.description.is_empty() {
        out.text("journeyShortSummary", &shown(&map.description));
    }
    out.text("journeyStatus", status(map.state));
    out.open("actors", &[]);
    for id in customer.iter().chain(&map.personas).filter(|id| !one_line(id).is_empty()) {
        let title = beside
            .personas
            .get(id)
            .map_or_else(|| if Some(id) == customer.as_ref() { "Customer" } else { id }, |known| &known.title);
        out.open("endUser", &[("actorID", &one_line(id))]);
        out.text("actorName", &shown(title));
        out.close();
    }
    let stand_in = if map.owner.trim().is_empty() { "Company" } else { &map.owner };
    for (owner, id) in owners.iter().map(|(owner, id)| (*owner, id)).chain([(stand_in, &company)]) {
        out.open("serviceProvider", &[("actorID", id)]);
        out.text("companyName", &shown(owner));
        out.close();
    }
    out.close();
    out.open("touchpoints", &[]);
    let first = customer.as_ref().or(map.personas.first()).map(|id| one_line(id)).unwrap_or_default();
    for step in &map.step {
        let felt = map.personas.iter().find(|id| step.emotion.contains_key(*id)).map(|id| one_line(id));
        let provider = owners.get(step.owner.as_str()).unwrap_or(&company);
        touchpoint(&mut out, step, &felt.unwrap_or_else(|| first.clone()), provider, &channel(step, beside));
    }
    out.close();
    out.close();
    out.close();
    out.done()
}

fn touchpoint(out: &mut Out, step: &Step, customer: &str, provider: &str, channel: &str) {
    let keeping = KeptStep { channel: channel.to_owned(), step: step.clone() };
    out.instruction(&format!("{TARGET} step {}", kept::json(&keeping)));
    let talks = !step.touchpoints.is_empty() || !channel.is_empty() || !step.front_stage.trim().is_empty();
    out.open(if talks { "plannedCommunicationPoint" } else { "plannedAction" }, &[]);
    out.text("touchpointID", &step.id);
    if !step.stage.is_empty() {
        out.empty("belongsTo", &[("phaseIDref", &step.stage)]);
    }
    out.open("initiator", &[]);
    out.empty("refersTo", &[("actorIDref", customer)]);
    out.text("initiatorLabel", &shown(&step.title));
    out.close();
    if talks {
        out.open("receiver", &[]);
        out.empty("refersTo", &[("actorIDref", provider)]);
        out.text("receiverLabel", &shown(&step.front_stage));
        out.close();
        out.open("channel", &[]);
        out.text("channelName", channel);
        out.close();
    }
    if let Some(comment) = step.cells.get(COMMENT.0) {
        out.text("comment", &shown(comment));
    }
    out.close();
}

/// How a step happens: as its lane says, or as the register says of its touchpoints.
fn channel(step: &Step, beside: &Beside) -> String {
    if let Some(told) = step.cells.get(CHANNEL.0) {
        return shown(told);
    }
    let known = step.touchpoints.iter().filter_map(|id| beside.touchpoints.get(id));
    let channels: BTreeSet<String> =
        known.map(|touchpoint| shown(&touchpoint.channel)).filter(|channel| !channel.is_empty()).collect();
    channels.into_iter().collect::<Vec<_>>().join(", ")
}

fn status(state: MapState) -> &'static str {
    match state {
        MapState::AsIs => "as_is",
        MapState::ToBe => "to_be",
    }
}

/// A text as a reader of XML gets it, who does not mind white space at its ends.
fn shown(text: &str) -> String {
    xml::clean(text).replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// Reads CJML.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, Invalid> {
    let text = decode::xml(bytes)?;
    let root = xml::parse(&text)?;
    if root.name != "CJML" {
        return Err(Invalid::new(root.place(), &root.name, "is not CJML: the outermost element is called so"));
    }
    let mut notes = Vec::new();
    match root.attribute("version") {
        Some(version) if version.starts_with("2.") || version == "2" => {}
        version => notes
            .push(Note::assumed(root.place(), format!("version {:?}: it is read as 2.0", version.unwrap_or_default()))),
    }
    let journeys: Vec<&Element> =
        root.elements().filter(|child| matches!(child.name.as_str(), "plannedJourney" | "actualJourney")).collect();
    let is_planned = |journey: &&&Element| journey.name == "plannedJourney";
    let Some(&taken) = journeys.iter().find(is_planned).or(journeys.first()) else {
        return Err(Invalid::missing(root.place(), "holds neither a plannedJourney nor an actualJourney"));
    };
    // A journey may refer to actors that another one names.
    let actors = actors(&journeys)?;
    let read = journey(taken, &actors, &mut notes)?;
    for other in journeys.iter().filter(|other| !std::ptr::eq(**other, taken)) {
        let id = other.text_of("journeyID");
        if other.name == "actualJourney" {
            notes.push(Note::lived(
                other.place(),
                format!("the journey {id:?} was lived; what it says is told here, its steps are not in the map"),
            ));
            let mut phases = BTreeMap::new();
            stages(other, &mut MapPlan::default(), &mut phases, &mut Vec::new())?;
            for (_, point) in points(other, &actors, &phases)? {
                point.tell(&point.id, &mut notes);
            }
            tell_journey(other, &mut notes);
        } else {
            notes.push(Note::left_out(other.place(), format!("the planned journey {id:?}: a map is one journey")));
        }
    }
    Ok(Read { map: read, notes: Note::few(notes) })
}

fn actors(journeys: &[&Element]) -> Result<BTreeMap<String, Actor>, Invalid> {
    let mut actors: BTreeMap<String, Actor> = BTreeMap::new();
    for journey in journeys {
        for element in journey.child("actors").into_iter().flat_map(Element::elements) {
            let is_customer = match element.name.as_str() {
                "endUser" => true,
                "serviceProvider" => false,
                _ => continue,
            };
            let id = element.attribute("actorID").or_else(|| element.attribute("actorIDref")).unwrap_or_default();
            if id.is_empty() {
                return Err(Invalid::new(element.place(), &element.name, "has no actorID"));
            }
            let name = [element.text_of("actorName"), element.text_of("companyName"), id]
                .into_iter()
                .find(|name| !name.is_empty());
            let is_named = element.child("actorName").or(element.child("companyName")).is_some();
            let actor = Actor { id: id.to_owned(), name: name.unwrap_or(id).to_owned(), is_customer };
            if is_named || !actors.contains_key(id) {
                actors.insert(id.to_owned(), actor);
            }
        }
    }
    Ok(actors)
}

fn journey(journey: &Element, actors: &BTreeMap<String, Actor>, notes: &mut Vec<Note>) -> Result<MapPlan, Invalid> {
    let keeping = kept_map(journey)?;
    let (customer, company) = keeping.as_ref().map(|kept| (kept.customer.clone(), kept.company.clone())).unzip();
    let is_new = keeping.is_none();
    let mut map = keeping.map(|kept| kept.map).unwrap_or_default();
    map.step.clear();
    map.title = kept::told(journey.text_of("journeyTitle"), &map.title, shown, str::to_owned);
    let summary = [journey.text_of("journeyShortSummary"), journey.text_of("journeyLongSummary")];
    let summary = summary.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    map.description = kept::told(&summary, &map.description, shown, str::to_owned);
    match journey.text_of("journeyStatus") {
        "as_is" => map.state = MapState::AsIs,
        "to_be" => map.state = MapState::ToBe,
        "" => {}
        other => notes.push(Note::left_out(journey.place(), format!("journeyStatus {other:?}"))),
    }
    let mut phases = BTreeMap::new();
    stages(journey, &mut map, &mut phases, notes)?;

    let stand_in = customer.flatten();
    let own: Vec<&Actor> = journey
        .child("actors")
        .into_iter()
        .flat_map(Element::elements)
        .filter_map(|element| actors.get(element.attribute("actorID").or_else(|| element.attribute("actorIDref"))?))
        .filter(|actor| actor.is_customer && Some(&actor.id) != stand_in.as_ref())
        .collect();
    let is_kept = |actor: &&Actor| map.personas.iter().any(|id| one_line(id) == actor.id);
    let new: Vec<&Actor> = own.iter().filter(|actor| !is_kept(actor)).copied().collect();
    for (_, id) in personas(new) {
        if !map.personas.contains(&id) {
            map.personas.push(id);
        }
    }

    let is_actual = journey.name == "actualJourney";
    if is_actual {
        notes.push(Note::lived(
            journey.place(),
            "the journey was lived: the map has its steps in their order, each with the evidence `partly`",
        ));
        tell_journey(journey, notes);
    }
    let company = company.unwrap_or_default();
    let points = points(journey, actors, &phases)?;
    let mut ids = Unique::default();
    for (kept, _) in &points {
        if let Some((line, kept)) = kept
            && !ids.take(&kept.step.id)
        {
            return Err(Invalid::new(format!("line {line}"), &kept.step.id, "is the id of another step already"));
        }
    }
    let mut seen = BTreeSet::new();
    for (kept, point) in points {
        if !point.id.is_empty() && !seen.insert(point.id.clone()) {
            return Err(Invalid::new(point.place, &point.id, "is the touchpointID of another touchpoint already"));
        }
        let step = match kept {
            Some((_, kept)) => merged(kept, &point, &company),
            None => point.step(&mut ids),
        };
        point.tell(&step.id, notes);
        map.step.push(step);
    }
    add_lanes(&mut map);
    kept::drop_loose_edges(&mut map, notes);
    if is_new && !map.step.is_empty() {
        notes.push(Note::assumed(
            "",
            "CJML names channels, no touchpoints: steps can be seen in lived journeys once they have touchpoints",
        ));
    }
    Ok(map)
}

/// A step as it was kept, but for what was changed in what is seen of it.
fn merged(kept: KeptStep, point: &Point, company: &str) -> Step {
    let KeptStep { channel, mut step } = kept;
    let told = |seen: &str, kept: &str| kept::told(seen, kept, shown, str::to_owned);
    let (title, other) = point.labels();
    if !title.is_empty() {
        step.title = told(title, &step.title);
    }
    step.stage.clone_from(&point.stage);
    if point.receiver.is_some() {
        step.front_stage = told(other, &step.front_stage);
        step.owner = match point.provider() {
            Some(provider) if provider.id == company && !step.owner.trim().is_empty() => String::new(),
            Some(provider) if provider.id == company => step.owner,
            Some(provider) => told(&provider.name, &step.owner),
            None => step.owner,
        };
        if point.channel != channel {
            cell(&mut step, CHANNEL.0, &point.channel);
        }
    }
    let comment = step.cells.get(COMMENT.0).map(|comment| shown(comment)).unwrap_or_default();
    if point.comment != comment {
        cell(&mut step, COMMENT.0, &point.comment);
    }
    step
}

fn cell(step: &mut Step, lane: &str, text: &str) {
    if text.is_empty() {
        step.cells.remove(lane);
    } else {
        step.cells.insert(lane.to_owned(), text.to_owned());
    }
}

fn kept_map(journey: &Element) -> Result<Option<KeptMap>, Invalid> {
    for child in &journey.children {
        if let Child::Instruction { target, content, line } = child
            && target == TARGET
            && let Some(json) = content.strip_prefix("map ")
        {
            return kept::value(json, &format!("line {line}")).map(Some);
        }
    }
    Ok(None)
}

/// The stages of a journey's phases, and the stage of each phase by its id.
fn stages(
    journey: &Element,
    map: &mut MapPlan,
    phases: &mut BTreeMap<String, String>,
    notes: &mut Vec<Note>,
) -> Result<(), Invalid> {
    let was = std::mem::take(&mut map.stage);
    let mut ids = Unique::of(was.iter().map(|stage| stage.id.as_str()));
    for phase in journey
        .child("journeyPhases")
        .into_iter()
        .flat_map(Element::elements)
        .filter(|phase| phase.name == "journeyPhase")
    {
        let id = phase.attribute("phaseID").unwrap_or_default().to_owned();
        let name = phase.text_of("phaseName");
        if id.is_empty() {
            return Err(Invalid::new(phase.place(), name, "is a phase without phaseID"));
        }
        if phases.contains_key(&id) {
            return Err(Invalid::new(phase.place(), &id, "is the phaseID of another phase already"));
        }
        let stage = match was.iter().find(|stage| stage.id == id) {
            Some(kept) => Stage { title: kept::told(name, &kept.title, shown, str::to_owned), ..kept.clone() },
            None => Stage {
                id: ids.slug(&id, "stage"),
                title: if name.is_empty() { id.clone() } else { name.to_owned() },
                moment: None,
            },
        };
        if !phase.text_of("phaseDescription").is_empty() {
            notes.push(Note::left_out(
                phase.place(),
                format!("phaseDescription {:?}", phase.text_of("phaseDescription")),
            ));
        }
        if phase.elements().any(|inner| inner.name == "journeyPhase") {
            return Err(Invalid::new(phase.place(), &id, "holds another phase: phases stand side by side"));
        }
        phases.insert(id, stage.id.clone());
        map.stage.push(stage);
    }
    for gone in was.iter().filter(|stage| !map.stage.iter().any(|known| known.id == stage.id)) {
        notes.push(Note::left_out("", format!("the stage {:?}: no phase has its id", gone.id)));
    }
    Ok(())
}

type Told = (Option<(usize, KeptStep)>, Point);

/// The touchpoints of a journey, each with the step that was kept before it.
fn points(
    journey: &Element,
    actors: &BTreeMap<String, Actor>,
    phases: &BTreeMap<String, String>,
) -> Result<Vec<Told>, Invalid> {
    let mut points = Vec::new();
    let mut kept = None;
    for child in journey.child("touchpoints").into_iter().flat_map(|touchpoints| &touchpoints.children) {
        let element = match child {
            Child::Instruction { target, content, line } => {
                if let Some(json) = content.strip_prefix("step ").filter(|_| target == TARGET) {
                    kept = Some((*line, kept::value(json, &format!("line {line}"))?));
                }
                continue;
            }
            Child::Element(element) => element,
        };
        let is_action = match element.name.as_str() {
            "plannedCommunicationPoint" | "actualCommunicationPoint" => false,
            "plannedAction" | "actualAction" => true,
            _ => continue,
        };
        let stage = match element
            .child("belongsTo")
            .and_then(|phase| phase.attribute("phaseIDref"))
            .filter(|id| !id.is_empty())
        {
            Some(id) => {
                phases.get(id).ok_or_else(|| Invalid::new(element.place(), id, "is the phaseID of no phase"))?.clone()
            }
            None => String::new(),
        };
        let party = |name: &str, label: &str| -> Result<Party, Invalid> {
            let Some(party) = element.child(name) else { return Ok(Party::default()) };
            let id = party
                .child("refersTo")
                .and_then(|actor| actor.attribute("actorIDref").or_else(|| actor.attribute("actorID")));
            let actor = match id.filter(|id| !id.is_empty()) {
                Some(id) => {
                    actors.get(id).ok_or_else(|| Invalid::new(party.place(), id, "is the actorID of no actor"))?.clone()
                }
                None => Actor::default(),
            };
            Ok(Party { actor, label: party.text_of(label).to_owned() })
        };
        points.push((
            kept.take(),
            Point {
                place: element.place(),
                id: element.text_of("touchpointID").to_owned(),
                initiator: party("initiator", "initiatorLabel")?,
                receiver: (!is_action).then(|| party("receiver", "receiverLabel")).transpose()?,
                channel: element.child("channel").map_or("", |channel| channel.text_of("channelName")).to_owned(),
                stage,
                comment: element.text_of("comment").to_owned(),
                lived: lived(element),
            },
        ));
    }
    Ok(points)
}

fn lived(element: &Element) -> Lived {
    let experience = element.child("touchpointExperience");
    let of_experience = |name: &str| experience.map_or("", |experience| experience.text_of(name)).to_owned();
    let times = element.child("timestamps").into_iter().flat_map(Element::elements);
    let times =
        times.map(|time| (time.name.clone(), time.text.trim().to_owned())).filter(|(_, moment)| !moment.is_empty());
    Lived {
        is_actual: element.name.starts_with("actual"),
        compliance: element.text_of("compliance").to_owned(),
        experience: of_experience("experienceDescription"),
        rating: of_experience("experienceRating"),
        times: times.collect(),
    }
}

/// What is said of a lived journey as a whole.
fn tell_journey(journey: &Element, notes: &mut Vec<Note>) {
    let place = journey.place();
    for name in ["plannedReference", "complianceContent", "complianceSequence", "complianceTiming"] {
        if !journey.text_of(name).is_empty() {
            notes.push(Note::lived(&place, format!("{name} {:?}", journey.text_of(name))));
        }
    }
    if let Some(experience) = journey.child("journeyExperience") {
        for name in ["experienceDescription", "experienceRating"] {
            if !experience.text_of(name).is_empty() {
                notes.push(Note::lived(&place, format!("{name} {:?}", experience.text_of(name))));
            }
        }
    }
}
