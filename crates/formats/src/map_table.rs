//! A map as tables, both ways: in a CSV file one table whose column `row` says what a row is, in a workbook a sheet for each sort.
//!
//! People need little of it: a table with a column `title` is a list of steps. The headers of CJML's spreadsheet are read, too.

use std::collections::BTreeMap;

use model::{END, Edge, Invalid, Lane, MapPlan, START, Stage, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::cells::{Cell, Column, Sort, read, read_text_or_empty, text_or_empty, written};
use crate::grid::{self, Grid, Row};
use crate::map_columns::Kind;
use crate::names::Unique;
use crate::points::{Actor, Lived, Party, Point, add_lanes, is_called_customer, personas};
use crate::workbook::{self, Sheet};
use crate::{Note, Read};

/// Columns of steps that are read and never written: what follows, by ids or titles.
const NEXT: &str = "next";
/// Begins the columns of a map's own lanes.
const LANE_MARK: &str = "lane:";

/// A map's rows of each sort, by the names of their columns.
fn rows(map: &MapPlan) -> Vec<(Kind, Vec<BTreeMap<String, Cell>>)> {
    fn of<'r, T: Serialize + 'r>(
        kind: Kind,
        rows: impl IntoIterator<Item = &'r T>,
    ) -> (Kind, Vec<BTreeMap<String, Cell>>) {
        let row = |row: &T| {
            let value = serde_json::to_value(row).expect("plans are JSON");
            let cell = |(name, sort): &Column| ((*name).to_owned(), written(value.get(name), *sort));
            let lanes = value.get("cells").and_then(Value::as_object).into_iter().flatten();
            let lanes = lanes.map(|(lane, text)| {
                (format!("{LANE_MARK}{lane}"), Cell::Text(text_or_empty(text.as_str().unwrap_or_default())))
            });
            kind.columns().iter().map(cell).chain(lanes).collect()
        };
        (kind, rows.into_iter().map(row).collect())
    }
    vec![
        of(Kind::Map, [map]),
        of(Kind::Stage, &map.stage),
        of(Kind::Lane, &map.lane),
        of(Kind::Step, &map.step),
        of(Kind::Edge, &map.edge),
    ]
}

fn lane_columns(map: &MapPlan) -> impl Iterator<Item = String> {
    map.lane.iter().map(|lane| format!("{LANE_MARK}{}", lane.id))
}

/// A map as one table.
pub(crate) fn write_csv(map: &MapPlan) -> Vec<u8> {
    let mut header: Vec<String> = ["row".to_owned()].into();
    for kind in [Kind::Step, Kind::Map, Kind::Stage, Kind::Edge] {
        for (name, _) in kind.columns() {
            if !header.iter().any(|known| known == name) {
                header.push((*name).to_owned());
            }
        }
    }
    header.extend(lane_columns(map));
    let mut lines = Vec::new();
    for (kind, rows) in rows(map) {
        for mut row in rows {
            row.insert("row".to_owned(), Cell::Text(kind.name().to_owned()));
            lines.push(header.iter().map(|name| row.remove(name).unwrap_or(Cell::Empty)).collect());
        }
    }
    grid::write_csv(&header, &lines)
}

/// A map as a workbook.
pub(crate) fn write_xlsx(map: &MapPlan) -> Result<Vec<u8>, Invalid> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for (kind, rows) in rows(map) {
        let mut header: Vec<String> = kind.columns().iter().map(|(name, _)| (*name).to_owned()).collect();
        if kind == Kind::Step {
            header.extend(lane_columns(map));
        }
        let rows =
            rows.into_iter().map(|mut row| header.iter().map(|name| row.remove(name).unwrap_or(Cell::Empty)).collect());
        let rows = rows.collect();
        sheets.push(Sheet { name: kind.sheet(), header, rows });
    }
    // Whoever opens it sees the steps.
    sheets.sort_by_key(|sheet| sheet.name != Kind::Step.sheet());
    workbook::write(&sheets)
}

/// Reads a map from a CSV file.
pub(crate) fn read_csv(bytes: &[u8]) -> Result<Read, Invalid> {
    let grid = grid::read_csv(bytes)?.ok_or_else(|| Invalid::missing("file", "holds no table"))?;
    let mut drawn = Drawn::default();
    drawn.grid(&grid, None)?;
    drawn.into_read()
}

/// Reads a map from a workbook.
pub(crate) fn read_xlsx(bytes: &[u8]) -> Result<Read, Invalid> {
    let grids = workbook::read(bytes)?;
    let kind_of = |grid: &Grid| Kind::ALL.into_iter().find(|kind| grid.sheet.trim().eq_ignore_ascii_case(kind.sheet()));
    let mut drawn = Drawn::default();
    if grids.iter().any(|grid| kind_of(grid).is_some()) {
        for grid in &grids {
            match kind_of(grid) {
                Some(kind) => drawn.grid(grid, Some(kind))?,
                None => drawn.notes.push(Note::left_out(
                    format!("sheet {}", grid.sheet),
                    "is none of map, stages, lanes, steps, edges",
                )),
            }
        }
        return drawn.into_read();
    }
    let (first, others) =
        grids.split_first().ok_or_else(|| Invalid::missing("file", "holds no sheet with anything in it"))?;
    for other in others {
        drawn.notes.push(Note::left_out(
            format!("sheet {}", other.sheet),
            "only the first sheet is read where none is called steps",
        ));
    }
    drawn.grid(first, None)?;
    drawn.into_read()
}

/// A value of the map with the place it was read from.
struct Placed<T> {
    place: String,
    value: T,
}

#[derive(Default)]
struct Drawn {
    map: Option<MapPlan>,
    stages: Vec<Placed<Stage>>,
    lanes: Vec<Placed<Lane>>,
    steps: Vec<Placed<Step>>,
    edges: Vec<Placed<Edge>>,
    /// What follows a step, by its place among the steps.
    next: Vec<(usize, Vec<Placed<String>>)>,
    /// Names of columns of lanes.
    lane_columns: Vec<String>,
    points: Vec<Point>,
    notes: Vec<Note>,
}

/// Other names of columns, as people write them.
fn alias(name: &str) -> &str {
    match name {
        "step" | "name" => "title",
        "phase" => "stage",
        "touchpoint" => "touchpoints",
        "mood" | "emotions" => "emotion",
        "kpi" => "kpis",
        other => other,
    }
}

impl Drawn {
    /// Takes in a table; `only` if all of its rows are of one sort.
    fn grid(&mut self, grid: &Grid, only: Option<Kind>) -> Result<(), Invalid> {
        if grid.header.iter().any(|name| name == "initiator's_label" || name == "actor_who_initiated") {
            return self.cjml(grid);
        }
        let names: Vec<&str> = grid.header.iter().map(|name| alias(name)).collect();
        let is_known = |name: &str| {
            let name = alias(name);
            name == "row"
                || name == NEXT
                || name.starts_with(LANE_MARK)
                || Kind::ALL.iter().any(|kind| kind.sort_of(name).is_some())
        };
        grid.tell_unknown(is_known, &mut self.notes);
        for name in names.iter().filter_map(|name| name.strip_prefix(LANE_MARK)) {
            if !self.lane_columns.iter().any(|known| known == name) {
                self.lane_columns.push(name.to_owned());
            }
        }
        for row in &grid.rows {
            let mut kind = only.unwrap_or(Kind::Step);
            if let Some(at) = names.iter().position(|name| *name == "row") {
                let word = row.cells[at].trim().to_lowercase();
                kind = match Kind::ALL.into_iter().find(|kind| kind.name() == word) {
                    Some(told) => told,
                    None if word.is_empty() => kind,
                    None => {
                        return Err(Invalid::new(
                            grid.place(row.number, "row"),
                            &word,
                            "is none of map, stage, lane, step, edge",
                        ));
                    }
                };
            }
            self.row(grid, row, &names, kind)?;
        }
        Ok(())
    }

    fn row(&mut self, grid: &Grid, row: &Row, names: &[&str], kind: Kind) -> Result<(), Invalid> {
        let (mut fields, mut lanes, mut next) = (Map::new(), Map::new(), Vec::new());
        for ((name, written_name), text) in names.iter().zip(&grid.header).zip(&row.cells) {
            let place = || grid.place(row.number, written_name);
            let wrong = |reason: String| Invalid::new(place(), text, reason);
            if let Some(lane) = name.strip_prefix(LANE_MARK).filter(|_| kind == Kind::Step) {
                if !text.is_empty() {
                    lanes.insert(lane.to_owned(), Value::from(read_text_or_empty(text)));
                }
            } else if *name == NEXT && kind == Kind::Step {
                let entries = read(text, Sort::List).map_err(wrong)?;
                let entries: Vec<String> =
                    entries.map(serde_json::from_value).transpose().unwrap_or_default().unwrap_or_default();
                next.extend(entries.into_iter().map(|value| Placed { place: place(), value }));
            } else if let Some(sort) = kind.sort_of(name) {
                if let Some(value) = read(text, sort).map_err(wrong)?
                    && fields.insert((*name).to_owned(), value).is_some()
                {
                    return Err(wrong(format!("is told in two columns: {name}")));
                }
            } else if *name != "row"
                && !text.trim().is_empty()
                && Kind::ALL.iter().any(|kind| kind.sort_of(name).is_some())
            {
                return Err(wrong(format!("says nothing of a {}", kind.name())));
            }
        }
        if !lanes.is_empty() {
            fields.insert("cells".to_owned(), lanes.into());
        }
        for (missing, from) in [("title", "id"), ("id", "title")] {
            let needed =
                kind.sort_of(missing).is_some() && kind.sort_of("id").is_some() && !fields.contains_key(missing);
            if needed && !fields.contains_key(from) {
                return Err(Invalid::missing(
                    grid.row(row.number),
                    format!("is a {} with neither id nor title", kind.name()),
                ));
            }
        }
        let place = grid.row(row.number);
        match kind {
            Kind::Map if self.map.is_some() => return Err(Invalid::missing(place, "is a second row about the map")),
            Kind::Map => {
                fields.entry("title").or_insert_with(|| Value::from(""));
                self.map = Some(typed(fields, &place)?);
            }
            Kind::Stage => self.stages.push(named(fields, place)?),
            Kind::Lane => self.lanes.push(named(fields, place)?),
            Kind::Step => {
                if !next.is_empty() {
                    self.next.push((self.steps.len(), next));
                }
                self.steps.push(named(fields, place)?);
            }
            Kind::Edge => {
                for end in ["from", "to"] {
                    if !fields.contains_key(end) {
                        return Err(Invalid::missing(
                            grid.place(row.number, end),
                            "is empty: an edge leads from one step to another",
                        ));
                    }
                }
                self.edges.push(Placed { value: typed(fields, &place)?, place });
            }
        }
        Ok(())
    }

    /// The table of CJML's people: a touchpoint a row.
    fn cjml(&mut self, grid: &Grid) -> Result<(), Invalid> {
        const KNOWN: [&str; 9] = [
            "tp_id",
            "actor_who_initiated",
            "actor_who_received",
            "initiator's_label",
            "receiver's_label",
            "channel",
            "phase",
            "comment",
            "ux_description",
        ];
        grid.tell_unknown(|name| KNOWN.contains(&name), &mut self.notes);
        let mut stages = Unique::default();
        let mut by_title: BTreeMap<String, String> = BTreeMap::new();
        for row in &grid.rows {
            let cell = |name: &str| {
                grid.header.iter().position(|known| known == name).map_or("", |at| row.cells[at].trim()).to_owned()
            };
            let party = |actor: &str, label: &str| {
                let name = cell(actor);
                Party {
                    actor: Actor { id: name.clone(), is_customer: is_called_customer(&name), name },
                    label: cell(label),
                }
            };
            let phase = cell("phase");
            let stage = match phase.as_str() {
                "" => String::new(),
                title => by_title
                    .entry(title.to_owned())
                    .or_insert_with(|| {
                        let id = stages.slug(title, "stage");
                        let value = Stage { id: id.clone(), title: title.to_owned(), moment: None };
                        self.stages.push(Placed { place: grid.place(row.number, "phase"), value });
                        id
                    })
                    .clone(),
            };
            let (initiator, receiver) =
                (party("actor_who_initiated", "initiator's_label"), party("actor_who_received", "receiver's_label"));
            let is_action = receiver.actor.id.is_empty() && receiver.label.is_empty();
            let id = cell("tp_id");
            if id.is_empty() && initiator.label.is_empty() && receiver.label.is_empty() {
                return Err(Invalid::missing(grid.row(row.number), "is a touchpoint with neither TP ID nor label"));
            }
            if !id.is_empty() && self.points.iter().any(|known| known.id == id) {
                return Err(Invalid::new(
                    grid.place(row.number, "TP ID"),
                    &id,
                    "is the id of another touchpoint already",
                ));
            }
            self.points.push(Point {
                place: grid.row(row.number),
                id,
                initiator,
                receiver: (!is_action).then_some(receiver),
                channel: cell("channel"),
                stage,
                comment: cell("comment"),
                lived: Lived { experience: cell("ux_description"), ..Lived::default() },
            });
        }
        if !self.points.iter().any(|point| point.initiator.actor.is_customer) {
            self.notes.push(Note::assumed("", "no actor is called like a customer: the map has no persona"));
        }
        Ok(())
    }

    fn into_read(mut self) -> Result<Read, Invalid> {
        let mut map = MapPlan { step: Vec::new(), ..self.map.take().unwrap_or_default() };
        let told_personas = !map.personas.is_empty();
        unique("stage", self.stages.iter().map(|stage| (&stage.place, stage.value.id.as_str())))?;
        unique("lane", self.lanes.iter().map(|lane| (&lane.place, lane.value.id.as_str())))?;
        unique("step", self.steps.iter().map(|step| (&step.place, step.value.id.as_str())))?;
        let (told_stages, told_lanes) = (!self.stages.is_empty(), !self.lanes.is_empty());
        map.stage = self.stages.into_iter().map(|stage| stage.value).collect();
        mend_ids(&mut map.stage, |stage| (&mut stage.id, &mut stage.title), "stage");
        map.lane = self.lanes.into_iter().map(|lane| lane.value).collect();
        mend_ids(&mut map.lane, |lane| (&mut lane.id, &mut lane.title), "lane");
        let mut lane_of: BTreeMap<String, String> = BTreeMap::new();
        for column in &self.lane_columns {
            let known =
                map.lane.iter().find(|lane| lane.id == *column || lane.title == *column).map(|lane| lane.id.clone());
            let id = match known {
                Some(id) => id,
                None if told_lanes => {
                    return Err(Invalid::new(format!("column {LANE_MARK}{column}"), column, "is no lane of this map"));
                }
                None => {
                    let id = Unique::of(map.lane.iter().map(|lane| lane.id.as_str())).slug(column, "lane");
                    map.lane.push(Lane { id: id.clone(), title: column.clone() });
                    id
                }
            };
            lane_of.insert(column.clone(), id);
        }
        let mut steps = Vec::new();
        for Placed { place, value: mut step } in self.steps {
            step.stage = stage_id(&mut map.stage, &step.stage, told_stages, &place)?;
            step.cells = std::mem::take(&mut step.cells)
                .into_iter()
                .map(|(lane, text)| (lane_of.get(&lane).cloned().unwrap_or(lane), text))
                .collect();
            for persona in step.emotion.keys().cloned().collect::<Vec<_>>() {
                // Blanks before an equals sign are no part of a name, unless the name has them.
                let mood = step.emotion[&persona];
                let name = if map.personas.contains(&persona) { persona.clone() } else { persona.trim().to_owned() };
                if !told_personas && name != "all" && !map.personas.contains(&name) {
                    map.personas.push(name.clone());
                }
                step.emotion.remove(&persona);
                step.emotion.insert(name, mood);
            }
            steps.push(step);
        }
        map.step = steps;
        mend_ids(&mut map.step, |step| (&mut step.id, &mut step.title), "step");
        map.edge = edges(&map, self.edges, self.next)?;

        if !self.points.is_empty() {
            let mut ids = Unique::of(map.step.iter().map(|step| step.id.as_str()));
            for point in &self.points {
                let step = point.step(&mut ids);
                point.tell(&step.id, &mut self.notes);
                map.step.push(step);
            }
            let actors = self.points.iter().flat_map(|point| std::iter::once(&point.initiator).chain(&point.receiver));
            let mut named: BTreeMap<&str, &Actor> = BTreeMap::new();
            named.extend(actors.map(|party| (party.actor.id.as_str(), &party.actor)));
            map.personas.extend(personas(named.into_values()).into_values());
            add_lanes(&mut map);
        }
        Ok(Read { map, notes: Note::few(self.notes) })
    }
}

fn typed<T: DeserializeOwned>(fields: Map<String, Value>, place: &str) -> Result<T, Invalid> {
    serde_json::from_value(fields.into()).map_err(|error| Invalid::missing(place, error.to_string()))
}

/// A value whose id or title may be missing; the one is made of the other later.
fn named<T: DeserializeOwned>(mut fields: Map<String, Value>, place: String) -> Result<Placed<T>, Invalid> {
    for name in ["id", "title"] {
        fields.entry(name).or_insert_with(|| Value::from(""));
    }
    Ok(Placed { value: typed(fields, &place)?, place })
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = (&'a String, &'a str)>) -> Result<(), Invalid> {
    let mut seen = Unique::default();
    for (place, id) in ids.filter(|(_, id)| !id.is_empty()) {
        if !seen.take(id) {
            return Err(Invalid::new(
                format!("{place}, column id"),
                id,
                format!("is the id of another {what} already"),
            ));
        }
        if !model::is_slug(id) {
            let reason = "is not a name of lower case letters, digits, - and _, 80 at most";
            return Err(Invalid::new(format!("{place}, column id"), id, reason));
        }
    }
    Ok(())
}

/// Ids for those that have none, after their titles, and titles after ids.
fn mend_ids<T>(all: &mut [T], names: impl Fn(&mut T) -> (&mut String, &mut String), otherwise: &str) {
    let mut ids = Unique::default();
    for one in all.iter_mut() {
        ids.take(names(one).0);
    }
    for one in all {
        let (id, title) = names(one);
        if id.is_empty() {
            *id = ids.slug(title, otherwise);
        }
        if title.is_empty() {
            title.clone_from(id);
        }
    }
}

/// The id of the stage that a step names by id or title; one is made where the file does not list its stages.
fn stage_id(stages: &mut Vec<Stage>, written: &str, are_told: bool, place: &str) -> Result<String, Invalid> {
    let name = written.trim();
    if name.is_empty() {
        return Ok(String::new());
    }
    let known =
        stages.iter().find(|stage| stage.id == name).or_else(|| stages.iter().find(|stage| stage.title.trim() == name));
    match known {
        Some(stage) => Ok(stage.id.clone()),
        None if are_told => Err(Invalid::new(format!("{place}, column stage"), name, "is no stage of this map")),
        None => {
            let id = Unique::of(stages.iter().map(|stage| stage.id.as_str())).slug(name, "stage");
            stages.push(Stage { id: id.clone(), title: name.to_owned(), moment: None });
            Ok(id)
        }
    }
}

fn edges(
    map: &MapPlan,
    told: Vec<Placed<Edge>>,
    next: Vec<(usize, Vec<Placed<String>>)>,
) -> Result<Vec<Edge>, Invalid> {
    let id_of = |name: &str, place: &str, end: &str| -> Result<String, Invalid> {
        let name = name.trim();
        if name == end {
            return Ok(end.to_owned());
        }
        let found = map
            .step
            .iter()
            .find(|step| step.id == name)
            .or_else(|| map.step.iter().find(|step| step.title.trim() == name));
        found
            .map(|step| step.id.clone())
            .ok_or_else(|| Invalid::new(place, name, format!("is no step of this map, nor {end}")))
    };
    if let (Some(first), Some((_, both))) = (told.first(), next.first()) {
        return Err(Invalid::missing(
            &both[0].place,
            format!("tells edges, and so does {}: one of the two", first.place),
        ));
    }
    let mut edges = Vec::new();
    for Placed { place, value: edge } in told {
        let from = id_of(&edge.from, &format!("{place}, column from"), START)?;
        let to = id_of(&edge.to, &format!("{place}, column to"), END)?;
        edges.push(Edge { from, to, ..edge });
    }
    for (step, following) in next {
        for Placed { place, value } in following {
            edges.push(Edge { from: map.step[step].id.clone(), to: id_of(&value, &place, END)?, ..Edge::default() });
        }
    }
    Ok(edges)
}
