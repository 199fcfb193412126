//! Every row of the tables in docs/semantics.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use mining::Felt;
use mining::kernels::centrality::CentralityQuestion;
use mining::kernels::clusters::ClustersQuestion;
use mining::kernels::customers::CustomersQuestion;
use mining::kernels::funnel::{FunnelQuestion, FunnelStep};
use mining::kernels::moods::MoodsQuestion;
use mining::kernels::sessions::SessionsQuestion;
use mining::kernels::steps::{StepRow, StepsQuestion};
use mining::kernels::transitions::TransitionsQuestion;
use mining::kernels::variants::VariantsQuestion;
use mining::{GraphQuestion, NO_CASE, Query};
use model::{JourneyRule, MoodCode, MoodOrigin};
use support::{Columns, by_gap, customers, journeys, read, table};

const TEN_MINUTES: i64 = 600_000_000;

#[test]
fn events_stand_in_the_order_of_time_and_arrival() {
    for row in table("| arrived | order |") {
        let given: Vec<_> = row[0]
            .split(' ')
            .map(|event| event.split_once('@').unwrap())
            .map(|(touchpoint, second)| (0, second.parse::<i64>().unwrap() * 1_000_000, touchpoint, NO_CASE))
            .collect();
        let columns = Columns::of(&given);
        assert_eq!(journeys(&columns, Query::default()), [row[1].clone()], "{row:?}");
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
        let rule = row[0].parse().unwrap();
        let coverage = columns.ask(&rule, GraphQuestion).coverage;
        let expected: Vec<String> = row[2].split_whitespace().map(|journey| journey.replace('-', "")).collect();
        assert_eq!(journeys(&columns, Query { rule, ..Query::default() }), expected, "{row:?}");
        assert_eq!(coverage.events_outside.to_string(), row[3], "{row:?}");
        assert_eq!(coverage.open_journeys.to_string(), row[4], "{row:?}");
        assert_eq!(coverage.journeys, expected.len() as u64, "{row:?}");
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
        let rule: JourneyRule = "case:order".parse().unwrap();
        let coverage = columns.ask(&rule, GraphQuestion).coverage;
        assert_eq!(journeys(&columns, Query { rule, ..Query::default() }).join(" "), row[2], "{row:?}");
        assert_eq!(coverage.events_outside.to_string(), row[3], "{row:?}");
    }
}

#[test]
fn graphs_count_as_the_page_says() {
    for row in table("| journeys | edges") {
        let columns = customers(&row[0]);
        let mut graph = columns.ask(&by_gap(), GraphQuestion);
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
        let wait = columns.ask(&JourneyRule::Whole, GraphQuestion).edges[0].wait;
        for (found, expected) in [wait.mean_s, wait.median_s, wait.q95_s].iter().zip(&row[1..]) {
            assert!((found - expected.parse::<f64>().unwrap()).abs() < 1e-9, "{row:?}: {wait:?}");
        }
    }
}

#[test]
fn variants_are_ordered_as_the_page_says() {
    for row in table("| journeys | variants |") {
        let columns = customers(&row[0]);
        let variants = columns.ask(&by_gap(), VariantsQuestion { top: 10 });
        let shown = variants.top.iter().map(|variant| format!("{} {}", variant.touchpoints.concat(), variant.journeys));
        assert_eq!(shown.collect::<Vec<_>>().join(", "), row[1], "{row:?}");
        assert_eq!(variants.variants, variants.top.len() as u64);
    }
}

#[test]
fn transitions_are_rated_as_the_page_says() {
    for row in table("| journeys | pair |") {
        let columns = customers(&row[0]);
        let transitions = columns.ask(&by_gap(), TransitionsQuestion);
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
        let steps: Vec<String> = row[2].chars().map(String::from).collect();
        let written = format!("order={} by={} steps={} window={}", row[0], row[1], steps.join(","), row[3]);
        let funnel = columns.ask(&JourneyRule::Whole, read::<FunnelQuestion>(&written).unwrap());
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
        let matrix = columns.ask(&by_gap(), StepsQuestion { steps: 2, anchor });
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
    let question = SessionsQuestion { gap_s: 1800.0 };
    let sessions = columns.ask(&JourneyRule::Whole, question);
    assert_eq!((sessions.sessions, sessions.customers, sessions.events, sessions.single_event), (3, 2, 5, 1));
    assert_eq!(sessions.duration.unwrap().max_s, 1.0);
    assert_eq!(sessions.starts.iter().map(|count| count.count).collect::<Vec<_>>(), [2, 1]);
    let nothing = customers("").ask(&JourneyRule::Whole, question);
    assert_eq!((nothing.events_per_session, nothing.duration, nothing.single_event_share), (None, None, None));
}

#[test]
fn moods_are_averaged_as_the_page_says() {
    for row in table("| moods | at touchpoints |") {
        let mut given = Vec::new();
        let mut moods = Vec::new();
        for (customer, events) in row[0].split('|').enumerate() {
            for event in events.split_whitespace() {
                let (name, mood) = event.split_once(':').unwrap_or((event, ""));
                given.push((customer as u32, given.len() as i64, name, NO_CASE));
                let reported = |value| MoodCode::of(value, MoodOrigin::Reported);
                moods.push(mood.parse().map_or(MoodCode::NONE, reported));
            }
        }
        let columns = Columns { moods, ..Columns::of(&given) };
        let found = columns.ask(&JourneyRule::Whole, MoodsQuestion { origin: None });
        let shown = |place: String, felt: &Felt| {
            let rounded = |value: f64| (value * 1e3).round() / 1e3;
            let interval = felt.interval.map(|[low, high]| format!(" [{}, {}]", rounded(low), rounded(high)));
            let interval = interval.unwrap_or_default();
            format!("{place} {}/{} {}{interval}", felt.n, felt.customers, rounded(felt.mean))
        };
        let at: Vec<_> = found.touchpoints.iter().map(|at| shown(at.touchpoint.clone(), &at.felt)).collect();
        let on: Vec<_> = found.edges.iter().map(|on| shown(format!("{}>{}", on.from, on.to), &on.felt)).collect();
        assert_eq!((at.join("; "), on.join("; ")), (row[1].clone(), row[2].clone()), "{row:?}");
        assert_eq!(columns.ask(&JourneyRule::Whole, MoodsQuestion { origin: Some(MoodOrigin::Inferred) }).moods, 0);
    }
}

#[test]
fn customers_are_drawn_as_the_page_says() {
    for row in table("| journeys | where | customers |") {
        let wanted = Some(row[1].parse().unwrap());
        let query = Query { rule: by_gap(), wanted, ..Query::default() };
        let some = customers(&row[0]).ask_about(query, CustomersQuestion { most: 20 }).unwrap();
        let mut of_each: Vec<_> = some.some.iter().map(|one| format!("{}/{}", one.journeys, one.events)).collect();
        of_each.sort();
        assert_eq!((some.customers.to_string(), of_each.join(" ")), (row[2].clone(), row[3].clone()), "{row:?}");
    }
}

/// 400 of 4,000, of whom every other was at B: as many of one kind as of the other, give or take four standard deviations.
#[test]
fn the_draw_is_even_and_of_a_group_holds_who_was_drawn_of_all() {
    let everybody = customers(&vec!["A | AB"; 2_000].join(" | "));
    let drawn = |wanted: &str, most| {
        let query = Query { rule: by_gap(), wanted: Some(wanted.parse().unwrap()), ..Query::default() };
        everybody.ask_about(query, CustomersQuestion { most }).unwrap().some
    };
    let of_all = drawn("did A", 400);
    let at_b: Vec<_> = of_all.iter().filter(|one| one.events == 2).collect();
    assert!((162..=238).contains(&at_b.len()), "{} of 400", at_b.len());
    let of_group = drawn("did B", 400);
    assert!(at_b.iter().all(|one| of_group.contains(one)));
    assert_eq!(drawn("did B", 7), of_group[..7]);
    assert_ne!(drawn("did A", 3).iter().map(|one| one.customer.as_str()).collect::<Vec<_>>(), ["c0", "c1", "c2"]);
}

/// An undefined figure is an empty cell.
fn is_figure(found: Option<f64>, cell: &str) -> bool {
    match found {
        None => cell.is_empty(),
        Some(found) => cell.parse::<f64>().is_ok_and(|cell| (found - cell).abs() < 1e-9),
    }
}

#[test]
fn touchpoints_are_as_central_as_the_page_says() {
    for row in table("| journeys | touchpoint |") {
        let centrality = customers(&row[0]).ask(&by_gap(), CentralityQuestion { top: 10 });
        let central = centrality.top.iter().find(|central| central.touchpoint == row[1]).unwrap();
        let degrees = format!("{}/{}", central.degree_in, central.degree_out);
        let strengths = format!("{}/{}", central.strength_in, central.strength_out);
        assert_eq!([central.journeys.to_string(), degrees, strengths], row[2..5], "{row:?}");
        assert!(
            is_figure(central.betweenness, &row[5]) && is_figure(Some(central.pagerank), &row[6]),
            "{row:?}: {central:?}"
        );
    }
}

#[test]
fn variants_are_clustered_as_the_page_says() {
    for row in table("| journeys | clusters |") {
        let question = read::<ClustersQuestion>(&format!("clusters={}", row[1])).unwrap();
        let clusters = customers(&row[0]).ask(&by_gap(), question);
        let medoids: Vec<_> =
            clusters.clusters.iter().map(|of| format!("{} {}", of.medoid.concat(), of.journeys)).collect();
        assert_eq!(medoids.join(", "), row[2], "{row:?}");
        for (of, (distance, silhouette)) in clusters.clusters.iter().zip(row[3].split(", ").zip(row[4].split(", "))) {
            assert!(
                is_figure(Some(of.mean_distance), distance) && is_figure(of.silhouette, silhouette),
                "{row:?}: {of:?}"
            );
        }
        assert!(is_figure(clusters.silhouette, &row[5]), "{row:?}: {clusters:?}");
    }
}
