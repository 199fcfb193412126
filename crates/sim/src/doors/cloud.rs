//! Call centre, shop floor, workshop, mailing, ads, orders, surveys and the bikes themselves: CloudEvents 1.0.

use std::borrow::Cow;

use model::Kind;
use serde::Serialize;

use super::Scene;
use crate::calendar::Moment;
use crate::law::{Desk, Tells, Topic, Trace};
use crate::laws::Step;
use crate::laws::moods::{CSAT, NOTED, NOTED_ABOUT, NPS};
use crate::laws::sharing::{CALLS_PASSED_ON, HOTLINE, TABLETS_PER_SHOP};
use crate::life::Promised;

#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: &'a str,
    source: String,
    #[serde(rename = "type")]
    kind_of_event: String,
    time: String,
    datacontenttype: &'static str,
    kind: &'static str,
    channel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymousid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userid: Option<String>,
    data: Data<'a>,
}

#[derive(Default, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    traits: Option<Traits<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mood: Option<Mood>,
    #[serde(flatten)]
    tells: Option<Told>,
}

#[derive(Default, Serialize)]
struct Traits<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

#[derive(Serialize)]
struct Identifier {
    kind: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Mood {
    value: i8,
    origin: &'static str,
}

/// What the event says in the words of its desk.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    Talk {
        need: &'static str,
        reasons: Vec<&'static str>,
        outcome: &'static str,
        shop: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        waited_s: Option<u16>,
    },
    Order {
        order_id: String,
        product: &'static str,
        amount: Money,
    },
    Delivery {
        order_id: String,
        promise: &'static str,
        due: String,
    },
    Handover {
        order_id: String,
    },
    Score {
        question: &'static str,
        score: i32,
        out_of: i32,
    },
    Reason {
        question: &'static str,
        reasons: Vec<&'static str>,
    },
    Ride {
        distance_m: u64,
        duration_s: u64,
        battery_percent: u64,
    },
    Fault {
        code: &'static str,
        battery_percent: u64,
    },
    Consent {
        purpose: &'static str,
        given: bool,
    },
    Repair {
        repair_id: String,
        promise: &'static str,
        due: String,
    },
    Offer {
        campaign: &'static str,
    },
}

#[derive(Serialize)]
struct Money {
    /// In cent, so that no sum depends on how decimals are read.
    cents: u64,
    currency: &'static str,
}

const SALES_NEEDS: [&str; 5] = ["commute", "touring", "transport of children", "replacement of a car", "fitness"];
const REASONS_AGAINST: [&str; 6] =
    ["price", "weight", "delivery time", "range of the battery", "no place to store it", "wants to compare"];
const REASONS_FOR: [&str; 4] = ["test ride", "advice", "leasing", "range of the battery"];
const TROUBLES: [&str; 5] = ["brakes", "display", "battery", "noise of the motor", "gear shift"];
const FAULTS: [&str; 4] = ["E104", "E210", "E503", "W312"];

/// Writes the happening as one CloudEvent in its JSON form.
pub(crate) fn event(scene: &Scene<'_>, message_id: &str) -> String {
    let lived = &scene.lived;
    let (desk, name, kind, channel, tells) = match scene.trace() {
        Trace::Cloud { desk, name, kind, channel, tells } if !lived.identifies => (desk, name, kind, channel, tells),
        // The tablet tells whose card it handed out.
        Trace::Cloud { .. } | Trace::None | Trace::Till { .. } => {
            (Desk::ShopFloor, "card_handed_out", Kind::Identify, "shop", Tells::Nothing)
        }
        Trace::Page { .. } | Trace::Track { .. } | Trace::Screen { .. } | Trace::AppTrack { .. } => {
            unreachable!("web shop and app speak another dialect")
        }
    };
    let (mood, told) = told(scene, tells);
    let in_browser = matches!(desk, Desk::Ads | Desk::WebChat);
    let by_account = match desk {
        Desk::WebChat => lived.signed_in,
        Desk::Orders => lived.step == Step::OrderPlaced,
        Desk::CallCentre
        | Desk::ShopFloor
        | Desk::Workshop
        | Desk::Mailing
        | Desk::Ads
        | Desk::BikeCloud
        | Desk::Surveys => false,
    };
    let (traits, identifiers) = who(scene, desk, kind);
    let written = CloudEvent {
        specversion: "1.0",
        id: message_id,
        source: format!("/{}", super::Door::Desk(desk).source()),
        kind_of_event: format!("example.velunda.{name}"),
        time: time(scene, desk, lived.at),
        datacontenttype: "application/json",
        kind: kind.as_str(),
        channel,
        anonymousid: in_browser.then(|| scene.person.cookie(lived.cookie)),
        userid: by_account.then(|| scene.person.account()),
        data: Data { traits, identifiers, mood, tells: told },
    };
    serde_json::to_string(&written).expect("the event holds only text, truth values and whole numbers")
}

/// Systems on people's desks write local time, machines UTC.
fn time(scene: &Scene<'_>, desk: Desk, at: Moment) -> String {
    match desk {
        Desk::CallCentre | Desk::ShopFloor | Desk::Workshop => scene.calendar.local_text(at),
        Desk::WebChat | Desk::Mailing | Desk::Ads | Desk::BikeCloud | Desk::Orders | Desk::Surveys => {
            scene.calendar.utc_text(at)
        }
    }
}

/// By what each desk knows the person.
fn who<'a>(scene: &'a Scene<'_>, desk: Desk, kind: Kind) -> (Option<Traits<'a>>, Vec<Identifier>) {
    let person = scene.person;
    let mail = || Some(Traits { email: Some(person.mail.as_str().into()), phone: None });
    let phone = scene.phone();
    let card = || Identifier { kind: "loyalty_card", value: person.loyalty_card() };
    let frame = || Identifier { kind: "frame_number", value: person.frame_number() };
    match desk {
        Desk::Ads | Desk::WebChat => (None, Vec::new()),
        Desk::Mailing | Desk::Surveys => (mail(), Vec::new()),
        Desk::BikeCloud => (None, vec![Identifier { kind: "device_id", value: person.bike_device() }]),
        Desk::Orders => {
            let handed_over = scene.lived.step == Step::Delivered;
            let in_shop = scene.lived.step == Step::ShopOrder;
            (mail(), in_shop.then(card).into_iter().chain(handed_over.then(frame)).collect())
        }
        Desk::Workshop => (None, scene.lived.with_card.then(card).into_iter().chain([frame()]).collect()),
        Desk::CallCentre => {
            // Callers are known by their number; some are asked for card or frame.
            let asked_card = scene.lived.with_card && scene.small(11, 100) < 25;
            let asked_frame = scene.lived.with_bike && scene.small(12, 100) < 40;
            let passed_on = scene.small(13, 1_000) < CALLS_PASSED_ON;
            let phone = if passed_on { Some(HOTLINE) } else { phone };
            let traits = if phone.is_some() { Some(Traits { email: None, phone }) } else { mail() };
            (traits, asked_card.then(card).into_iter().chain(asked_frame.then(frame)).collect())
        }
        Desk::ShopFloor => {
            // Sellers note everything on one of the shop's tablets, which tells its own number too.
            let value = super::shop_tablet(person.shop, scene.small(14, TABLETS_PER_SHOP));
            let tablet = Identifier { kind: "device_id", value };
            match (kind == Kind::Identify, scene.lived.with_card) {
                (true, _) => (Some(Traits { email: Some(person.mail_as_typed().into()), phone }), vec![card(), tablet]),
                (false, true) => (None, vec![card(), tablet]),
                (false, false) => (Some(Traits { email: None, phone }), vec![tablet]),
            }
        }
    }
}

fn told(scene: &Scene<'_>, tells: Tells) -> (Option<Mood>, Option<Told>) {
    let reported = |value: i8| Some(Mood { value, origin: "reported" });
    match tells {
        Tells::Nothing if scene.lived.step == Step::Delivered => {
            (None, Some(Told::Handover { order_id: scene.order_id() }))
        }
        Tells::Nothing => (None, None),
        Tells::Talk(topic) => {
            let (mood, talk) = talk(scene, topic);
            (reported(mood), Some(talk))
        }
        Tells::Order => {
            let amount = Money { cents: u64::from(scene.bike().cents), currency: "EUR" };
            (None, Some(Told::Order { order_id: scene.order_id(), product: scene.bike().name, amount }))
        }
        Tells::Accessory => {
            let product = ["Helmet", "Lock", "Pannier", "Child seat"][scene.small(21, 4) as usize];
            let order_id = format!("VZ-{:07}-{}", scene.person.number, scene.lived.nth);
            let amount = Money { cents: 1_490 + scene.small(22, 165) * 100, currency: "EUR" };
            (None, Some(Told::Order { order_id, product, amount }))
        }
        Tells::DeliveryDate => {
            let due = scene.calendar.iso_date(u32::from(scene.lived.due)).to_owned();
            (None, Some(Told::Delivery { order_id: scene.order_id(), promise: Promised::Delivery.as_str(), due }))
        }
        Tells::Nps => {
            let score = NPS.of(scene.lived.mood.into(), scene.small(23, u64::MAX));
            (None, Some(Told::Score { question: "recommend", score, out_of: 10 }))
        }
        Tells::Csat => {
            let score = CSAT.of(scene.lived.mood.into(), scene.small(24, u64::MAX));
            (None, Some(Told::Score { question: "satisfaction", score, out_of: 5 }))
        }
        Tells::RepairDate => {
            let due = scene.calendar.iso_date(u32::from(scene.lived.due)).to_owned();
            let repair_id = format!("VW-{:07}-{}", scene.person.number, scene.lived.nth);
            (None, Some(Told::Repair { repair_id, promise: Promised::Repair.as_str(), due }))
        }
        Tells::Offer => (None, scene.lived.campaign.map(|campaign| Told::Offer { campaign: campaign.name })),
        Tells::NoBuy => {
            (None, Some(Told::Reason { question: "why not bought", reasons: some(scene, 25, &REASONS_AGAINST) }))
        }
        Tells::Ride => {
            let distance_m = 1_200 + scene.small(26, 24_000);
            // 18 to 25 km/h.
            let duration_s = distance_m * 36 / (180 + scene.small(27, 70));
            let low = scene.lived.step == Step::BatteryLow;
            let battery_percent = if low { 3 + scene.small(28, 12) } else { 25 + scene.small(28, 75) };
            (None, Some(Told::Ride { distance_m, duration_s, battery_percent }))
        }
        Tells::Fault => {
            let code = FAULTS[scene.small(29, FAULTS.len() as u64) as usize];
            (None, Some(Told::Fault { code, battery_percent: 20 + scene.small(30, 80) }))
        }
        Tells::Consent => (None, Some(Told::Consent { purpose: "newsletter", given: false })),
    }
}

/// Mood (-2 to 2) and content of a talk. Its outcome is what the person does next.
fn talk(scene: &Scene<'_>, topic: Topic) -> (i8, Told) {
    let next = scene.lived.next;
    let shop = matches!(scene.trace(), Trace::Cloud { desk: Desk::ShopFloor, .. })
        .then_some(super::SHOPS[scene.person.shop].0);
    let waited_s = Some(scene.lived.waited_s).filter(|waited| *waited > 0);
    let noted =
        |about: usize| NOTED.of(i32::from(scene.lived.mood) + NOTED_ABOUT[about], scene.small(31, u64::MAX)) as i8;
    match topic {
        Topic::Sales => {
            let need = SALES_NEEDS[(scene.person.secret % SALES_NEEDS.len() as u64) as usize];
            let (outcome, reasons) = match next {
                Some(Step::ShopPurchase | Step::CartAdded) => ("bought", some(scene, 32, &REASONS_FOR)),
                Some(Step::TestRide) => ("test ride", some(scene, 32, &REASONS_FOR)),
                Some(Step::GivesUp) => ("refused", some(scene, 32, &REASONS_AGAINST)),
                _ => ("open", some(scene, 32, &REASONS_AGAINST)),
            };
            (noted(0), Told::Talk { need, reasons, outcome, shop, waited_s })
        }
        Topic::Delivery => {
            let outcome = if next == Some(Step::OrderCancelled) { "cancelled" } else { "informed" };
            (noted(1), Told::Talk { need: "delivery date", reasons: vec!["late delivery"], outcome, shop, waited_s })
        }
        Topic::Trouble => {
            let need = TROUBLES[scene.small(33, TROUBLES.len() as u64) as usize];
            let outcome = match next {
                Some(Step::WorkshopCheckIn | Step::WorkshopDone) => "workshop",
                Some(Step::BikeReturned) => "return",
                Some(Step::Complaint) => "unsolved",
                _ => "solved",
            };
            (noted(2), Told::Talk { need, reasons: Vec::new(), outcome, shop, waited_s })
        }
    }
}

/// One or two of a list.
fn some(scene: &Scene<'_>, question: u64, list: &[&'static str]) -> Vec<&'static str> {
    let count = list.len() as u64;
    let first = scene.small(question, count);
    let step = scene.small(question ^ 0x100, count);
    let mut chosen = vec![list[first as usize]];
    if step > 0 && scene.small(question ^ 0x200, 10) < 4 {
        chosen.push(list[((first + step) % count) as usize]);
    }
    chosen
}
