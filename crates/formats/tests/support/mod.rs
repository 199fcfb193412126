//! Maps by chance, with everything in them that a map may hold.

// Each file of tests is a program of its own and uses a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;

use formats::Beside;
use model::{
    DocumentKind, Edge, Evidence, Join, Lane, MapPlan, MapState, Mode, Moment, PainPoint, Persona, Stage, Step,
    Touchpoint, check_body,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Texts that something between two programs would read: grammars, spreadsheets, XML, Markdown.
pub(crate) const HOSTILE: [&str; 26] = [
    "Größe & Straße: Ümläut, ß; „so“",
    "🛒 👩‍👩‍👧 日本語",
    "say \"hi\", 'you'",
    "two\nlines\r\nand\rthree\ttabs",
    " blanks at both ends ",
    "=1+1",
    "'=2",
    "-3",
    "@SUM(A1)",
    "+49 30",
    "#quot; #35; #58;",
    "%%{init: {}}%% %% geleit step {}",
    "<b>bold</b> &amp; ]]> <!-- --> <?geleit map?>",
    "a|b \\| c\\",
    "\\e",
    "all=2 | x",
    "journey",
    "Title page",
    "section: 3: Me, You",
    "`code` **bold** _em_ [x](y)",
    "$$x$$ ﬂ°lt¶ß :fa-car",
    "_x0041_ _x000D_",
    "control \u{1} \u{7f} \u{85} \u{2028} \u{feff} \u{fffe}",
    "\u{202e}right to left",
    "-",
    "}%% --- end",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[A-Za-zäöüß ,.]{0,12}".prop_map(String::from),
        3 => select(&HOSTILE[..]).prop_map(str::to_owned),
        1 => "[^\u{0}]{0,8}".prop_map(String::from),
    ]
}

fn title() -> impl Strategy<Value = String> {
    text().prop_map(|text| if text.trim().is_empty() { "Titel".to_owned() } else { text })
}

/// Empty more often than not.
fn seldom() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => text()]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![2 => Just(Vec::new()), 1 => vec(text(), 1..3)]
}

fn slug() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z][a-z0-9_-]{0,6}", 1 => "[0-9_][a-z0-9_-]{0,3}"].prop_map(String::from)
}

/// A list of values with ids, each id once.
fn with_ids<T: std::fmt::Debug + Clone>(
    most: usize,
    made: impl Strategy<Value = T>,
    name: fn(&mut T, String),
) -> impl Strategy<Value = Vec<T>> {
    vec((slug(), made), 0..=most).prop_map(move |all| {
        let mut by_id = BTreeMap::new();
        let mut kept = Vec::new();
        for (id, mut one) in all {
            if id != "start" && id != "end" && by_id.insert(id.clone(), ()).is_none() {
                name(&mut one, id);
                kept.push(one);
            }
        }
        kept
    })
}

fn stage() -> impl Strategy<Value = Stage> {
    let moment = option::of(select(&Moment::ALL[..]));
    (title(), moment).prop_map(|(title, moment)| Stage { title, moment, ..Stage::default() })
}

fn step() -> impl Strategy<Value = Step> {
    let words = (title(), seldom(), seldom(), seldom(), seldom(), seldom(), seldom());
    let lists = (texts(), texts(), texts(), texts(), texts());
    let evidence = option::of(select(&[Evidence::Assumed, Evidence::Partly, Evidence::Measured][..]));
    let rest = (any::<bool>(), option::of(-2_i8..=2), evidence);
    (words, lists, rest).prop_map(|(words, lists, rest)| {
        let (title, map, owner, front_stage, back_stage, expectation, moment_of_truth) = words;
        let (touchpoints, failing, pain_points, opportunities, kpis) = lists;
        let failing = failing.into_iter().filter(|name| !touchpoints.contains(name)).collect();
        let (optional, expected, evidence) = rest;
        Step {
            title,
            map,
            owner,
            front_stage,
            back_stage,
            expectation,
            moment_of_truth,
            touchpoints,
            failing,
            pain_points,
            opportunities,
            kpis,
            optional,
            expected,
            evidence,
            ..Step::default()
        }
    })
}

fn edges() -> impl Strategy<Value = Vec<(Index, Index, Edge)>> {
    let mode = option::of(select(&[Mode::Eventually, Mode::Next][..]));
    let within = select(&["", "2h", "30d"][..]);
    let join = select(&[Join::Customer, Join::Case, Join::Product][..]);
    let edge = (any::<Index>(), any::<Index>(), mode, within, join, seldom());
    let edge = edge.prop_map(|(from, to, mode, within, join, title)| {
        (from, to, Edge { mode, within: within.to_owned(), join, title, ..Edge::default() })
    });
    prop_oneof![1 => Just(Vec::new()), 1 => vec(edge, 0..6)]
}

/// A map that may be stored.
pub(crate) fn map() -> impl Strategy<Value = MapPlan> {
    let words = (title(), seldom(), seldom(), seldom());
    let choices = (
        select(&[MapState::AsIs, MapState::ToBe][..]),
        select(&[Mode::Eventually, Mode::Next][..]),
        select(&["", "2026-01-01"][..]),
        select(&["", "30d", "1h"][..]),
    );
    let lanes =
        with_ids(3, title().prop_map(|title| Lane { title, ..Lane::default() }), |lane: &mut Lane, id| lane.id = id);
    let stages = with_ids(3, stage(), |stage, id| stage.id = id);
    let steps = with_ids(7, step(), |step, id| step.id = id);
    let personas = prop_oneof![2 => vec(slug(), 0..3), 1 => vec(text(), 1..3)];
    // Of each step: its stage, a cell in each lane, moods of some, and whether it goes with the one before.
    let placed = vec((any::<Index>(), vec(option::of(text()), 3), btree_map(0_usize..4, -2_i8..=2, 0..3), 0..6_u8), 8);
    (words, choices, (personas, lanes, stages, steps), placed, edges())
        .prop_map(|(words, choices, lists, placed, edges)| {
            let (title, description, owner, journey) = words;
            let (state, mode, valid_from, over_after) = choices;
            let (personas, lane, stage, step) = lists;
            let journey = if journey.is_empty() { String::new() } else { "gap:30m".to_owned() };
            let mut map = MapPlan {
                title,
                description,
                owner,
                journey,
                state,
                mode,
                personas,
                lane,
                stage,
                step,
                valid_from: valid_from.to_owned(),
                over_after: over_after.to_owned(),
                // Edges may join by either.
                case: "order.id".to_owned(),
                product: "bike".to_owned(),
                ..MapPlan::default()
            };
            place(&mut map, &placed);
            draw(&mut map, edges);
            map
        })
        .prop_filter("is no map that may be stored", is_valid)
}

type Placed = (Index, Vec<Option<String>>, BTreeMap<usize, i8>, u8);

fn place(map: &mut MapPlan, placed: &[Placed]) {
    for (number, (stage, cells, moods, together)) in placed.iter().enumerate().take(map.step.len()) {
        let step = &mut map.step[number];
        // One more than there are: some step belongs to no stage.
        let stage = stage.index(map.stage.len() + 1);
        step.stage = map.stage.get(stage).map(|stage| stage.id.clone()).unwrap_or_default();
        for (lane, cell) in map.lane.iter().zip(cells) {
            step.cells.extend(cell.iter().map(|cell| (lane.id.clone(), cell.clone())));
        }
        for (whose, mood) in moods {
            let whose = map.personas.get(*whose).cloned().unwrap_or_else(|| "all".to_owned());
            step.emotion.insert(whose, *mood);
        }
        if *together == 0 && number > 0 {
            let group = "zusammen".to_owned();
            map.step[number].parallel.clone_from(&group);
            map.step[number - 1].parallel = group;
        }
    }
}

/// Edges between steps by chance; those that no map may have are left out.
fn draw(map: &mut MapPlan, edges: Vec<(Index, Index, Edge)>) {
    for (from, to, edge) in edges {
        let names: Vec<&str> =
            ["start", "end"].into_iter().chain(map.step.iter().map(|step| step.id.as_str())).collect();
        let (from, to) = (names[from.index(names.len())].to_owned(), names[to.index(names.len())].to_owned());
        map.edge.push(Edge { from, to, ..edge });
        if !is_valid(map) {
            map.edge.pop();
        }
    }
}

pub(crate) fn is_valid(map: &MapPlan) -> bool {
    check_body(DocumentKind::Map, "map", &serde_json::to_value(map).unwrap()).is_ok()
}

/// What the touchpoints and personas of a map are called.
pub(crate) fn beside(map: &MapPlan) -> Beside {
    let mut beside = Beside::default();
    for (number, id) in map.step.iter().flat_map(|step| &step.touchpoints).enumerate() {
        let channel = HOSTILE[number % HOSTILE.len()].to_owned();
        let touchpoint = Touchpoint { title: format!("Ort {number}"), channel, ..Touchpoint::default() };
        beside.touchpoints.insert(id.clone(), touchpoint);
    }
    for (number, id) in map.personas.iter().enumerate() {
        let title = HOSTILE[number % HOSTILE.len()].to_owned();
        beside.personas.insert(id.clone(), Persona { title, ..Persona::default() });
    }
    for id in map.step.iter().flat_map(|step| &step.pain_points) {
        let pain = PainPoint { title: format!("Schmerz {id}"), severity: Some(7.0), ..PainPoint::default() };
        beside.pain_points.insert(id.clone(), pain);
    }
    beside
}
