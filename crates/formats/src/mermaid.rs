//! Mermaid `journey`, both ways.
//!
//! A task is a step, a section a stage, an actor a persona, a score the mood from -2 to 2 and three more. Whatever else a map
//! says stands in comments that begin with `%% geleit`: `map` with everything but the steps, `persona` for each of them, `stage`
//! before a section, `step` before a task.
//!
//! Source of the syntax: <https://mermaid.js.org/syntax/userJourney.html> and Mermaid's own grammar, `journey.jison`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use model::{Invalid, MapPlan, Stage, Step};

use crate::names::Unique;
use crate::words::{code_length, decoded, mermaid_text, one_line};
use crate::{Beside, Note, Read, decode, kept};

/// Begins the comments that are ours.
const MARK: &str = "%% geleit ";
/// The section of steps that belong to no stage, where there are others before them.
const NO_STAGE: &str = "-";

/// A map as a Mermaid journey.
pub(crate) fn write(map: &MapPlan, beside: &Beside) -> String {
    let mut text = String::from("journey\n");
    let mut line = |content: std::fmt::Arguments| writeln!(text, "    {content}").expect("a string takes any text");
    line(format_args!("title {}", shown(&map.title)));
    if !map.description.trim().is_empty() {
        line(format_args!("accDescr: {}", shown(&map.description)));
    }
    let rest = MapPlan { step: Vec::new(), ..map.clone() };
    line(format_args!("{MARK}map {}", kept::json(&rest)));
    let titles: BTreeMap<&str, String> = map
        .personas
        .iter()
        .map(|id| (id.as_str(), beside.personas.get(id).map_or(id, |known| &known.title).clone()))
        .collect();
    for id in &map.personas {
        line(format_args!("{MARK}persona {}", kept::json(&(id, &titles[id.as_str()]))));
    }
    let mut stage = "";
    for step in &map.step {
        if step.stage != stage {
            stage = &step.stage;
            let title = map
                .stage
                .iter()
                .find(|known| known.id == stage)
                .map_or(NO_STAGE.to_owned(), |known| shown(&known.title));
            line(format_args!("{MARK}stage {}", kept::json(&stage)));
            line(format_args!("section {title}"));
        }
        let (score, actors) = feelings(step, &map.personas);
        line(format_args!("{MARK}step {}", kept::json(step)));
        let actors: BTreeSet<String> =
            actors.iter().map(|id| shown(&titles[*id])).filter(|name| !name.is_empty()).collect();
        let separator = if actors.is_empty() { "" } else { ": " };
        let actors = actors.into_iter().collect::<Vec<_>>().join(", ");
        line(format_args!("{}: {score}{separator}{actors}", shown(&step.title)));
    }
    text
}

/// A text of a map as it is written.
fn shown(text: &str) -> String {
    mermaid_text(&one_line(text))
}

/// The score of a step and its actors: the personas of whom it says how they feel, by themselves or through `all`, and 3 with
/// their mean; without any, all personas, and 3 with the mood of all, if it says one.
fn feelings<'p>(step: &Step, personas: &'p [String]) -> (f64, Vec<&'p str>) {
    let all = step.emotion.get("all").copied();
    let felt: Vec<(&str, f64)> = personas
        .iter()
        .filter_map(|id| Some((id.as_str(), f64::from(step.emotion.get(id).copied().or(all)?))))
        .collect();
    if felt.is_empty() {
        return (3.0 + f64::from(all.unwrap_or_default()), personas.iter().map(String::as_str).collect());
    }
    let mean = felt.iter().map(|(_, mood)| mood).sum::<f64>() / felt.len() as f64;
    (((3.0 + mean) * 100.0).round() / 100.0, felt.into_iter().map(|(id, _)| id).collect())
}

/// What was read, before anything is made of it.
#[derive(Default)]
struct Drawn {
    kept: Option<MapPlan>,
    title: Option<String>,
    description: Option<String>,
    /// Id and title of personas that comments tell.
    personas: Vec<(String, String)>,
    sections: Vec<Section>,
    tasks: Vec<Task>,
    notes: Vec<Note>,
}

struct Section {
    /// The id that a comment before it tells.
    kept: Option<String>,
    title: String,
}

struct Task {
    line: usize,
    kept: Option<Step>,
    title: String,
    score: Option<f64>,
    actors: Vec<String>,
    /// The section it stands under, from 1; 0 before any.
    section: usize,
}

/// Reads a Mermaid journey.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, Invalid> {
    let text = decode::text(bytes)?;
    let mut drawn = Drawn::default();
    drawn.lines(&without_directives(&text))?;
    drawn.into_map()
}

/// The text without `%%{ ... }%%`, its lines where they were.
fn without_directives(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    while let Some(begin) = plain.find("%%{") {
        let end = plain[begin..].find("}%%").map_or(plain.len(), |end| begin + end + 3);
        let breaks = "\n".repeat(plain[begin..end].matches('\n').count());
        plain.to_mut().replace_range(begin..end, &breaks);
    }
    plain
}

impl Drawn {
    fn lines(&mut self, text: &str) -> Result<(), Invalid> {
        let mut lines = (1..).zip(text.lines()).peekable();
        if lines.peek().is_some_and(|(_, line)| line.trim_end() == "---") {
            self.front_matter(&mut lines)?;
        }
        let mut begun = false;
        let (mut step, mut stage) = (None::<(usize, Step)>, None::<String>);
        while let Some((number, line)) = lines.next() {
            let line = line.trim();
            let place = format!("line {number}");
            if let Some(ours) = line.strip_prefix(MARK) {
                let (what, json) = ours.split_once(' ').unwrap_or((ours, ""));
                match what {
                    "map" => self.kept = Some(kept::value(json, &place)?),
                    "persona" => self.personas.push(kept::value(json, &place)?),
                    "stage" => stage = Some(kept::value(json, &place)?),
                    "step" => self.forgotten(step.replace((number, kept::value(json, &place)?))),
                    _ => return Err(Invalid::new(place, what, "is no note of Geleit: map, persona, stage or step")),
                }
                continue;
            }
            let mut statement = line;
            if !begun {
                if line.is_empty() || is_comment(line) {
                    continue;
                }
                statement = keyword(line, "journey")
                    .ok_or_else(|| Invalid::new(&place, line, "is not how a journey begins: journey"))?;
                begun = true;
            }
            if statement.is_empty() || is_comment(statement) {
            } else if let Some(title) = keyword(statement, "title") {
                self.title = Some(self.cut(title, &place).trim().to_owned());
            } else if let Some(title) = keyword(statement, "section") {
                let title = self.cut(title, &place).trim().to_owned();
                if title.is_empty() {
                    return Err(Invalid::new(place, statement, "names no section"));
                }
                self.sections.push(Section { kept: stage.take(), title });
            } else if let Some(description) = keyword(statement, "accDescr") {
                self.description = Some(described(description, &mut lines));
            } else if let Some(title) = keyword(statement, "accTitle") {
                // The title of the picture for whoever does not see it; a map has one title.
                self.notes.push(Note::left_out(place, format!("accTitle {:?}", title.trim_start_matches(':').trim())));
            } else {
                let kept = step.take().map(|(_, step)| step);
                let task = self.task(statement, number, kept)?;
                self.tasks.push(task);
            }
        }
        self.forgotten(step);
        if !begun {
            return Err(Invalid::missing("file", "holds no journey: it begins with the word journey"));
        }
        Ok(())
    }

    /// A title that stands in the front matter; nothing else of it is about the journey.
    fn front_matter<'t>(&mut self, lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Result<(), Invalid> {
        lines.next();
        for (_, line) in lines {
            if line.trim_end() == "---" {
                return Ok(());
            }
            if let Some(title) = line.strip_prefix("title:") {
                self.title = Some(title.trim().trim_matches('"').to_owned()).filter(|title| !title.is_empty());
            }
        }
        Err(Invalid::missing("line 1", "begins a front matter that never ends"))
    }

    fn task(&mut self, statement: &str, line: usize, kept: Option<Step>) -> Result<Task, Invalid> {
        let place = format!("line {line}");
        let statement = self.cut(statement, &place);
        let mut parts = statement.split(':').map(str::trim);
        let (Some(title), Some(score)) = (parts.next(), parts.next()) else {
            return Err(Invalid::new(place, statement, "is no task: NAME: SCORE: ACTOR, ACTOR"));
        };
        if title.is_empty() {
            return Err(Invalid::new(place, statement, "is a task without a name"));
        }
        let actors = parts.next().unwrap_or_default();
        if parts.next().is_some() {
            self.notes.push(Note::left_out(&place, "what follows the third colon"));
        }
        let score = match score {
            "" => None,
            written => {
                let score = written.parse::<f64>().ok().filter(|score| score.is_finite());
                Some(score.ok_or_else(|| Invalid::new(&place, written, "is no score: a number from 1 to 5"))?)
            }
        };
        let actors = actors.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        let section = self.sections.len();
        Ok(Task { line, kept, title: title.to_owned(), score, actors: actors.collect(), section })
    }

    /// A text up to where Mermaid stops reading it.
    fn cut<'t>(&mut self, text: &'t str, place: &str) -> &'t str {
        let mut at = 0;
        let end = loop {
            let Some(found) = text[at..].find(['#', ';', '%']).map(|found| at + found) else { return text };
            let rest = &text[found..];
            let is_comment = rest.starts_with("%%") && found > 0 && !text[..found].ends_with('}');
            match code_length(rest) {
                Some(length) => at = found + length,
                None if rest.starts_with('%') && !is_comment => at = found + 1,
                None => break found,
            }
        };
        if text[end..].starts_with(';') && !text[end + 1..].trim().is_empty() {
            self.notes.push(Note::left_out(place, format!("what follows the semicolon: {:?}", text[end + 1..].trim())));
        }
        &text[..end]
    }

    fn forgotten(&mut self, step: Option<(usize, Step)>) {
        if let Some((line, step)) = step {
            let text = format!("step {:?} stands in a comment only, no task follows it", step.id);
            self.notes.push(Note::left_out(format!("line {line}"), text));
        }
    }

    fn into_map(self) -> Result<Read, Invalid> {
        let mut notes = self.notes;
        let mut map = MapPlan { step: Vec::new(), ..self.kept.unwrap_or_default() };
        if let Some(title) = &self.title {
            map.title = kept::told(title, &map.title, shown, decoded);
        }
        if let Some(description) = &self.description {
            map.description = kept::told(description, &map.description, shown, decoded);
        }
        let mut stages = Unique::of(map.stage.iter().map(|stage| stage.id.as_str()));
        let stage_of: Vec<String> =
            self.sections.iter().map(|section| stage(section, &mut map.stage, &mut stages)).collect();

        let mut ids = Unique::default();
        for task in &self.tasks {
            if let Some(step) = &task.kept
                && !ids.take(&step.id)
            {
                return Err(Invalid::new(format!("line {}", task.line), &step.id, "is the id of another step already"));
            }
        }
        let mut personas = Personas { ids: map.personas, titles: self.personas };
        let had_edges = !map.edge.is_empty();
        for task in self.tasks {
            let place = format!("line {}", task.line);
            let stage = task.section.checked_sub(1).map(|section| stage_of[section].clone()).unwrap_or_default();
            let is_new = task.kept.is_none();
            let mut step = task.kept.unwrap_or_else(|| {
                let title = decoded(&task.title);
                Step { id: ids.slug(&title, "step"), title, ..Step::default() }
            });
            step.title = kept::told(&task.title, &step.title, shown, decoded);
            step.stage = stage;
            if is_new || !personas.are_shown(&step, task.score, &task.actors) {
                personas.take_over(&mut step, task.score, &task.actors, &place, &mut notes);
            }
            if is_new && had_edges {
                notes.push(Note::assumed(
                    &place,
                    format!("step {:?} is on no edge: it begins and ends a journey", step.id),
                ));
            }
            map.step.push(step);
        }
        map.personas = personas.ids;
        kept::drop_loose_edges(&mut map, &mut notes);
        Ok(Read { map, notes: Note::few(notes) })
    }
}

/// The id of a section's stage, which is made where there is none.
fn stage(section: &Section, stages: &mut Vec<Stage>, ids: &mut Unique) -> String {
    match section.kept.as_deref() {
        Some("") if section.title == NO_STAGE => return String::new(),
        Some(id) if !id.is_empty() => {
            if let Some(known) = stages.iter_mut().find(|stage| stage.id == id) {
                known.title = kept::told(&section.title, &known.title, shown, decoded);
                return id.to_owned();
            }
        }
        Some(_) | None => {}
    }
    let title = decoded(&section.title);
    if let Some(known) = stages.iter().find(|stage| shown(&stage.title) == section.title || stage.title == title) {
        return known.id.clone();
    }
    let id = match section.kept.as_deref().filter(|id| model::is_slug(id)) {
        Some(kept) if ids.take(kept) => kept.to_owned(),
        Some(_) | None => ids.slug(&title, "stage"),
    };
    stages.push(Stage { id: id.clone(), title, moment: None });
    id
}

/// The personas of a map, and under which names they are drawn.
struct Personas {
    ids: Vec<String>,
    titles: Vec<(String, String)>,
}

impl Personas {
    fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.titles.iter().find(|(known, _)| known == id).map_or(id, |(_, title)| title)
    }

    /// True if a step is drawn as it is.
    fn are_shown(&self, step: &Step, score: Option<f64>, actors: &[String]) -> bool {
        let (kept, ids) = feelings(step, &self.ids);
        let names: BTreeSet<String> =
            ids.iter().map(|id| shown(self.title(id))).filter(|name| !name.is_empty()).collect();
        score == Some(kept) && names == actors.iter().cloned().collect()
    }

    /// Gives a step the moods that its score and actors tell.
    fn take_over(
        &mut self,
        step: &mut Step,
        score: Option<f64>,
        actors: &[String],
        place: &str,
        notes: &mut Vec<Note>,
    ) {
        let mood = score.map(|score| {
            let mood = (score - 3.0).round().clamp(-2.0, 2.0);
            if mood + 3.0 != score {
                let text = format!("score {score} is mood {}, a whole number from -2 to 2", mood as i8);
                notes.push(Note::changed(place, text));
            }
            mood as i8
        });
        let ids: Vec<String> = actors.iter().map(|name| self.id_of(name)).collect();
        step.emotion = match mood {
            None => BTreeMap::new(),
            Some(mood) if ids.is_empty() => BTreeMap::from([("all".to_owned(), mood)]),
            Some(mood) => ids.into_iter().map(|id| (id, mood)).collect(),
        };
    }

    fn id_of(&mut self, drawn: &str) -> String {
        let name = decoded(drawn);
        if let Some(known) = self.ids.iter().find(|id| shown(self.title(id)) == drawn || **id == name) {
            return known.clone();
        }
        let id = Unique::of(self.ids.iter().map(String::as_str).chain(["all"])).slug(&name, "persona");
        self.ids.push(id.clone());
        self.titles.push((id.clone(), name));
        id
    }
}

/// True for a line that Mermaid passes over. A text may begin with a code.
fn is_comment(line: &str) -> bool {
    line.starts_with('%') || (line.starts_with('#') && code_length(line).is_none())
}

/// What follows a keyword at the beginning of a statement, whatever its case.
fn keyword<'s>(statement: &'s str, word: &str) -> Option<&'s str> {
    let (begin, rest) = statement.split_at_checked(word.len())?;
    let ends =
        rest.starts_with(|next: char| next.is_whitespace() || (word.starts_with("acc") && matches!(next, ':' | '{')));
    let alone = rest.is_empty() && word == "journey";
    (begin.eq_ignore_ascii_case(word) && (ends || alone)).then(|| rest.trim())
}

/// The description behind `accDescr`: the rest of the line behind a colon, or all between two braces.
fn described<'t>(rest: &str, lines: &mut impl Iterator<Item = (usize, &'t str)>) -> String {
    let Some(first) = rest.strip_prefix('{') else { return rest.trim_start_matches(':').trim().to_owned() };
    let mut text = first.to_owned();
    while !text.contains('}') {
        let Some((_, line)) = lines.next() else { break };
        text.push('\n');
        text.push_str(line.trim());
    }
    text.split('}').next().unwrap_or_default().trim().to_owned()
}
