//! Before and after; what stands out in a week.

use super::evaluation::ends;
use super::{Named, around, named, share_or_null, touchpoint};
use crate::openapi::schema::{list, moment, number, of, one_of, or_null, share, text, truth, whole};

const KINDS: [&str; 11] = [
    "alarm_began",
    "alarm_ended",
    "mood",
    "as_planned",
    "completed",
    "step_missing",
    "step_failing",
    "step_late",
    "new",
    "gone",
    "occurrences",
];

pub(super) fn schemas() -> Named {
    let names = |about: &str| list(&serde_json::json!({ "type": "string" }), about);
    let effect = vec![
        ("solution", text("The solution's name")),
        ("title", text("What people call it")),
        ("since", text("The day from which on it is in place: `YYYY-MM-DD`")),
        ("says", text("What a difference means, and what not")),
        ("least", whole("Fewer customers or verdicts on a side leave a difference undefined")),
        ("before", of("Window")),
        ("after", of("Window")),
        ("opportunities", names("Names of its opportunities")),
        ("pain_points", names("Names of the pain points they would ease")),
        ("together", or_null(of("EffectAt"))),
        ("touchpoints", list(&of("EffectAt"), "Each touchpoint of these pain points")),
        ("maps", list(&of("EffectOnMap"), "Steps that refer to its opportunities, map by map")),
        ("coverage", of("Coverage")),
    ];
    let compared = vec![
        ("unit", one_of(["mood", "share", "rate"], "Of the figures; a rate is for each active customer and week")),
        ("of", one_of(["moods", "customers", "journeys", "verdicts", "customer weeks"], "What n counts")),
        ("before", of("Side")),
        ("after", of("Side")),
        ("difference", or_null(number("`after` less `before`; null where too few are on a side"))),
        ("interval", ends("Its interval at 95 %")),
        ("p", share_or_null("How likely so large a difference is if there were none in truth")),
        ("verdict", one_of(["higher", "lower", "no clear change", "undefined"], "Which is higher")),
        ("method", text("How the interval was found")),
    ];
    let side = vec![
        ("value", or_null(number("The figure; null over nothing"))),
        ("part", or_null(whole("Of a share, units for which it is so; of a rate, events; null for a mood"))),
        ("n", whole("Units it rests on")),
        ("customers", whole("Distinct customers of these")),
        ("interval", ends("Its interval at 95 %")),
    ];
    let digest = vec![
        ("week", text("Such as `2026-W40`")),
        ("from", moment("Its first moment")),
        ("to", moment("The first moment after it")),
        ("weeks_before", whole("Weeks before that it is compared with, eight at most")),
        ("before_from", or_null(moment("The first moment of these; null where there is none"))),
        ("level", share("The chance that anything at all is found where nothing has changed")),
        ("sizes", of("Sizes")),
        ("looked_at", whole("Figures that were tested")),
        ("alarms_looked_at", whole("Alarms that were looked at")),
        ("maps_too_young", names("Maps that were not looked at, because the log is too young")),
        ("standing_out", whole("How many stand out")),
        ("findings", list(&of("Finding"), "What stands out, what matters most first")),
        ("de", text("All of it in one sentence, in German")),
        ("en", text("The same in English")),
    ];
    let finding = vec![
        ("kind", one_of(KINDS, "What")),
        ("touchpoint", or_null(touchpoint())),
        ("map", or_null(text("The map it is about"))),
        ("step", or_null(text("The map's step it is about"))),
        ("target", or_null(text("The target whose alarm it is"))),
        ("de", of("Said")),
        ("en", of("Said")),
        ("compared", or_null(of("Compared"))),
        ("p_raised", share_or_null("Its p, raised by Holm over everything tested; null for alarms")),
        ("size", or_null(number("How many times the least size it has; null for alarms"))),
        ("period", or_null(of("TargetPeriod"))),
        ("link", text("A page of the web app that shows what it rests on")),
        ("recipe", of("Recipe")),
    ];
    let at = vec![
        ("touchpoint", or_null(touchpoint())),
        ("title", text("What people call it; empty where it is about several")),
        ("mood", of("Compared")),
        ("negative", of("Compared")),
        ("before", of("Happened")),
        ("after", of("Happened")),
    ];
    let on_map = vec![
        ("map", text("The map's name")),
        ("title", text("What people call it")),
        ("as_planned", of("Compared")),
        ("steps", list(&of("EffectOnStep"), "The same on each step")),
    ];
    let on_step =
        vec![("step", text("The step's id")), ("title", text("What people call it")), ("as_planned", of("Compared"))];
    let window = vec![
        ("from", moment("First moment")),
        ("to", moment("First moment after")),
        ("weeks", number("Its length")),
        ("cut_off", truth("It is shorter than was asked for: events reach no further")),
    ];
    let happened = vec![
        ("occurrences", whole("Events")),
        ("customers", whole("Distinct customers of these")),
        ("per_week", or_null(number("Events in a week; null where the time has no length"))),
    ];
    let sizes = vec![
        ("mood", number("Of a mean mood")),
        ("share", number("Of a share")),
        ("times", number("Of a rate: so many times more often or more seldom")),
        ("came", number("Share of active customers at what is new or gone")),
    ];
    vec![
        named("Effect", "Before and after a solution was put in place", [effect, around::fields()].concat()),
        named("Window", "A stretch of time", window),
        named("EffectAt", "What changed at a touchpoint, or at several together", at),
        named("EffectOnMap", "What changed on a map: verdicts as planned, of those that fell", on_map),
        named("EffectOnStep", "What changed on a step", on_step),
        named("Happened", "How much happened", happened),
        named("Compared", "A figure before and after", compared),
        named("Side", "A figure of one stretch of time", side),
        named("Digest", "What stands out in a week", [digest, around::fields()].concat()),
        named("Finding", "Something that stands out", finding),
        named("Said", "A finding in words", vec![("headline", text("What it is")), ("text", text("The figures"))]),
        named("Sizes", "How large a change has to be at least", sizes),
    ]
}
