//! What the register leaves open: important and not measured, controlled by nobody, without an owner, to be looked at
//! again. `docs/plans.md` defines each figure.

use std::cmp::Reverse;

use model::{Control, Review, Timestamp};
use serde::Serialize;

use super::touchpoints::RegisteredTouchpoint;

/// Some of all touchpoints that are looked at. All of them are counted, so nothing is estimated and there is no interval.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Covered {
    /// How many.
    pub n: u64,
    /// Of how many.
    pub of: u64,
    /// `n` of `of`, 0 to 1; `None` of none.
    pub share: Option<f64>,
    /// Which ones.
    pub touchpoints: Vec<String>,
}

/// What is known of the register, and what is not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegisterCoverage {
    /// Day against which reviews are held, in UTC: `YYYY-MM-DD`.
    pub day: String,
    /// Stated importance, to customers or to the business, from which a touchpoint counts as important: 0 to 10.
    pub important_from: f64,
    /// Registered ones at which something was measured in the window, there or at one of their parts.
    pub measured: Covered,
    /// Registered ones that are important.
    pub important: Covered,
    /// Registered ones of which nobody has said how important they are.
    pub importance_unknown: Covered,
    /// Important ones that are measured.
    pub important_measured: Covered,
    /// Important ones that are not.
    pub important_unmeasured: Covered,
    /// Registered ones that nobody in the company controls.
    pub uncontrolled: Covered,
    /// Registered ones of which nobody has said who controls them.
    pub control_unknown: Covered,
    /// Registered ones without an owner.
    pub unowned: Covered,
    /// Registered ones whose day of review is over.
    pub overdue: Covered,
    /// Registered ones whose day of review, or the time of its reminder, has come.
    pub due: Covered,
    /// Registered ones without a day of review.
    pub review_unknown: Covered,
    /// Of all places where something was measured in the window, those that nobody registered. Named as far as the answer
    /// lists them.
    pub unregistered: Covered,
}

/// What was measured and has no place in the register.
pub(super) struct Unregistered {
    /// As many as the answer lists, the most frequent first.
    pub(super) names: Vec<String>,
    /// How many there are in all.
    pub(super) in_all: u64,
}

pub(super) fn coverage(
    register: &[RegisteredTouchpoint],
    unregistered: Unregistered,
    important_from: f64,
    now: Timestamp,
) -> RegisterCoverage {
    // What matters most is dealt with first; reviews in the order of their days.
    let mut by_importance: Vec<&RegisteredTouchpoint> = register.iter().collect();
    by_importance.sort_by(|a, b| {
        let key = |one: &RegisteredTouchpoint| one.says.importance().unwrap_or(-1.0);
        key(b).total_cmp(&key(a)).then_with(|| a.id.cmp(&b.id))
    });
    let mut by_day: Vec<&RegisteredTouchpoint> = register.iter().collect();
    by_day.sort_by_key(|one| {
        (one.says.review_on.clone(), Reverse(one.says.importance().map(f64::to_bits)), one.id.clone())
    });

    let is_important = |one: &&RegisteredTouchpoint| one.says.importance().is_some_and(|it| it >= important_from);
    let is_measured = |one: &&RegisteredTouchpoint| one.branch.occurrences > 0;
    let of_all = |chosen: &dyn Fn(&&RegisteredTouchpoint) -> bool| among(&by_importance, chosen);
    let in_review = |state: Review| among(&by_day, &|one: &&RegisteredTouchpoint| one.says.review(now) == state);
    let important: Vec<&RegisteredTouchpoint> = by_importance.iter().copied().filter(|one| is_important(one)).collect();
    let measured = of_all(&is_measured);
    let places = unregistered.in_all + register.iter().filter(|one| one.measured.occurrences > 0).count() as u64;
    RegisterCoverage {
        day: now.to_string().chars().take_while(|letter| *letter != 'T').collect(),
        important_from,
        measured,
        important: of_all(&is_important),
        importance_unknown: of_all(&|one| one.says.importance().is_none()),
        important_measured: among(&important, &is_measured),
        important_unmeasured: among(&important, &|one| !is_measured(one)),
        uncontrolled: of_all(&|one| one.says.control == Some(Control::None)),
        control_unknown: of_all(&|one| one.says.control.is_none()),
        unowned: of_all(&|one| one.says.owner.trim().is_empty()),
        overdue: in_review(Review::Overdue),
        due: in_review(Review::Due),
        review_unknown: of_all(&|one| one.says.review(now) == Review::None),
        unregistered: counted(unregistered.in_all, places, unregistered.names),
    }
}

fn among(all: &[&RegisteredTouchpoint], chosen: &dyn Fn(&&RegisteredTouchpoint) -> bool) -> Covered {
    let touchpoints: Vec<String> = all.iter().filter(|one| chosen(one)).map(|one| one.id.clone()).collect();
    counted(touchpoints.len() as u64, all.len() as u64, touchpoints)
}

fn counted(n: u64, of: u64, touchpoints: Vec<String>) -> Covered {
    Covered { n, of, share: (of > 0).then(|| n as f64 / of as f64), touchpoints }
}

#[cfg(test)]
mod tests {
    use super::super::touchpoints::Measured;
    use super::*;
    use model::Touchpoint;
    use std::collections::BTreeMap;

    const PAGE: &str = include_str!("../../../../docs/plans.md");

    /// The rows of the table whose header begins with these cells, without the marks of code.
    fn table(header: &str) -> Vec<Vec<String>> {
        let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
        assert!(lines.next().is_some(), "the page has no table {header}");
        let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
        lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect()
    }

    fn said(cell: &str) -> Option<String> {
        (cell != "-").then(|| cell.to_owned())
    }

    fn measured(cell: &str) -> Measured {
        Measured { occurrences: cell.parse().unwrap(), ..Measured::default() }
    }

    /// The register of the page: id, to customers, to the business, control, owner, review, reminder, events, with parts.
    fn register() -> Vec<RegisteredTouchpoint> {
        let rows = table("| touchpoint | part of |");
        let line = |cells: &Vec<String>| {
            let [id, parent, customers, business, control, owner, review, reminder, events, with_parts] =
                cells.as_slice()
            else {
                panic!("{cells:?}")
            };
            let number = |cell: &str| said(cell).map(|number| number.parse().unwrap());
            let control = said(control).map(|word| serde_json::from_value(word.into()).unwrap());
            let says = Touchpoint {
                title: id.clone(),
                parent: said(parent),
                importance_to_customer: number(customers),
                importance_to_business: number(business),
                control,
                owner: said(owner).unwrap_or_default(),
                review_on: said(review),
                remind_before: said(reminder),
                ..Touchpoint::default()
            };
            model::check_body(model::DocumentKind::Touchpoint, id, &serde_json::to_value(&says).unwrap()).unwrap();
            RegisteredTouchpoint {
                id: id.clone(),
                version: 1,
                rules: 0,
                medium: None,
                measured: measured(events),
                branch: measured(with_parts),
                says,
            }
        };
        rows.iter().map(line).collect()
    }

    #[test]
    fn the_figures_are_those_of_the_page() {
        let register = register();
        let unregistered = Unregistered { names: vec!["Magazine".to_owned()], in_all: 1 };
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        let answer = serde_json::to_value(coverage(&register, unregistered, 7.0, now)).unwrap();
        assert_eq!((&answer["day"], &answer["important_from"]), (&"2026-11-22".into(), &7.0.into()));
        let mut on_the_page = BTreeMap::new();
        for row in table("| figure | counts |") {
            let [figure, _, n_of, which] = row.as_slice() else { panic!("{row:?}") };
            let which: Vec<&str> = which.split(", ").filter(|one| *one != "-").collect();
            on_the_page.insert(figure.clone(), (n_of.clone(), which.join(", ")));
        }
        let mut answered = BTreeMap::new();
        for (figure, value) in answer.as_object().unwrap().iter().filter(|(_, value)| value.is_object()) {
            let names: Vec<&str> =
                value["touchpoints"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            answered.insert(figure.clone(), (format!("{} of {}", value["n"], value["of"]), names.join(", ")));
            let (n, of) = (value["n"].as_f64().unwrap(), value["of"].as_f64().unwrap());
            assert_eq!(value["share"].as_f64(), Some(n / of), "{figure}");
        }
        assert_eq!(answered, on_the_page);
    }

    #[test]
    fn nothing_registered_is_no_share_of_nothing() {
        let unregistered = Unregistered { names: Vec::new(), in_all: 0 };
        let empty = coverage(&[], unregistered, 7.0, Timestamp::default());
        for covered in [&empty.measured, &empty.important_measured, &empty.overdue, &empty.unregistered] {
            assert_eq!((covered.n, covered.of, covered.share), (0, 0, None));
        }
    }

    #[test]
    fn whoever_asks_for_more_importance_finds_fewer() {
        let register = register();
        let at = |important_from| {
            let unregistered = Unregistered { names: Vec::new(), in_all: 0 };
            let answer = coverage(&register, unregistered, important_from, Timestamp::default());
            assert_eq!(answer.important_measured.n + answer.important_unmeasured.n, answer.important.n);
            answer.important.n
        };
        let counts: Vec<u64> = [0.0, 5.0, 7.0, 9.5, 10.0].map(at).to_vec();
        assert!(counts.is_sorted_by(|more, fewer| more >= fewer), "{counts:?}");
        assert!(counts[0] > counts[4]);
    }
}
