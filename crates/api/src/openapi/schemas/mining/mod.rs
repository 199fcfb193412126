//! Figures over journeys.
//!
//! Each question has three schemas: its answer, such as `Graph`; the figures alone, `GraphFigures`, as each group of a
//! comparison has them; and the comparison, `GraphComparison`.

use serde_json::{Value, json};

use super::{Named, named};
use crate::openapi::schema::{Fields, list, of, or_null, share, text, whole};

mod around;
mod conformance;
mod customers;
mod effects;
mod evaluation;
mod network;
mod sequences;

/// The schema of each question's answer.
pub(crate) const ANSWERS: &[(&str, &str)] = &[
    ("graph", "Graph"),
    ("variants", "Variants"),
    ("transitions", "Transitions"),
    ("funnel", "Funnel"),
    ("steps", "StepMatrix"),
    ("sankey", "Sankey"),
    ("sessions", "Sessions"),
    ("loops", "Loops"),
    ("hops", "Hops"),
    ("dropoff", "Dropoff"),
    ("retention", "Retention"),
    ("conversion", "Conversion"),
    ("pattern", "Matches"),
    ("centrality", "Centrality"),
    ("clusters", "Clusters"),
    ("moods", "Moods"),
    ("importance", "Importance"),
    ("customers", "SomeCustomers"),
    ("conformance", "Conformance"),
];

/// The schema of each answer that is put together of several.
pub(crate) const COMPOSED: &[(&str, &str)] =
    &[("evaluation", "Evaluation"), ("targets", "Targets"), ("effect", "Effect"), ("digest", "Digest")];

/// The name of an answer's schema, what it is, and the figures in it.
type Figures = (&'static str, &'static str, Fields);

/// What a question answers: about all journeys in question, or about two groups of them.
pub(crate) fn either(answer: &str) -> Value {
    json!({ "oneOf": [of(answer), of(&format!("{answer}Comparison"))] })
}

pub(super) fn schemas() -> Named {
    let figures =
        [network::figures(), sequences::figures(), customers::figures(), evaluation::figures(), conformance::figures()];
    let figures = figures.concat();
    let mut schemas =
        [around::schemas(), network::parts(), sequences::parts(), customers::parts(), conformance::parts()].concat();
    for (name, about, mut fields) in figures {
        fields.push(("coverage", of("Coverage")));
        let of_group = format!("{name}Figures");
        let of_groups = vec![("a", of(&of_group)), ("b", of(&of_group)), ("differences", of("Differences"))];
        schemas.extend([
            named(name, about, [fields.clone(), around::fields()].concat()),
            named(&of_group, &format!("{about}: the figures of one group"), fields),
            named(
                &format!("{name}Comparison"),
                &format!("{about}: two groups beside each other"),
                [of_groups, around::fields()].concat(),
            ),
        ]);
    }
    schemas.extend([evaluation::schemas(), effects::schemas(), conformance::by_groups()].concat());
    let answers = ANSWERS.iter().flat_map(|(_, answer)| [of(answer), of(&format!("{answer}Comparison"))]);
    let answers = answers.chain(COMPOSED.iter().map(|(_, answer)| of(answer)));
    let answers: Vec<Value> = answers.chain([of("ConformanceBy")]).collect();
    let any = json!({ "description": "The answer to any question; `recipe.question` says which", "anyOf": answers });
    schemas.push(("Answer".to_owned(), any));
    schemas
}

fn touchpoint() -> Value {
    text("What it is shown as")
}

/// Names in their order.
fn names(about: &str) -> Value {
    list(&json!({ "type": "string" }), about)
}

/// The ends of an interval of a share, or null.
fn interval(about: &str) -> Value {
    let ends = json!({
        "type": "array", "items": { "type": "number", "minimum": 0, "maximum": 1 }, "minItems": 2, "maxItems": 2,
        "description": about,
    });
    or_null(ends)
}

/// A share, or null over an empty set.
fn share_or_null(about: &str) -> Value {
    or_null(share(about))
}

fn journeys() -> (&'static str, Value) {
    ("journeys", whole("Journeys in question"))
}

fn events() -> (&'static str, Value) {
    ("events", whole("Events in the journeys"))
}
