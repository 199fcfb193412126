//! How Velunda planned that people buy a bike: a map with its personas, what is known to hurt, and what is done about it.

use std::collections::BTreeMap;

use model::{DocumentKind, Edge, MapPlan, Moment, Opportunity, PainPoint, Persona, Progress, Solution, Stage, Step};

use crate::plans::{Plan, plan};

const STAGES: [(&str, &str, Moment); 6] = [
    ("awareness", "Awareness", Moment::Before),
    ("compare", "Compare", Moment::Before),
    ("advice", "Advice", Moment::Before),
    ("purchase", "Purchase", Moment::During),
    ("delivery", "Delivery", Moment::During),
    ("use", "Use", Moment::After),
];

/// How people expect to feel at a step, where anybody has asked them.
fn expected_at(step: &str) -> Option<i8> {
    match step {
        "talk" | "cart" | "checkout" | "set-up" => Some(1),
        "test-ride" | "handover" => Some(2),
        _ => None,
    }
}

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

struct Kind {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    goals: [&'static str; 3],
    quote: &'static str,
    /// By which journeys they are known.
    lived: &'static str,
}

const PERSONAS: [Kind; 3] = [
    Kind {
        name: "commuter",
        title: "The commuter",
        description: "Rides to work every day and counts minutes. The employer pays a part by leasing.",
        goals: ["To be on time every day", "To know the rate before talking to anybody", "A date that holds"],
        quote: "If it is not there on Monday I take the car again.",
        lived: "did leasing-calculator",
    },
    Kind {
        name: "family",
        title: "The family",
        description: "Wants one bike in place of the second car, and tries it before buying.",
        goals: ["To carry two children and the shopping", "To try it with the children", "To have it serviced nearby"],
        quote: "Show me that it carries both children.",
        lived: "did test-ride and not did leasing-calculator",
    },
    Kind {
        name: "weekend-rider",
        title: "The weekend rider",
        description: "Rides for pleasure, reads a lot and equips the bike piece by piece.",
        goals: ["To find the one bike that fits", "To see where the rides went", "To add what is useful later"],
        quote: "I know what I want. I only have to find it.",
        lived: "did accessory-page or did accessory-purchase",
    },
];

struct Pain {
    name: &'static str,
    title: &'static str,
    touchpoints: &'static [&'static str],
    /// Nobody has said yet how much the others hurt.
    severity: Option<f64>,
    owner: &'static str,
    progress: Progress,
}

const PAINS: [Pain; 9] = [
    Pain {
        name: "late-delivery",
        title: "The promised date does not hold",
        touchpoints: &["delivery-postponed", "delivery-promise"],
        severity: Some(8.0),
        owner: "Logistics",
        progress: Progress::Started,
    },
    Pain {
        name: "hard-set-up",
        title: "App and bike do not find each other",
        touchpoints: &["app-set-up", "help"],
        severity: Some(6.0),
        owner: "Connected bike",
        progress: Progress::Planned,
    },
    Pain {
        name: "cart-surprise",
        title: "The price grows in the checkout",
        touchpoints: &["checkout"],
        severity: Some(5.0),
        owner: "Online shop",
        progress: Progress::Open,
    },
    Pain {
        name: "payment-refused",
        title: "The payment fails and nobody says why",
        touchpoints: &["checkout"],
        severity: Some(7.0),
        owner: "Online shop",
        progress: Progress::Open,
    },
    Pain {
        name: "on-hold",
        title: "Minutes until somebody answers the telephone",
        touchpoints: &["hotline"],
        severity: Some(7.0),
        owner: "Call centre",
        progress: Progress::Open,
    },
    Pain {
        name: "silent-workshop",
        title: "Nobody says when the repair is done",
        touchpoints: &["workshop-check-in", "workshop-ready"],
        severity: Some(6.0),
        owner: "Service",
        progress: Progress::Done,
    },
    Pain {
        name: "repair-bill",
        title: "The bill is higher than expected",
        touchpoints: &["workshop-ready"],
        severity: Some(4.0),
        owner: "Service",
        progress: Progress::Open,
    },
    Pain {
        name: "told-twice",
        title: "The same story at every counter",
        touchpoints: &["shop-reception", "shop-talk", "web-chat", "hotline"],
        severity: None,
        owner: "",
        progress: Progress::Open,
    },
    Pain {
        name: "no-ride-soon",
        title: "No test ride this week",
        touchpoints: &["test-ride-booking"],
        severity: Some(4.0),
        owner: "Shops",
        progress: Progress::Open,
    },
];

struct Better {
    name: &'static str,
    title: &'static str,
    pains: &'static [&'static str],
    /// Worth to customers and to the company, 0 to 100.
    values: Option<(f64, f64)>,
    effort: Option<f64>,
    /// Importance to customers and their satisfaction today, 0 to 10.
    needs: Option<(f64, f64)>,
    owner: &'static str,
    progress: Progress,
    /// Steps of the map that refer to it.
    steps: &'static [&'static str],
}

const OPPORTUNITIES: [Better; 9] = [
    Better {
        name: "tell-new-date",
        title: "Say the new date before people ask",
        pains: &["late-delivery"],
        values: Some((80.0, 60.0)),
        effort: Some(2.0),
        needs: Some((9.0, 4.0)),
        owner: "Logistics",
        progress: Progress::Planned,
        steps: &["promised"],
    },
    Better {
        name: "guided-set-up",
        title: "Pair app and bike before the bike leaves the shop",
        pains: &["hard-set-up"],
        values: Some((70.0, 55.0)),
        effort: Some(3.0),
        needs: Some((8.0, 5.0)),
        owner: "Connected bike",
        progress: Progress::Started,
        steps: &["handover", "set-up"],
    },
    Better {
        name: "full-price",
        title: "Show the full price from the first page on",
        pains: &["cart-surprise"],
        values: Some((60.0, 40.0)),
        effort: Some(1.0),
        needs: Some((7.0, 6.0)),
        owner: "Online shop",
        progress: Progress::Open,
        steps: &["look-around", "cart"],
    },
    Better {
        name: "other-way-to-pay",
        title: "Offer another way to pay when one fails",
        pains: &["payment-refused", "cart-surprise"],
        values: Some((65.0, 85.0)),
        effort: Some(2.0),
        needs: Some((8.0, 5.0)),
        owner: "Online shop",
        progress: Progress::Planned,
        steps: &["checkout"],
    },
    Better {
        name: "call-back",
        title: "Call back instead of holding the line",
        pains: &["on-hold"],
        values: Some((75.0, 35.0)),
        effort: Some(4.0),
        needs: Some((8.0, 3.0)),
        owner: "Call centre",
        progress: Progress::Open,
        steps: &[],
    },
    Better {
        name: "repair-news",
        title: "A message at each stage of a repair",
        pains: &["silent-workshop", "repair-bill"],
        values: Some((55.0, 45.0)),
        effort: Some(2.0),
        needs: Some((7.0, 4.0)),
        owner: "Service",
        progress: Progress::Done,
        steps: &[],
    },
    Better {
        name: "one-story",
        title: "Everybody sees what was said before",
        pains: &["told-twice", "on-hold"],
        values: Some((85.0, 60.0)),
        effort: Some(5.0),
        needs: None,
        owner: "Customer experience",
        progress: Progress::Open,
        steps: &["talk"],
    },
    Better {
        name: "evening-rides",
        title: "Test rides in the evening",
        pains: &["no-ride-soon"],
        values: None,
        effort: Some(3.0),
        needs: Some((5.0, 6.0)),
        owner: "Shops",
        progress: Progress::Open,
        steps: &["book-ride"],
    },
    Better {
        name: "winter-storage",
        title: "Keep the bike over the winter",
        pains: &[],
        values: None,
        effort: None,
        needs: None,
        owner: "",
        progress: Progress::Declined,
        steps: &[],
    },
];

struct Doing {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    takes: &'static [&'static str],
    owner: &'static str,
    progress: Progress,
    since: &'static str,
}

const SOLUTIONS: [Doing; 5] = [
    Doing {
        name: "repair-texts",
        title: "Text messages from the workshop",
        description: "When the bike is looked at, when the price is known, when it can be fetched.",
        takes: &["repair-news"],
        owner: "Service",
        progress: Progress::Done,
        since: "2026-02-01",
    },
    Doing {
        name: "shared-notes",
        title: "One page of notes for counter, chat and telephone",
        description: "Who talks to somebody sees what they have told others before.",
        takes: &["one-story"],
        owner: "Customer experience",
        progress: Progress::Started,
        since: "2026-03-16",
    },
    Doing {
        name: "pairing-desk",
        title: "A desk for pairing at every handover",
        description: "Nobody leaves without a first ride in the app.",
        takes: &["guided-set-up"],
        owner: "Connected bike",
        progress: Progress::Started,
        since: "",
    },
    Doing {
        name: "checkout-rebuilt",
        title: "A checkout that knows more than one way",
        description: "Price with everything in it, invoice and instalments beside the card.",
        takes: &["other-way-to-pay", "full-price"],
        owner: "Online shop",
        progress: Progress::Planned,
        since: "",
    },
    Doing {
        name: "date-desk",
        title: "A mail on the day the date moves",
        description: "With the reason, the new date and a telephone number.",
        takes: &["tell-new-date"],
        owner: "Logistics",
        progress: Progress::Open,
        since: "",
    },
];

/// The map and what it refers to, in the order in which they are applied.
pub(crate) fn documents() -> Vec<Plan> {
    let personas = PERSONAS.iter().map(|one| plan(DocumentKind::Persona, one.name, &one.persona()));
    let pains = PAINS.iter().map(|one| plan(DocumentKind::PainPoint, one.name, &one.pain_point()));
    let opportunities = OPPORTUNITIES.iter().map(|one| plan(DocumentKind::Opportunity, one.name, &one.opportunity()));
    let solutions = SOLUTIONS.iter().map(|one| plan(DocumentKind::Solution, one.name, &one.solution()));
    let map = plan(DocumentKind::Map, "bike-purchase", &map());
    personas.chain(pains).chain(opportunities).chain(solutions).chain([map]).collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

impl Kind {
    fn persona(&self) -> Persona {
        Persona {
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            goals: owned(&self.goals),
            quote: self.quote.to_owned(),
            where_: Some(self.lived.parse().expect("the filters of the demo world can be read")),
        }
    }
}

impl Pain {
    fn pain_point(&self) -> PainPoint {
        PainPoint {
            title: self.title.to_owned(),
            touchpoints: owned(self.touchpoints),
            severity: self.severity,
            owner: self.owner.to_owned(),
            progress: self.progress,
            ..PainPoint::default()
        }
    }
}

impl Better {
    fn opportunity(&self) -> Opportunity {
        Opportunity {
            title: self.title.to_owned(),
            pain_points: owned(self.pains),
            customer_value: self.values.map(|(customers, _)| customers),
            business_value: self.values.map(|(_, company)| company),
            effort: self.effort,
            importance: self.needs.map(|(importance, _)| importance),
            satisfaction: self.needs.map(|(_, satisfaction)| satisfaction),
            owner: self.owner.to_owned(),
            progress: self.progress,
            ..Opportunity::default()
        }
    }
}

impl Doing {
    fn solution(&self) -> Solution {
        Solution {
            title: self.title.to_owned(),
            description: self.description.to_owned(),
            opportunities: owned(self.takes),
            owner: self.owner.to_owned(),
            progress: self.progress,
            since: self.since.to_owned(),
        }
    }
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
        let hurts = |pain: &&Pain| pain.touchpoints.iter().any(|touchpoint| step.touchpoints.contains(touchpoint));
        PAINS.iter().filter(hurts).map(|pain| pain.name.to_owned()).collect()
    };
    let better_at = |step: &Planned| {
        let there = OPPORTUNITIES.iter().filter(|one| one.steps.contains(&step.id));
        there.map(|one| one.name.to_owned()).collect()
    };
    let step = |planned: &Planned| Step {
        id: planned.id.to_owned(),
        title: planned.title.to_owned(),
        stage: planned.stage.to_owned(),
        touchpoints: owned(planned.touchpoints),
        optional: planned.optional,
        emotion: BTreeMap::from([("all".to_owned(), planned.emotion)]),
        expectation: planned.expectation.to_owned(),
        expected: expected_at(planned.id),
        moment_of_truth: planned.moment_of_truth.to_owned(),
        pain_points: pains_of(planned),
        opportunities: better_at(planned),
        ..Step::default()
    };
    MapPlan {
        title: "Buying an e-bike".to_owned(),
        description: "From first hearing of us to the first rides, online or in the shop.".to_owned(),
        owner: "Customer experience".to_owned(),
        personas: PERSONAS.iter().map(|one| one.name.to_owned()).collect(),
        over_after: "60d".to_owned(),
        stage: STAGES.into_iter().map(stage).collect(),
        step: STEPS.iter().map(step).collect(),
        edge: EDGES.into_iter().map(edge).collect(),
        ..MapPlan::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whatever_refers_to_something_refers_to_what_is_there() {
        let there: BTreeSet<String> =
            crate::plans().iter().map(|plan| format!("{}/{}", plan.kind, plan.name)).collect();
        let refer = |kind: DocumentKind, names: &[String]| {
            for name in names {
                assert!(there.contains(&format!("{kind}/{name}")), "there is no {kind} {name}");
            }
        };
        for pain in &PAINS {
            refer(DocumentKind::Touchpoint, &pain.pain_point().touchpoints);
        }
        for better in &OPPORTUNITIES {
            refer(DocumentKind::PainPoint, &better.opportunity().pain_points);
            let steps: Vec<&str> = STEPS.iter().map(|step| step.id).collect();
            assert!(better.steps.iter().all(|step| steps.contains(step)), "{}", better.name);
        }
        for doing in &SOLUTIONS {
            refer(DocumentKind::Opportunity, &doing.solution().opportunities);
        }
        let map = map();
        refer(DocumentKind::Persona, &map.personas);
        for step in &map.step {
            refer(DocumentKind::Touchpoint, &step.touchpoints);
            refer(DocumentKind::PainPoint, &step.pain_points);
        }
    }
}
