//! Every row of the tables in docs/semantics.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::num::NonZeroUsize;

use mining::{
    By, FunnelQuestion, FunnelStep, Journeys, NO_CASE, StepRow, StepsQuestion, TimeRange, cut, funnel, graph, sessions,
    steps, transitions, variants,
};
use model::{JourneyRule, parse_duration_s};
use support::Columns;

const PAGE: &str = include_str!("../../../docs/semantics.md");
const ONE: NonZeroUsize = NonZeroUsize::MIN;
const TEN_MINUTES: i64 = 600_000_000;

/// The rows of the table whose header begins with these cells.
fn table(header: &str) -> Vec<Vec<String>> {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
    assert!(lines.next().is_some(), "the page has no table {header}");
    let rows: Vec<Vec<String>> = lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let line = line.replace("\\|", "\u{1}");
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().replace('\u{1}', "|")).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "the table {header} has no rows");
    rows
}

fn letters(journeys: &Journeys<'_>) -> Vec<String> {
    let slice = journeys.all();
    let letter = |&code: &u16| journeys.labels()[usize::from(code)].as_str();
    slice.spans.iter().map(|span| slice.codes[span.range()].iter().map(letter).collect()).collect()
}

/// `AB A | C`: customers by `|`, journeys by blanks (an hour's pause), neighbours a second apart.
fn customers(text: &str) -> Columns {
    let mut given = Vec::new();
    for (customer, journeys) in text.split('|').enumerate() {
        let mut at = 0;
        for (position, letter) in journeys.trim().char_indices() {
            at += if letter == ' ' { 3_600_000_000 } else { 1_000_000 };
            if letter != ' ' {
                given.push((customer as u32, at, &journeys.trim()[position..=position], NO_CASE));
            }
        }
    }
    Columns::of(&given)
}

fn by_gap(columns: &Columns) -> Journeys<'_> {
    cut(&columns.log(), &JourneyRule::Gap { seconds: 1800.0 }, TimeRange::ALL).unwrap()
}

#[test]
fn events_stand_in_the_order_of_time_and_arrival() {
    for row in table("| arrived | order |") {
        let given: Vec<_> = row[0]
            .split(' ')
            .map(|event| event.split_once('@').unwrap())
            .map(|(touchpoint, second)| (0, second.parse::<i64>().unwrap() * 1_000_000, touchpoint, NO_CASE))
            .collect();
        let columns = Columns::of(&given);
        let journeys = cut(&columns.log(), &JourneyRule::Whole, TimeRange::ALL).unwrap();
        assert_eq!(letters(&journeys), [row[1].clone()], "{row:?}");
    }
}

#[test]
fn journeys_are_cut_as_the_page_says() {
    for row in table("| rule | events | journeys |") {
        let mut at = 0;
        let mut given = Vec::new();
        for (position, letter) in row[1].char_indices() {
            at += TEN_MINUTES;
            if letter != '-' {
                given.push((0, at, &row[1][position..=position], NO_CASE));
            }
        }
        let columns = Columns::of(&given);
        let journeys = cut(&columns.log(), &row[0].parse().unwrap(), TimeRange::ALL).unwrap();
        let expected: Vec<String> = row[2].split_whitespace().map(|journey| journey.replace('-', "")).collect();
        assert_eq!(letters(&journeys), expected, "{row:?}");
        assert_eq!(journeys.coverage().events_outside.to_string(), row[3], "{row:?}");
        assert_eq!(journeys.coverage().open_journeys.to_string(), row[4], "{row:?}");
        assert_eq!(journeys.coverage().journeys, expected.len() as u64, "{row:?}");
    }
}

#[test]
fn cases_are_grouped_as_the_page_says() {
    for row in table("| ada | bob |") {
        let mut given = Vec::new();
        for (customer, events) in row[..2].iter().enumerate() {
            for event in events.split_whitespace() {
                let case = event[1..].parse().unwrap_or(NO_CASE);
                given.push((customer as u32, given.len() as i64, &event[..1], case));
            }
        }
        let columns = Columns::of(&given);
        let journeys = cut(&columns.log(), &"case:order".parse().unwrap(), TimeRange::ALL).unwrap();
        assert_eq!(letters(&journeys).join(" "), row[2], "{row:?}");
        assert_eq!(journeys.coverage().events_outside.to_string(), row[3], "{row:?}");
    }
}

#[test]
fn graphs_count_as_the_page_says() {
    for row in table("| journeys | edges") {
        let columns = customers(&row[0]);
        let mut graph = graph(&by_gap(&columns), ONE);
        graph.edges.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        let edges = graph
            .edges
            .iter()
            .map(|edge| format!("{}{} {}/{}/{}", edge.from, edge.to, edge.occurrences, edge.journeys, edge.customers));
        assert_eq!(edges.collect::<Vec<_>>().join(", "), row[1], "{row:?}");
        let counted = |of: fn(&mining::Node) -> u64| {
            let shown = graph.nodes.iter().filter(|node| of(node) > 0);
            shown.map(|node| format!("{} {}", node.touchpoint, of(node))).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(counted(|node| node.starts), row[2], "{row:?}");
        assert_eq!(counted(|node| node.ends), row[3], "{row:?}");
        assert!(graph.flow_is_conserved());
    }
}

#[test]
fn waits_are_figured_as_the_page_says() {
    for row in table("| waits in seconds |") {
        let mut at = 0;
        let mut given = vec![(0, 0, "A", NO_CASE)];
        for seconds in row[0].split(' ') {
            at += seconds.parse::<i64>().unwrap() * 1_000_000;
            given.push((0, at, "A", NO_CASE));
        }
        let columns = Columns::of(&given);
        let journeys = cut(&columns.log(), &JourneyRule::Whole, TimeRange::ALL).unwrap();
        let wait = graph(&journeys, ONE).edges[0].wait;
        for (found, expected) in [wait.mean_s, wait.median_s, wait.q95_s].iter().zip(&row[1..]) {
            assert!((found - expected.parse::<f64>().unwrap()).abs() < 1e-9, "{row:?}: {wait:?}");
        }
    }
}

#[test]
fn variants_are_ordered_as_the_page_says() {
    for row in table("| journeys | variants |") {
        let columns = customers(&row[0]);
        let variants = variants(&by_gap(&columns), 10, ONE);
        let shown = variants.top.iter().map(|variant| format!("{} {}", variant.touchpoints.concat(), variant.journeys));
        assert_eq!(shown.collect::<Vec<_>>().join(", "), row[1], "{row:?}");
        assert_eq!(variants.variants, variants.top.len() as u64);
    }
}

#[test]
fn transitions_are_rated_as_the_page_says() {
    for row in table("| journeys | pair |") {
        let columns = customers(&row[0]);
        let transitions = transitions(&by_gap(&columns), ONE);
        let pair = transitions.pairs.iter().find(|pair| format!("{}{}", pair.from, pair.to) == row[1]).unwrap();
        let found = [pair.count as f64, pair.share_of_total, pair.avg_per_journey, pair.proba_out, pair.proba_in];
        for (found, expected) in found.iter().zip(&row[2..]) {
            assert!((found - expected.parse::<f64>().unwrap()).abs() < 1e-9, "{row:?}: {pair:?}");
        }
    }
}

#[test]
fn funnels_are_counted_as_the_page_says() {
    for row in table("| order | by |") {
        let columns = customers(&row[4]);
        let question = FunnelQuestion {
            steps: row[2].chars().map(String::from).collect(),
            window_s: parse_duration_s(&row[3]).unwrap(),
            order: row[0].parse().unwrap(),
            by: row[1].parse().unwrap(),
            entries: TimeRange::ALL,
        };
        let whole = cut(&columns.log(), &JourneyRule::Whole, TimeRange::ALL).unwrap();
        let journeys = if question.by == By::Session { by_gap(&columns) } else { whole };
        let funnel = funnel(&journeys, &question, ONE).unwrap();
        let shown = |of: fn(&FunnelStep) -> u64| {
            funnel.steps.iter().map(|step| of(step).to_string()).collect::<Vec<_>>().join(" ")
        };
        let found = [shown(|step| step.reached), shown(|step| step.in_progress), shown(|step| step.dropped)];
        assert_eq!(found, row[5..], "{row:?}");
        assert_eq!(funnel.steps[0].rate.is_none(), funnel.entered == 0, "{row:?}");
    }
}

#[test]
fn step_matrices_stand_as_the_page_says_and_each_column_adds_up() {
    for row in table("| journeys | anchor |") {
        let columns = customers(&row[0]);
        let anchor = (!row[1].is_empty()).then(|| row[1].clone());
        let matrix = steps(&by_gap(&columns), &StepsQuestion { steps: 2, anchor }, ONE).unwrap();
        let all: Vec<&StepRow> = matrix.rows.iter().chain(&matrix.path_start).chain(&matrix.path_end).collect();
        let mut shown = Vec::new();
        for (column, step) in matrix.steps.iter().enumerate() {
            assert_eq!(all.iter().map(|row| row.journeys[column]).sum::<u64>(), matrix.journeys, "{row:?}");
            let cells = all.iter().filter(|row| row.journeys[column] > 0).map(|row| {
                let name = row.touchpoint.replace("path_start", "^").replace("path_end", "$");
                format!("{name} {}", row.journeys[column])
            });
            shown.push(format!("{step}: {}", cells.collect::<Vec<_>>().join(" ")));
        }
        assert_eq!(shown.join("; "), row[2], "{row:?}");
    }
}

#[test]
fn sessions_count_what_begins_ends_and_lasts() {
    let columns = customers("AB A | BA");
    let sessions = sessions(&by_gap(&columns), ONE);
    assert_eq!((sessions.sessions, sessions.customers, sessions.events, sessions.single_event), (3, 2, 5, 1));
    assert_eq!(sessions.duration.unwrap().max_s, 1.0);
    assert_eq!(sessions.starts.iter().map(|count| count.count).collect::<Vec<_>>(), [2, 1]);
    let nothing = mining::sessions(&by_gap(&customers("")), ONE);
    assert_eq!((nothing.events_per_session, nothing.duration, nothing.single_event_share), (None, None, None));
}
