//! The flow from step to step, loops, channel hops and drop-off: every row of their tables in docs/semantics.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use mining::kernels::dropoff::{DropoffQuestion, NextRow};
use mining::kernels::hops::{HopsQuestion, JourneysBy};
use mining::kernels::loops::LoopsQuestion;
use mining::kernels::sankey::SankeyQuestion;
use mining::{Answer, NO_CASE};
use support::{Columns, by_gap, customers, read, table};

#[test]
fn flows_from_step_to_step_are_those_of_the_page_and_conserved() {
    for row in table("| journeys | steps | edges |") {
        let anchor = if row[3].is_empty() { String::new() } else { format!(" anchor={}", row[3]) };
        let question = read::<SankeyQuestion>(&format!("steps={} edges={}{anchor}", row[1], row[2])).unwrap();
        let sankey = customers(&row[0]).ask(&by_gap(), question);
        assert!(sankey.flow_is_conserved(), "{row:?}");
        let sign = |name: &str| name.replace("path_end", "$").replace("(other)", "*");
        let steps = sankey.links.chunk_by(|a, b| a.step == b.step).map(|links| {
            let shown = links.iter().map(|link| format!("{}>{} {}", sign(&link.from), sign(&link.to), link.journeys));
            format!("{}: {}", links[0].step, shown.collect::<Vec<_>>().join(" "))
        });
        assert_eq!(steps.collect::<Vec<_>>().join("; "), row[4], "{row:?}");
        assert!((sankey.share_shown.unwrap() - row[5].parse::<f64>().unwrap()).abs() < 1e-9, "{row:?}");
    }
}

#[test]
fn a_flow_that_lost_a_journey_is_not_conserved() {
    let sankey = customers("AB | AC | A").ask(&by_gap(), read::<SankeyQuestion>("steps=3").unwrap());
    for index in 0..sankey.links.len() {
        let mut broken = sankey.clone();
        broken.links[index].journeys += 1;
        assert!(!broken.flow_is_conserved(), "{:?}", broken.links[index]);
        let mut stranded = sankey.clone();
        stranded.links.remove(index);
        assert!(!stranded.flow_is_conserved());
    }
    let mut more = sankey.clone();
    more.journeys += 1;
    assert!(!more.flow_is_conserved());
}

#[test]
fn nodes_have_ids_of_their_own_even_where_touchpoints_are_called_as_the_other_node_is() {
    let given = [
        (0, 1, "(other)", NO_CASE),
        (0, 2, "path_end", NO_CASE),
        (1, 1, "(other)", NO_CASE),
        (1, 2, "a", NO_CASE),
        (2, 1, "b", NO_CASE),
    ];
    for edges in 1..6 {
        let question = read::<SankeyQuestion>(&format!("steps=3 edges={edges}")).unwrap();
        let sankey = Columns::of(&given).ask(&by_gap(), question);
        assert!(sankey.flow_is_conserved());
        let network = sankey.network().unwrap();
        let mut ids: Vec<&str> = network.nodes.iter().map(|node| node.id.as_str()).collect();
        assert!(network.edges.iter().all(|edge| ids.contains(&&*edge.from) && ids.contains(&&*edge.to)));
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }
}

#[test]
fn loops_and_dead_ends_are_counted_as_the_page_says() {
    for row in table("| journeys | self-loops |") {
        let loops = customers(&row[0]).ask(&by_gap(), read::<LoopsQuestion>("").unwrap());
        let self_loops = loops.self_loops.iter().map(|row| {
            assert_eq!(row.share, Some(row.journeys as f64 / row.journeys_there as f64));
            format!("{} {}/{}/{}", row.touchpoint, row.occurrences, row.journeys, row.journeys_there)
        });
        assert_eq!(self_loops.collect::<Vec<_>>().join("; "), row[1], "{row:?}");
        let returns = loops.returns.iter().map(|row| {
            let counts = format!("{} {}/{}/{}", row.touchpoint, row.occurrences, row.journeys, row.journeys_there);
            format!("{counts} {} {} {}s", row.via, row.via_occurrences, row.wait.median_s)
        });
        assert_eq!(returns.collect::<Vec<_>>().join("; "), row[2], "{row:?}");
        let ping_pongs = loops
            .ping_pongs
            .iter()
            .map(|row| format!("{}{}{} {}/{}", row.touchpoint, row.via, row.touchpoint, row.occurrences, row.journeys));
        assert_eq!(ping_pongs.collect::<Vec<_>>().join("; "), row[3], "{row:?}");
        let dead_ends = loops.dead_ends.iter().map(|row| {
            assert_eq!(row.interval, mining::wilson(row.customers, row.customers_there));
            let (journeys, customers) = (row.journeys_there, row.customers_there);
            let counts = format!("{} of {}, {} of {journeys}", row.ends, row.visits, row.ends);
            format!("{} {counts}, {} of {customers}", row.touchpoint, row.customers)
        });
        assert_eq!(dead_ends.collect::<Vec<_>>().join("; "), row[4], "{row:?}");
    }
}

#[test]
fn lists_of_loops_say_how_many_rows_they_leave_out() {
    let columns = customers("AABBC | ABABA");
    let loops = columns.ask(&by_gap(), read::<LoopsQuestion>("top=1").unwrap());
    let listed = [loops.self_loops.len(), loops.returns.len(), loops.ping_pongs.len(), loops.dead_ends.len()];
    assert_eq!(listed, [1; 4]);
    let in_all = [loops.self_loops_in_all, loops.returns_in_all, loops.ping_pongs_in_all, loops.dead_ends_in_all];
    assert_eq!(in_all, [2; 4]);
    assert_eq!((loops.returns[0].touchpoint.as_str(), loops.returns[0].occurrences), ("A", 2));
}

/// The same as `customers`, each letter renamed.
fn renamed(text: &str, name: impl Fn(&str) -> String) -> Columns {
    let columns = customers(text);
    let names: Vec<String> = columns.labels.iter().map(|label| name(label)).collect();
    let given: Vec<_> = (0..columns.customers.len())
        .flat_map(|customer| {
            let run = columns.runs[customer] as usize..columns.runs[customer + 1] as usize;
            run.map(move |event| (customer as u32, event))
        })
        .map(|(customer, event)| {
            (customer, columns.times[event], names[usize::from(columns.codes[event])].as_str(), NO_CASE)
        })
        .collect();
    Columns::of(&given)
}

#[test]
fn channel_hops_are_counted_as_the_page_says() {
    for row in table("| channels | hops |") {
        let columns = renamed(&row[0], |letter| if letter == "-" { "x".to_owned() } else { format!("{letter}/x") });
        let hops = columns.ask(&by_gap(), read::<HopsQuestion>("").unwrap());
        let sign = |name: &String| name.replace("(not said)", "-");
        let shown = hops.hops.iter().map(|hop| {
            let counts = format!("{}/{}/{}", hop.occurrences, hop.journeys, hop.customers);
            assert_eq!(hop.wait.median_s, 1.0);
            format!("{}{} {counts}", sign(&hop.from), sign(&hop.to))
        });
        assert_eq!(shown.collect::<Vec<_>>().join(", "), row[1], "{row:?}");
        let by = |rows: &[JourneysBy]| {
            rows.iter().map(|row| format!("{}: {}", row.number, row.journeys)).collect::<Vec<_>>().join(", ")
        };
        assert_eq!([by(&hops.by_channels), by(&hops.by_hops)], row[2..4], "{row:?}");
        let sequences = hops.sequences.iter().map(|sequence| {
            format!("{} {}", sequence.channels.iter().map(sign).collect::<String>(), sequence.journeys)
        });
        assert_eq!(sequences.collect::<Vec<_>>().join(", "), row[4], "{row:?}");
        assert_eq!(format!("{} of {}", hops.customers_across, hops.customers), row[5], "{row:?}");
        for channel in &hops.channels {
            assert_eq!(channel.starts + channel.stays + channel.hops_in, channel.events, "{row:?}: {channel:?}");
            assert_eq!(channel.ends + channel.stays + channel.hops_out, channel.events, "{row:?}: {channel:?}");
        }
    }
}

#[test]
fn drop_offs_and_what_comes_next_are_those_of_the_page() {
    for row in table("| journeys | after | within |") {
        let channel = |letter: &str| if letter.chars().all(char::is_lowercase) { "small" } else { "capital" };
        let columns = renamed(&row[0], |letter| format!("{}/{letter}", channel(letter)));
        let after = if row[1].is_empty() { String::new() } else { format!(" after={}/{}", channel(&row[1]), row[1]) };
        let question = read::<DropoffQuestion>(&format!("within={}{after}", row[2])).unwrap();
        let dropoff = columns.ask(&by_gap(), question);
        assert!(dropoff.adds_up(), "{row:?}");
        let letter = |name: &str| name.split_once('/').unwrap().1.to_owned();
        let drop_offs = dropoff
            .touchpoints
            .iter()
            .map(|at| format!("{} {} of {}", letter(&at.touchpoint), at.drop_offs, at.journeys_there));
        assert_eq!(drop_offs.collect::<Vec<_>>().join("; "), row[3], "{row:?}");
        let next = dropoff.touchpoints.iter().map(|at| {
            let rows = at.next.iter().map(|next| match next {
                NextRow::Event { touchpoint, channel, journeys, same_channel, .. } => {
                    assert_eq!(*channel, touchpoint.split_once('/').unwrap().0);
                    let same = if same_channel == journeys { "same" } else { "other" };
                    assert!(same_channel == journeys || *same_channel == 0);
                    format!("{} {journeys} {same}", letter(touchpoint))
                }
                NextRow::Nothing { journeys, .. } => format!("nothing {journeys}"),
                NextRow::Open { journeys, .. } => format!("open {journeys}"),
            });
            format!("{}: {}", letter(&at.touchpoint), rows.collect::<Vec<_>>().join(", "))
        });
        assert_eq!(next.collect::<Vec<_>>().join("; "), row[4], "{row:?}");
    }
}

#[test]
fn drop_off_names_the_time_in_its_table_as_people_say_it() {
    let columns = customers("A A");
    for (within, said) in [("1h", "nothing within 1h"), ("90s", "nothing within 90s"), ("0.5s", "nothing within 0.5s")]
    {
        let dropoff = columns.ask(&by_gap(), read::<DropoffQuestion>(&format!("within={within}")).unwrap());
        let next = &dropoff.tables()[1];
        let mining::report::Cells::Text(cells) = &next.columns[1].cells else { panic!("{next:?}") };
        assert_eq!(cells[..], [said, "still open"]);
    }
}

#[test]
fn two_groups_of_journeys_are_compared_figure_by_figure() {
    let columns =
        renamed("ABA | ABA C | AC | AB", |letter| format!("{}/{letter}", if letter == "B" { "shop" } else { "web" }));
    let names = columns.names();
    let query = mining::Query { rule: by_gap(), ..mining::Query::default() };
    let groups = ["did shop/B", "did not shop/B"].map(|group| group.parse().unwrap());
    for (question, what, subject, values) in [
        ("sankey", "share of journeys", "step 2: web/C", [Some(0.0), Some(0.5)]),
        ("sankey", "share of journeys that are over", "step 3", [Some(1.0 / 3.0), Some(1.0)]),
        ("loops", "share of journeys with a ping-pong", "", [Some(2.0 / 3.0), Some(0.0)]),
        ("loops", "median time until the return", "web/A", [Some(2.0), None]),
        ("hops", "share of journeys with several channels", "", [Some(1.0), Some(0.0)]),
        ("hops", "hops a journey", "", [Some(5.0 / 3.0), Some(0.0)]),
        ("dropoff", "share of the journeys there that end there", "web/A", [Some(2.0 / 3.0), Some(0.0)]),
        ("dropoff", "share of these that go on in the same channel, open ones aside", "web/A", [Some(1.0), None]),
    ] {
        let planned = mining::planned(question, [].into(), &query, &names).unwrap();
        let source = [columns.block()];
        let control = mining::Control::new(support::ONE);
        let compared =
            mining::compare(&source.as_slice(), &names, &planned.query, groups.clone(), &[&*planned.kernel], &control);
        let figures = compared.unwrap().remove(0).differences.figures;
        let figure = figures.iter().find(|figure| figure.what == what && figure.subject == subject);
        let found = figure.map(|figure| [figure.a.value, figure.b.value]).unwrap();
        assert_eq!(found, values, "{question}: {what} {subject}");
    }
}
