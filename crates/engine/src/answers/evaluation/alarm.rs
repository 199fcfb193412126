//! When an alarm begins and when it ends: a pure function of a series.

use serde::Serialize;

/// What is said of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodState {
    /// The figure is at the target or above.
    Reached,
    /// It is below.
    Missed,
    /// It rests on too little.
    TooFew,
    /// The period is not over.
    Open,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Below it the target is missed.
    pub(super) at_least: f64,
    /// An alarm lasts until a figure at it or above.
    pub(super) clear_at: f64,
    /// Figures of fewer units say nothing.
    pub(super) least_n: u64,
}

/// A period's figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) value: Option<f64>,
    pub(super) n: u64,
    pub(super) is_over: bool,
}

/// What is said of each period, and whether the alarm is on after it. It begins with the first missed period, and lasts until one
/// at `clear_at` or above; a period with too few units, and one that is not over, change nothing.
pub(super) fn alarms(bounds: Bounds, looks: &[Look]) -> Vec<(PeriodState, bool)> {
    let mut is_on = false;
    let mut said = Vec::with_capacity(looks.len());
    for look in looks {
        let state = match look.value {
            _ if !look.is_over => PeriodState::Open,
            Some(value) if look.n >= bounds.least_n && value < bounds.at_least => PeriodState::Missed,
            Some(_) if look.n >= bounds.least_n => PeriodState::Reached,
            Some(_) | None => PeriodState::TooFew,
        };
        is_on = match state {
            PeriodState::Missed => true,
            PeriodState::Reached => is_on && look.value.is_some_and(|value| value < bounds.clear_at),
            PeriodState::TooFew | PeriodState::Open => is_on,
        };
        said.push((state, is_on));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: &str = include_str!("../../../../../docs/evaluation.md");

    fn rows(header: &str) -> Vec<Vec<String>> {
        let lines = PAGE.lines().skip_while(|line| !line.starts_with(header)).skip(2);
        let rows = lines.take_while(|line| line.starts_with('|'));
        rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
    }

    #[test]
    fn alarms_begin_and_end_as_the_page_says() {
        let rows = rows("| at least | clear at |");
        assert!(rows.len() > 5);
        for row in rows {
            let bounds = Bounds {
                at_least: row[0].parse().unwrap(),
                clear_at: row[1].parse().unwrap(),
                least_n: row[2].parse().unwrap(),
            };
            let look = |written: &str| {
                let (figure, n) = written.trim_end_matches('*').split_once('/').unwrap();
                Look { value: figure.parse().ok(), n: n.parse().unwrap(), is_over: !written.ends_with('*') }
            };
            let looks: Vec<Look> = row[3].split_whitespace().map(look).collect();
            let said = alarms(bounds, &looks);
            let states = said.iter().map(|(state, _)| match state {
                PeriodState::Reached => "reached",
                PeriodState::Missed => "missed",
                PeriodState::TooFew => "few",
                PeriodState::Open => "open",
            });
            let alarm = said.iter().map(|(_, is_on)| if *is_on { "on" } else { "off" });
            let shown = |words: Vec<&str>| words.join(" ");
            assert_eq!((shown(states.collect()), shown(alarm.collect())), (row[4].clone(), row[5].clone()), "{row:?}");
        }
    }

    proptest! {
        /// By its definition: on, if the last period that says something at one of the two bounds was missed.
        #[test]
        fn an_alarm_is_on_where_the_last_word_was_missed(
            looks in proptest::collection::vec((0.0..3.0_f64, 0_u64..60, proptest::bool::weighted(0.9)), 0..20), width in 0.0..1.0_f64,
        ) {
            let bounds = Bounds { at_least: 1.0, clear_at: 1.0 + width, least_n: 30 };
            let looks: Vec<Look> = looks.into_iter().map(|(value, n, is_over)| Look { value: Some(value), n, is_over }).collect();
            let said = alarms(bounds, &looks);
            for (place, (_, is_on)) in said.iter().enumerate() {
                let speaks = |look: &&Look| look.is_over && look.n >= 30 && (look.value.unwrap() < 1.0 || look.value.unwrap() >= 1.0 + width);
                let last = looks[..=place].iter().rev().find(speaks);
                prop_assert_eq!(*is_on, last.is_some_and(|look| look.value.unwrap() < 1.0));
            }
        }
    }
}
