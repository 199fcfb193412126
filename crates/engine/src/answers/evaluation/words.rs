//! Findings in plain sentences, German and English: each from a template of its own, none translated on the fly.

use serde::Serialize;

use super::compared::{Compared, Side};
use super::findings::FindingKind;
use super::targets::{TargetPeriod, TargetView};

/// A finding in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What it is, in a few words.
    pub headline: String,
    /// The figures.
    pub text: String,
}

/// What a finding is about, as people call it.
pub(super) struct Named {
    /// The touchpoint, or the map.
    pub(super) title: String,
    /// The map's step; empty where it is about none.
    pub(super) step: String,
    /// Something happened there before the weeks that are looked at.
    pub(super) seen_earlier: bool,
}

/// Numbers and marks of a language.
#[derive(Clone, Copy)]
struct Tongue {
    german: bool,
}

impl Tongue {
    /// The first in German, the second in English.
    fn either(self, german: &str, english: &str) -> String {
        if self.german { german.to_owned() } else { english.to_owned() }
    }

    fn grouped(self, whole: &str) -> String {
        let mark = if self.german { '.' } else { ',' };
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        grouped
    }

    fn number(self, value: f64, digits: usize) -> String {
        let written = format!("{:.digits$}", value.abs());
        let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
        let is_zero = written.chars().all(|c| matches!(c, '0' | '.'));
        let sign = if value < 0.0 && !is_zero { "-" } else { "" };
        let point = if self.german { ',' } else { '.' };
        let rest = if rest.is_empty() { String::new() } else { format!("{point}{rest}") };
        format!("{sign}{}{rest}", self.grouped(whole))
    }

    fn count(self, number: u64) -> String {
        self.grouped(&number.to_string())
    }

    /// `12,3 %`, with the space of the language.
    fn percent(self, share: f64) -> String {
        format!("{}{}", self.number(share * 100.0, 1), if self.german { "\u{a0}%" } else { "%" })
    }

    fn quoted(self, title: &str) -> String {
        if self.german { format!("„{title}“") } else { format!("“{title}”") }
    }

    /// A number and its word: `1 Kunde`, `2 Kunden`.
    fn counted(self, number: u64, german: [&str; 2], english: [&str; 2]) -> String {
        let [one, other] = if self.german { german } else { english };
        format!("{}\u{a0}{}", self.count(number), if number == 1 { one } else { other })
    }

    fn customers(self, number: u64) -> String {
        self.counted(number, ["Kunde", "Kunden"], ["customer", "customers"])
    }

    fn of_customers(self, number: u64) -> String {
        let who = self.counted(number, ["Kunden", "Kunden"], ["customer", "customers"]);
        format!("{} {who}", self.either("von", "of"))
    }

    fn journeys(self, number: u64) -> String {
        self.counted(number, ["Journey", "Journeys"], ["journey", "journeys"])
    }

    /// `den 8 Wochen davor`, `the 8 weeks before`.
    fn weeks_before(self, weeks: u64) -> String {
        match (self.german, weeks) {
            (true, 1) => "der Woche davor".to_owned(),
            (true, _) => format!("den {weeks} Wochen davor"),
            (false, 1) => "the week before".to_owned(),
            (false, _) => format!("the {weeks} weeks before"),
        }
    }

    /// A figure in its unit: rates for 100 customers.
    fn figure(self, unit: &str, value: f64) -> String {
        match unit {
            "share" => self.percent(value),
            "rate" => self.number(value * 100.0, 1),
            _ => self.number(value, 2),
        }
    }

    /// A difference in its unit: shares in points.
    fn difference(self, unit: &str, value: f64) -> String {
        if unit == "share" { self.number(value * 100.0, 1) } else { self.figure(unit, value) }
    }

    /// `Unterschied -0,53, 95-%-Intervall -0,78 bis -0,28`.
    fn differs(self, compared: &Compared) -> String {
        let unit = compared.unit;
        let points = if unit == "share" { self.either(" Punkte", " points") } else { String::new() };
        let by = self.difference(unit, compared.difference.unwrap_or_default());
        let [low, high] = compared.interval.unwrap_or_default().map(|end| self.difference(unit, end));
        if self.german {
            format!("Unterschied {by}{points}, 95-%-Intervall {low} bis {high}{points}")
        } else {
            format!("Difference {by}{points}, 95% interval {low} to {high}{points}")
        }
    }
}

fn value(tongue: Tongue, compared: &Compared, side: &Side) -> String {
    tongue.figure(compared.unit, side.value.unwrap_or_default())
}

/// A finding about two stretches of time.
pub(super) fn said(german: bool, kind: FindingKind, about: &Named, compared: &Compared, weeks: u64) -> Said {
    let tongue = Tongue { german };
    let (before, after) = (&compared.before, &compared.after);
    let up = compared.difference.unwrap_or_default() > 0.0;
    let title = tongue.quoted(&about.title);
    let more = |more: [&str; 2], less: [&str; 2]| {
        let [of_german, of_english] = if up { more } else { less };
        tongue.either(of_german, of_english)
    };
    let (now, then) = (value(tongue, compared, after), value(tongue, compared, before));
    let weeks = tongue.weeks_before(weeks);
    let differs = tongue.differs(compared);
    let journeys = format!(
        "{differs}; {}, {} {}.",
        tongue.journeys(after.n),
        tongue.either("davor", "before"),
        tongue.count(before.n)
    );
    let step = |[is_german, is_english]: [&str; 2], [was_german, was_english]: [&str; 2]| {
        let often = more(["öfter als sonst", "more often"], ["seltener als sonst", "less often"]);
        let step = tongue.quoted(&about.step);
        if german {
            (
                format!("Schritt {step} {is_german} {often} ({title})"),
                format!(
                    "In {now} der Journeys, in denen er sich in der Woche entschied, {was_german}, in {weeks} in {then}. {journeys}"
                ),
            )
        } else {
            (
                format!("Step {step} {is_english} {often} ({title})"),
                format!(
                    "In {now} of the journeys in which it was settled in the week {was_english}, in {weeks} in {then}. {journeys}"
                ),
            )
        }
    };
    let (headline, text) = match kind {
        FindingKind::Mood => {
            let of = |side: &Side| {
                let moods = tongue.counted(side.n, ["Stimmung", "Stimmungen"], ["mood", "moods"]);
                format!("{moods} {}", tongue.of_customers(side.customers))
            };
            let figures = if german {
                format!("Im Mittel {now} in der Woche, {then} in {weeks} (Skala -2 bis 2).")
            } else {
                format!("On average {now} in the week, {then} in {weeks} (scale -2 to 2).")
            };
            (
                if german {
                    format!("Stimmung bei {title} {}", if up { "gestiegen" } else { "gefallen" })
                } else {
                    format!("Mood at {title} has {}", if up { "risen" } else { "fallen" })
                },
                format!("{figures} {differs}; {}, {} {}.", of(after), tongue.either("davor", "before"), of(before)),
            )
        }
        FindingKind::AsPlanned => (
            format!(
                "{title}: {}",
                more(
                    ["mehr Journeys nach Plan", "more journeys as planned"],
                    ["weniger Journeys nach Plan", "fewer journeys as planned"]
                )
            ),
            if german {
                format!(
                    "Von den Journeys, die bis dahin nach Plan liefen, blieben in der Woche {now} dabei, {then} in {weeks}. {journeys}"
                )
            } else {
                format!(
                    "Of the journeys that had gone by the plan, {now} still did at the end of the week, {then} in {weeks}. {journeys}"
                )
            },
        ),
        FindingKind::Completed => (
            format!(
                "{title}: {}",
                more(
                    ["mehr Journeys kommen ans Ziel", "more journeys are completed"],
                    ["weniger Journeys kommen ans Ziel", "fewer journeys are completed"]
                )
            ),
            if german {
                format!(
                    "Von den Journeys, die in der Woche zu Ende gingen, kamen {now} an ein Ende der Karte, {then} in {weeks}. {journeys}"
                )
            } else {
                format!(
                    "Of the journeys that were over in the week, {now} had come to an end of the map, {then} in {weeks}. {journeys}"
                )
            },
        ),
        FindingKind::StepMissing => step(["fehlt", "is missing"], ["fehlte er", "it was missing"]),
        FindingKind::StepFailing => step(["scheitert", "fails"], ["scheiterte er", "it failed"]),
        FindingKind::StepLate => step(["kommt zu spät,", "is late"], ["kam er zu spät", "it was late"]),
        FindingKind::New => {
            let headline = match (german, about.seen_earlier) {
                (true, false) => format!("{title} ist neu"),
                (true, true) => format!("{title} ist wieder da"),
                (false, false) => format!("{title} is new"),
                (false, true) => format!("{title} is back"),
            };
            let [low, high] = after.interval.unwrap_or_default().map(|end| tongue.percent(end));
            let (came, active) = (tongue.customers(after.part.unwrap_or_default()), tongue.count(after.n));
            let text = if german {
                format!(
                    "{came} von {active} aktiven kamen in der Woche vorbei ({now}, 95-%-Intervall {low} bis {high}), niemand in {weeks}."
                )
            } else {
                format!(
                    "{came} of {active} active ones came by in the week ({now}, 95% interval {low} to {high}), nobody in {weeks}."
                )
            };
            (headline, text)
        }
        FindingKind::Gone => {
            let [low, high] = before.interval.unwrap_or_default().map(|end| tongue.percent(end));
            let active = tongue.customers(after.n);
            if german {
                (
                    format!("Nichts mehr bei {title}"),
                    format!(
                        "Keiner von {} aktiven Kunden kam in der Woche vorbei; in {weeks} waren es je Woche {then} (95-%-Intervall {low} bis {high}).",
                        tongue.count(after.n)
                    ),
                )
            } else {
                (
                    format!("Nothing at {title} any more"),
                    format!(
                        "None of {active} active came by in the week; in {weeks} {then} did each week (95% interval {low} to {high})."
                    ),
                )
            }
        }
        FindingKind::Occurrences | FindingKind::AlarmBegan | FindingKind::AlarmEnded => {
            let times = after.value.zip(before.value).map_or(0.0, |(after, before)| after / before - 1.0);
            let sign = if times > 0.0 { "+" } else { "" };
            let change = format!("{sign}{}{}", tongue.number(times * 100.0, 0), tongue.either("\u{a0}%", "%"));
            let events = |side: &Side| {
                tongue.counted(side.part.unwrap_or_default(), ["Ereignis", "Ereignisse"], ["event", "events"])
            };
            let (of_now, of_then) = (events(after), events(before));
            let active = tongue.count(after.customers);
            (
                format!(
                    "{title} {}",
                    more(
                        ["öfter als sonst", "more often than before"],
                        ["seltener als sonst", "less often than before"]
                    )
                ),
                if german {
                    format!(
                        "{now} Ereignisse je 100 aktive Kunden in der Woche, {then} je Woche in {weeks} ({change}). {differs}; {of_now} bei {active} aktiven Kunden, davor {of_then}."
                    )
                } else {
                    format!(
                        "{now} events for 100 active customers in the week, {then} a week in {weeks} ({change}). {differs}; {of_now} with {active} active customers, before {of_then}."
                    )
                },
            )
        }
    };
    Said { headline, text }
}

/// An alarm that began or ended with a period.
pub(super) fn alarm(german: bool, kind: FindingKind, target: &TargetView, period: &TargetPeriod) -> Said {
    let tongue = Tongue { german };
    let headline = match (german, kind == FindingKind::AlarmBegan) {
        (true, true) => format!("Ziel verfehlt: {}", target.says.title),
        (true, false) => format!("Ziel wieder erreicht: {}", target.says.title),
        (false, true) => format!("Target missed: {}", target.says.title),
        (false, false) => format!("Target reached again: {}", target.says.title),
    };
    let now = tongue.figure(target.unit, period.value.unwrap_or_default());
    let least = tongue.figure(target.unit, target.says.at_least);
    let clear = tongue.figure(target.unit, target.clear_at);
    let units = if target.of == "moods" {
        tongue.counted(period.n, ["Stimmung", "Stimmungen"], ["mood", "moods"])
    } else {
        tongue.journeys(period.n)
    };
    let interval = period.interval.map_or_else(String::new, |ends| {
        let [low, high] = ends.map(|end| tongue.figure(target.unit, end));
        if german { format!("95-%-Intervall {low} bis {high}, ") } else { format!("95% interval {low} to {high}, ") }
    });
    let name = &period.period;
    let text = match (german, kind == FindingKind::AlarmBegan) {
        (true, true) => format!("{now} in {name} ({interval}{units}); mindestens {least} sollen es sein."),
        (true, false) => format!("{now} in {name} ({interval}{units}); der Alarm endet ab {clear}."),
        (false, true) => format!("{now} in {name} ({interval}{units}); it is to be {least} at least."),
        (false, false) => format!("{now} in {name} ({interval}{units}); the alarm ends from {clear} on."),
    };
    Said { headline, text }
}

/// All of it in one sentence.
pub(super) fn in_all(german: bool, weeks: u64, standing_out: u64, looked_at: u64) -> String {
    let tongue = Tongue { german };
    let figures = tongue.counted(looked_at, ["Zahl", "Zahlen"], ["figure", "figures"]);
    let before = tongue.weeks_before(weeks);
    match (german, weeks, standing_out) {
        (true, 0, 0) => "Es gibt noch keine ganze Woche davor, mit der sich vergleichen ließe.".to_owned(),
        (false, 0, 0) => "There is no whole week before to compare with yet.".to_owned(),
        (true, _, 0) => format!("Nichts fällt auf; {figures} mit {before} verglichen."),
        (false, _, 0) => format!("Nothing stands out; {figures} compared with {before}."),
        (true, _, 1) => format!("Eines fällt auf; {figures} mit {before} verglichen."),
        (false, _, 1) => format!("One thing stands out; {figures} compared with {before}."),
        (true, _, many) => format!("{} fallen auf; {figures} mit {before} verglichen.", tongue.count(many)),
        (false, _, many) => format!("{} stand out; {figures} compared with {before}.", tongue.count(many)),
    }
}
