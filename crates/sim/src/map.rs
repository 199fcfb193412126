//! How Velunda planned that people buy a bike: a map with its personas, and what is known to hurt.

use std::collections::BTreeMap;

use model::{DocumentKind, Edge, MapPlan, Moment, Opportunity, PainPoint, Persona, Stage, Step};

use crate::plans::{Plan, plan};

const STAGES: [(&str, &str, Moment); 6] = [
    ("awareness", "Awareness", Moment::Before),
    ("compare", "Compare", Moment::Before),
    ("advice", "Advice", Moment::Before),
    ("purchase", "Purchase", Moment::During),
    ("delivery", "Delivery", Moment::During),
    ("use", "Use", Moment::After),
];

struct Planned {
    id: &'static str,
    title: &'static str,
    stage: &'static str,
    touchpoints: &'static [&'static str],
    optional: bool,
    /// What the company assumes people feel, and what it thinks they expect.
    emotion: i8,
    expectation: &'static str,
    moment_of_truth: &'static str,
}

const fn step(
    id: &'static str,
    title: &'static str,
    stage: &'static str,
    touchpoints: &'static [&'static str],
    (emotion, expectation): (i8, &'static str),
) -> Planned {
    Planned { id, title, stage, touchpoints, optional: false, emotion, expectation, moment_of_truth: "" }
}

impl Planned {
    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    const fn truth(self, kind: &'static str) -> Self {
        Self { moment_of_truth: kind, ..self }
    }
}

const STEPS: [Planned; 13] = [
    step(
        "discover",
        "Hears of us",
        "awareness",
        &["ad-seen", "ad-click", "poster-code", "newsletter-opened", "newsletter-click"],
        (0, "Something that fits me"),
    )
    .optional(),
    step(
        "look-around",
        "Looks around",
        "compare",
        &[
            "home-page",
            "category-page",
            "product-page",
            "configurator",
            "leasing-calculator",
            "wishlist",
            "shop-finder",
        ],
        (1, "To see at once what fits me and what it costs"),
    )
    .truth("zero"),
    step("talk", "Talks to us", "advice", &["shop-reception", "shop-talk", "web-chat"], (1, "Somebody who listens"))
        .optional(),
    step("book-ride", "Books a test ride", "advice", &["test-ride-booking"], (1, "A date this week")).optional(),
    step("test-ride", "Test ride", "advice", &["test-ride"], (2, "The bike I asked for, charged"))
        .optional()
        .truth("first"),
    step("cart", "Puts it into the cart", "purchase", &["cart"], (1, "No surprise in the price")),
    step("checkout", "Pays", "purchase", &["checkout", "sign-in"], (0, "My way of paying")),
    step("order", "Orders", "purchase", &["order"], (2, "To know when it comes")),
    step("till", "Buys in the shop", "purchase", &["shop-purchase"], (2, "To take it along")),
    step("promised", "Is told a date", "delivery", &["delivery-promise"], (1, "A date that holds")),
    step("handover", "Gets the bike", "delivery", &["handover"], (2, "Ready to ride")).truth("second"),
    step("set-up", "Sets up app and bike", "use", &["app-set-up"], (0, "Done in ten minutes")),
    step("first-rides", "Rides", "use", &["ride", "app-rides"], (2, "It simply works")).truth("ultimate"),
];

/// From, to, and within which time.
const EDGES: [(&str, &str, &str); 38] = [
    ("start", "discover", ""),
    ("start", "look-around", ""),
    ("start", "talk", ""),
    ("discover", "discover", ""),
    ("discover", "look-around", ""),
    ("discover", "talk", ""),
    ("look-around", "look-around", ""),
    ("look-around", "discover", ""),
    ("look-around", "talk", ""),
    ("look-around", "book-ride", ""),
    ("look-around", "cart", ""),
    ("look-around", "till", ""),
    ("talk", "talk", ""),
    ("talk", "look-around", ""),
    ("talk", "book-ride", ""),
    ("talk", "test-ride", ""),
    ("talk", "till", ""),
    ("book-ride", "look-around", ""),
    ("book-ride", "test-ride", "14d"),
    ("test-ride", "look-around", ""),
    ("test-ride", "talk", ""),
    ("test-ride", "cart", ""),
    ("test-ride", "till", ""),
    ("cart", "cart", ""),
    ("cart", "look-around", ""),
    ("cart", "checkout", ""),
    ("checkout", "checkout", ""),
    ("checkout", "cart", ""),
    ("checkout", "order", "1d"),
    ("order", "promised", "1d"),
    ("promised", "handover", "28d"),
    ("till", "handover", "14d"),
    ("handover", "set-up", "7d"),
    ("set-up", "set-up", ""),
    ("set-up", "first-rides", "7d"),
    ("first-rides", "first-rides", ""),
    ("first-rides", "set-up", ""),
    ("first-rides", "end", ""),
];

const PERSONAS: [(&str, &str, &str, &str); 2] = [
    (
        "commuter",
        "The commuter",
        "Rides to work every day and counts minutes.",
        "If it is not there on Monday I take the car again.",
    ),
    ("family", "The family", "Wants one bike in place of the second car.", "Show me that it carries both children."),
];

const PAINS: [(&str, &str, &str, f64); 3] = [
    ("late-delivery", "The promised date does not hold", "delivery-postponed", 8.0),
    ("hard-set-up", "App and bike do not find each other", "app-set-up", 6.0),
    ("cart-surprise", "The price grows in the checkout", "checkout", 5.0),
];

/// The map and what it refers to, in the order in which they are applied.
pub(crate) fn documents() -> Vec<Plan> {
    let persona = |(name, title, description, quote): (&str, &str, &str, &str)| {
        let body = Persona {
            title: title.to_owned(),
            description: description.to_owned(),
            quote: quote.to_owned(),
            ..Persona::default()
        };
        plan(DocumentKind::Persona, name, &body)
    };
    let pain = |(name, title, touchpoint, severity): (&str, &str, &str, f64)| {
        let body = PainPoint {
            title: title.to_owned(),
            touchpoints: vec![touchpoint.to_owned()],
            severity: Some(severity),
            ..PainPoint::default()
        };
        plan(DocumentKind::PainPoint, name, &body)
    };
    let opportunity = Opportunity {
        title: "Say the new date before people ask".to_owned(),
        pain_points: vec!["late-delivery".to_owned()],
        customer_value: Some(80.0),
        business_value: Some(60.0),
        effort: Some(2.0),
        importance: Some(9.0),
        satisfaction: Some(4.0),
        ..Opportunity::default()
    };
    let mut all: Vec<Plan> = PERSONAS.into_iter().map(persona).chain(PAINS.into_iter().map(pain)).collect();
    all.push(plan(DocumentKind::Opportunity, "tell-new-date", &opportunity));
    all.push(plan(DocumentKind::Map, "bike-purchase", &map()));
    all
}

fn map() -> MapPlan {
    let stage = |(id, title, moment): (&str, &str, Moment)| Stage {
        id: id.to_owned(),
        title: title.to_owned(),
        moment: Some(moment),
    };
    let edge = |(from, to, within): (&str, &str, &str)| Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        within: within.to_owned(),
        ..Edge::default()
    };
    let pains_of = |step: &Planned| {
        let hurts = |(_, _, touchpoint, _): &&(&str, &str, &str, f64)| {
            step.touchpoints.contains(touchpoint) || (step.id == "promised" && *touchpoint == "delivery-postponed")
        };
        PAINS.iter().filter(hurts).map(|(name, ..)| (*name).to_owned()).collect::<Vec<_>>()
    };
    let step = |planned: &Planned| Step {
        id: planned.id.to_owned(),
        title: planned.title.to_owned(),
        stage: planned.stage.to_owned(),
        touchpoints: planned.touchpoints.iter().map(|name| (*name).to_owned()).collect(),
        optional: planned.optional,
        emotion: BTreeMap::from([("all".to_owned(), planned.emotion)]),
        expectation: planned.expectation.to_owned(),
        moment_of_truth: planned.moment_of_truth.to_owned(),
        pain_points: pains_of(planned),
        opportunities: if planned.id == "promised" { vec!["tell-new-date".to_owned()] } else { Vec::new() },
        ..Step::default()
    };
    MapPlan {
        title: "Buying an e-bike".to_owned(),
        description: "From first hearing of us to the first rides, online or in the shop.".to_owned(),
        owner: "Customer experience".to_owned(),
        personas: PERSONAS.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        over_after: "60d".to_owned(),
        stage: STAGES.into_iter().map(stage).collect(),
        step: STEPS.iter().map(step).collect(),
        edge: EDGES.into_iter().map(edge).collect(),
        ..MapPlan::default()
    }
}
