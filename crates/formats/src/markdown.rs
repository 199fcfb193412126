//! A map as a page for people, written only (CommonMark with tables).

use std::fmt::Write;

use model::{Edge, Evidence, Join, MapPlan, MapState, Mode, Moment, Progress, Step};

use crate::Beside;
use crate::words::one_line;

/// The moods as words, from -2 on.
const MOODS: [&str; 5] = ["very bad", "bad", "neither", "good", "very good"];

/// A map as a page.
pub(crate) fn write(name: &str, map: &MapPlan, beside: &Beside) -> String {
    let mut page = Page::default();
    page.line(format_args!("# {}\n", text(&map.title)));
    if !map.description.trim().is_empty() {
        page.line(format_args!("{}\n", text(&map.description)));
    }
    let persona = |id: &String| text(beside.personas.get(id).map_or(id, |known| &known.title));
    let about = [
        ("Map", name.to_owned()),
        (
            "Shows",
            match map.state {
                MapState::AsIs => "how things are",
                MapState::ToBe => "how they are to be",
            }
            .to_owned(),
        ),
        ("Owner", text(&map.owner)),
        ("Drawn for", map.personas.iter().map(persona).collect::<Vec<_>>().join(", ")),
        ("Journeys are cut by", text(&map.journey)),
        ("Holds from", text(&map.valid_from)),
        ("A journey is over after", text(&map.over_after)),
        ("Cases are told apart by", text(&map.case)),
        ("Products are told apart by", text(&map.product)),
        (
            "Between steps",
            match map.mode {
                Mode::Eventually => "anything may happen",
                Mode::Next => "nothing else happens",
            }
            .to_owned(),
        ),
    ];
    for (what, says) in about.iter().filter(|(_, says)| !says.is_empty()) {
        page.line(format_args!("- {what}: {says}"));
    }
    page.line(format_args!("\n## Steps\n"));
    page.line(format_args!("| | Step | Stage | Touchpoints | Assumed mood | Expected | Evidence | Owner |"));
    page.line(format_args!("|---|---|---|---|---|---|---|---|"));
    for (number, step) in (1..).zip(&map.step) {
        let stage = map.stage.iter().find(|stage| stage.id == step.stage).map(|stage| text(&stage.title));
        page.line(format_args!(
            "| {number} | {} | {} | {} | {} | {} | {} | {} |",
            text(&step.title),
            stage.unwrap_or_default(),
            touchpoints(&step.touchpoints, beside),
            moods(step, beside),
            step.expected.map(mood).unwrap_or_default(),
            step.evidence.map_or("", evidence),
            text(&step.owner),
        ));
    }
    page.line(format_args!("\n## In detail\n"));
    let mut stage = None;
    for (number, step) in (1..).zip(&map.step) {
        if stage != Some(&step.stage) {
            stage = Some(&step.stage);
            if let Some(known) = map.stage.iter().find(|known| known.id == step.stage) {
                let moment = known.moment.map(|moment| match moment {
                    Moment::Before => " (before the purchase)",
                    Moment::During => " (during the purchase)",
                    Moment::After => " (after the purchase)",
                });
                page.line(format_args!("### {}{}\n", text(&known.title), moment.unwrap_or_default()));
            }
        }
        detail(&mut page, number, step, map, beside);
    }
    ways(&mut page, map);
    referred(&mut page, map, beside);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, content: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{content}").expect("a string takes any text");
    }
}

fn detail(page: &mut Page, number: usize, step: &Step, map: &MapPlan, beside: &Beside) {
    page.line(format_args!("**{number}. {}** (`{}`)\n", text(&step.title), step.id));
    let titled = |ids: &[String], title: &dyn Fn(&String) -> Option<String>| {
        ids.iter().map(|id| text(&title(id).unwrap_or_else(|| id.clone()))).collect::<Vec<_>>().join(", ")
    };
    let pain = |id: &String| beside.pain_points.get(id).map(|known| known.title.clone());
    let opportunity = |id: &String| beside.opportunities.get(id).map(|known| known.title.clone());
    let parallel = map.step.iter().filter(|other| other.parallel == step.parallel && other.id != step.id);
    let parallel: Vec<String> =
        parallel.filter(|_| !step.parallel.is_empty()).map(|other| text(&other.title)).collect();
    let mut says = vec![
        ("Happens at", touchpoints(&step.touchpoints, beside)),
        ("Fails at", touchpoints(&step.failing, beside)),
        ("May be left out", if step.optional { "yes" } else { "" }.to_owned()),
        ("In any order with", parallel.join(", ")),
        ("Drawn in detail", text(&step.map)),
        ("What the customer sees", text(&step.front_stage)),
        ("What happens behind it", text(&step.back_stage)),
        ("What customers expect", text(&step.expectation)),
        ("Moment of truth", text(&step.moment_of_truth)),
        ("Pain points", titled(&step.pain_points, &pain)),
        ("Opportunities", titled(&step.opportunities, &opportunity)),
        ("Judged by", titled(&step.kpis, &|_| None)),
    ];
    let lanes: Vec<(String, String)> =
        map.lane.iter().filter_map(|lane| Some((text(&lane.title), text(step.cells.get(&lane.id)?)))).collect();
    says.extend(lanes.iter().map(|(title, cell)| (title.as_str(), cell.clone())));
    let mut any = false;
    for (what, says) in says.iter().filter(|(_, says)| !says.is_empty()) {
        page.line(format_args!("- {what}: {says}"));
        any = true;
    }
    if any {
        page.line(format_args!(""));
    }
}

fn ways(page: &mut Page, map: &MapPlan) {
    if map.edge.is_empty() {
        page.line(format_args!("Steps follow each other in their order.\n"));
        return;
    }
    page.line(format_args!("## What may follow what\n"));
    page.line(format_args!("| From | To | Within | In between | The same | Why |\n|---|---|---|---|---|---|"));
    let title =
        |id: &str| map.step.iter().find(|step| step.id == id).map_or_else(|| text(id), |step| text(&step.title));
    for Edge { from, to, mode, within, join, title: why } in map.edges_in_force() {
        let between = match mode.unwrap_or(map.mode) {
            Mode::Eventually => "anything",
            Mode::Next => "nothing",
        };
        let same = match join {
            Join::Customer => "customer",
            Join::Case => "case",
            Join::Product => "product",
        };
        page.line(format_args!(
            "| {} | {} | {} | {between} | {same} | {} |",
            title(&from),
            title(&to),
            text(&within),
            text(&why)
        ));
    }
    page.line(format_args!(""));
}

/// What the map refers to: personas, pain points, and what is to be done about them.
fn referred(page: &mut Page, map: &MapPlan, beside: &Beside) {
    let personas = map.personas.iter().filter_map(|id| beside.personas.get(id)).collect::<Vec<_>>();
    if !personas.is_empty() {
        page.line(format_args!("## Personas\n"));
    }
    for persona in personas {
        page.line(format_args!("**{}**\n", text(&persona.title)));
        for line in [&persona.description, &persona.quote].into_iter().filter(|line| !line.trim().is_empty()) {
            page.line(format_args!("{}\n", text(line)));
        }
        for goal in &persona.goals {
            page.line(format_args!("- {}", text(goal)));
        }
        page.line(format_args!(""));
    }
    let of_steps = |ids: fn(&Step) -> &Vec<String>, id: &String| map.step.iter().any(|step| ids(step).contains(id));
    let pains: Vec<_> = beside.pain_points.iter().filter(|(id, _)| of_steps(|step| &step.pain_points, id)).collect();
    let opportunities: Vec<_> = beside
        .opportunities
        .iter()
        .filter(|(id, known)| {
            of_steps(|step| &step.opportunities, id) || pains.iter().any(|(pain, _)| known.pain_points.contains(pain))
        })
        .collect();
    let solutions: Vec<_> = beside
        .solutions
        .values()
        .filter(|known| opportunities.iter().any(|(id, _)| known.opportunities.contains(id)))
        .collect();
    let figure = |figure: Option<f64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    if !pains.is_empty() {
        page.line(format_args!(
            "## Pain points\n\n| Pain point | Severity, 0 to 10 | Progress | Owner | |\n|---|---|---|---|---|"
        ));
        for (_, pain) in &pains {
            let cells = [
                text(&pain.title),
                figure(pain.severity),
                progress(pain.progress).to_owned(),
                text(&pain.owner),
                text(&pain.description),
            ];
            page.line(format_args!("| {} |", cells.join(" | ")));
        }
        page.line(format_args!(""));
    }
    if !opportunities.is_empty() {
        page.line(format_args!(
            "## Opportunities\n\n| Opportunity | Worth to customers, 0 to 100 | To the company | Effort, 0 to 5 | Progress | Owner |\n|---|---|---|---|---|---|"
        ));
        for (_, known) in &opportunities {
            let cells = [
                text(&known.title),
                figure(known.customer_value),
                figure(known.business_value),
                figure(known.effort),
                progress(known.progress).to_owned(),
                text(&known.owner),
            ];
            page.line(format_args!("| {} |", cells.join(" | ")));
        }
        page.line(format_args!(""));
    }
    if !solutions.is_empty() {
        page.line(format_args!("## Solutions\n\n| Solution | Progress | In place since | Owner |\n|---|---|---|---|"));
        for known in solutions {
            let cells =
                [text(&known.title), progress(known.progress).to_owned(), text(&known.since), text(&known.owner)];
            page.line(format_args!("| {} |", cells.join(" | ")));
        }
        page.line(format_args!(""));
    }
}

fn touchpoints(ids: &[String], beside: &Beside) -> String {
    ids.iter()
        .map(|id| text(beside.touchpoints.get(id).map_or(id, |known| &known.title)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// How everybody is assumed to feel, by persona.
fn moods(step: &Step, beside: &Beside) -> String {
    let named = |id: &String| beside.personas.get(id).map_or_else(|| id.clone(), |known| known.title.clone());
    let one = |(id, felt): (&String, &i8)| match id.as_str() {
        "all" => mood(*felt),
        _ => format!("{}: {}", text(&named(id)), mood(*felt)),
    };
    step.emotion.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn mood(mood: i8) -> String {
    let word = usize::try_from(mood + 2).ok().and_then(|place| MOODS.get(place)).copied().unwrap_or_default();
    if mood == 0 { format!("0 {word}") } else { format!("{mood:+} {word}") }
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Assumed => "assumed",
        Evidence::Partly => "partly",
        Evidence::Measured => "measured",
    }
}

fn progress(progress: Progress) -> &'static str {
    match progress {
        Progress::Open => "open",
        Progress::Planned => "planned",
        Progress::Started => "started",
        Progress::Done => "done",
        Progress::Declined => "declined",
    }
}

/// A text on one line that a page shows as it is: every character that Markdown or HTML could read is escaped.
fn text(told: &str) -> String {
    let mut written = String::with_capacity(told.len());
    for character in one_line(told).chars() {
        // CommonMark lets a backslash stand before any ASCII punctuation; these are what means something within a line, or could
        // at its beginning.
        if r"\`*_{}[]<>()#+-.!|~&$:@".contains(character) {
            written.push('\\');
        }
        written.push(character);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_read_as_markdown() {
        assert_eq!(
            text("*a* [b](c)\n| <i> 1. # &amp; https://x"),
            r"\*a\* \[b\]\(c\) \| \<i\> 1\. \# \&amp; https\://x"
        );
    }
}
