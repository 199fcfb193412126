//! What Velunda planned: its touchpoint register, the mapping from events to it, journey and identity rules, a map.
//!
//! The plans are honest, not perfect. Some places send events and are in no register (they are to be discovered), and
//! some are registered though nothing measures them.

use model::{
    Control, DocumentKind, Evidence, IdentityRules, JourneyPlan, Kind, MappingPlan, MappingRule, Moment, Peso,
    Touchpoint,
};
use serde::Serialize;
use serde_json::Value;

use crate::doors::shop_tablets;
use crate::laws::sharing::HOTLINE;

/// A plan document of the demo world, ready to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it is about.
    pub kind: DocumentKind,
    /// Its name, a slug.
    pub name: String,
    /// Its content.
    pub body: Value,
}

/// The demo world's plans, in the order in which they are applied.
///
/// ```
/// for plan in sim::plans() {
///     model::check_body(plan.kind, &plan.name, &plan.body)?;
/// }
/// # Ok::<(), model::Invalid>(())
/// ```
pub fn plans() -> Vec<Plan> {
    let mut all: Vec<Plan> =
        REGISTER.iter().map(|line| plan(DocumentKind::Touchpoint, line.id, &line.touchpoint())).collect();
    all.push(plan(DocumentKind::Mapping, "default", &MappingPlan { rule: mapping() }));
    all.push(plan(DocumentKind::Identity, "default", &identity()));
    for (name, title, rule) in JOURNEYS {
        let body = JourneyPlan { title: title.to_owned(), rule: rule.to_owned() };
        all.push(plan(DocumentKind::Journey, name, &body));
    }
    all.extend(crate::map::documents());
    all.extend(crate::targets::documents());
    all
}

pub(crate) fn plan(kind: DocumentKind, name: &str, body: &impl Serialize) -> Plan {
    let value = serde_json::to_value(body).expect("plans hold only text, numbers and lists of them");
    Plan { kind, name: name.to_owned(), body: value }
}

const JOURNEYS: [(&str, &str, &str); 3] = [
    ("relation", "The whole relation", "whole"),
    ("purchase", "From first contact to the order", "end:order"),
    ("workshop-visit", "Workshop visit", "start:service-booking,workshop-check-in;end:workshop-ready"),
];

/// The company's own tablets and telephone are nobody's. Frame numbers stand for bikes that may be sold on: weaker than a
/// person's own numbers. Many customers are families: a browser at which two accounts sign in is theirs together.
fn identity() -> IdentityRules {
    let mut rules = IdentityRules::default();
    let place = rules.priority.iter().position(|kind| kind == "vehicle_id").unwrap_or(rules.priority.len());
    rules.priority.insert(place, "frame_number".to_owned());
    rules.contested.insert("anonymous_id".to_owned(), 1);
    rules.blocked.extend(shop_tablets().chain([HOTLINE.replace(' ', "")]));
    rules
}

/// A line of the register.
#[derive(Clone, Copy)]
struct Line {
    id: &'static str,
    title: &'static str,
    channel: &'static str,
    peso: Peso,
    moment: Moment,
    control: Control,
    owner: &'static str,
    deputy: &'static str,
    part_of: Option<&'static str>,
    /// Importance to the customer's and to the business goal, 0 to 10.
    importance: Option<(u8, u8)>,
    evidence: Evidence,
    promises: &'static [&'static str],
    questions: &'static [&'static str],
    /// Day, and how long before it the owner is reminded.
    review: Option<(&'static str, Option<&'static str>)>,
    /// People and EUR a year.
    reach: Option<u32>,
    cost: Option<u32>,
}

impl Line {
    fn touchpoint(&self) -> Touchpoint {
        let texts = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        Touchpoint {
            title: self.title.to_owned(),
            channel: self.channel.to_owned(),
            peso: Some(self.peso),
            moment: Some(self.moment),
            parent: self.part_of.map(str::to_owned),
            owner: self.owner.to_owned(),
            deputy: self.deputy.to_owned(),
            control: Some(self.control),
            importance_to_customer: self.importance.map(|(customer, _)| f64::from(customer)),
            importance_to_business: self.importance.map(|(_, business)| f64::from(business)),
            reach_per_year: self.reach.map(f64::from),
            cost_per_year: self.cost.map(f64::from),
            currency: self.cost.map(|_| "EUR".to_owned()),
            evidence: Some(self.evidence),
            promises: texts(self.promises),
            questions: texts(self.questions),
            review_on: self.review.map(|(day, _)| day.to_owned()),
            remind_before: self.review.and_then(|(_, before)| before).map(str::to_owned),
            ..Touchpoint::default()
        }
    }

    const fn media(self, peso: Peso, control: Control) -> Self {
        Self { peso, control, ..self }
    }

    const fn in_shop(self) -> Self {
        Self { part_of: Some("shop"), ..self }
    }

    const fn online(self) -> Self {
        Self { part_of: Some("online-shop"), ..self }
    }

    const fn part_of(self, whole: &'static str) -> Self {
        Self { part_of: Some(whole), ..self }
    }

    const fn deputy(self, deputy: &'static str) -> Self {
        Self { deputy, ..self }
    }

    /// Nobody answers for it.
    const fn unowned(self) -> Self {
        Self { owner: "", ..self }
    }

    const fn importance_unknown(self) -> Self {
        Self { importance: None, ..self }
    }

    const fn on(self, evidence: Evidence) -> Self {
        Self { evidence, ..self }
    }

    const fn promises(self, promises: &'static [&'static str]) -> Self {
        Self { promises, ..self }
    }

    const fn asks(self, questions: &'static [&'static str]) -> Self {
        Self { questions, ..self }
    }

    const fn review(self, day: &'static str, before: Option<&'static str>) -> Self {
        Self { review: Some((day, before)), ..self }
    }

    const fn reach(self, people: u32) -> Self {
        Self { reach: Some(people), ..self }
    }

    const fn cost(self, euros: u32) -> Self {
        Self { cost: Some(euros), ..self }
    }
}

const fn line(
    id: &'static str,
    title: &'static str,
    channel: &'static str,
    (moment, owner): (Moment, &'static str),
    (customer, business): (u8, u8),
) -> Line {
    Line {
        id,
        title,
        channel,
        peso: Peso::Owned,
        moment,
        control: Control::Full,
        owner,
        deputy: "",
        part_of: None,
        importance: Some((customer, business)),
        evidence: Evidence::Measured,
        promises: &[],
        questions: &[],
        review: None,
        reach: None,
        cost: None,
    }
}

const MARKETING: (Moment, &str) = (Moment::Before, "Marketing");
const ONLINE: (Moment, &str) = (Moment::Before, "Online shop");
const SHOPS: (Moment, &str) = (Moment::Before, "Shops");
const CHECKOUT: (Moment, &str) = (Moment::During, "Online shop");
const LOGISTICS: (Moment, &str) = (Moment::During, "Logistics");
const PRODUCT: (Moment, &str) = (Moment::After, "Connected bike");
const SERVICE: (Moment, &str) = (Moment::After, "Service");

/// Wholes stand before their parts. The world ends on 2026-09-30: reviews before that day are overdue on whatever day
/// somebody looks, some reminders reach back to its end.
const REGISTER: [Line; 54] = [
    // Nothing happens at these wholes themselves; their parts are measured.
    line("online-shop", "Online shop", "web", ONLINE, (8, 9)).deputy("Marketing").cost(640_000),
    line("shop", "Shops", "shop", SHOPS, (9, 9)).cost(2_900_000),
    line("newsletter", "Newsletter", "mail", MARKETING, (3, 6)).cost(48_000),
    // Nothing measures these; everybody knows that they matter. Most of them nobody controls.
    line("poster", "Poster at tram stops", "poster", MARKETING, (3, 5))
        .media(Peso::Paid, Control::Full)
        .on(Evidence::Partly)
        .reach(310_000)
        .cost(186_000),
    line("friends-advice", "Advice of friends", "talk", MARKETING, (9, 8))
        .media(Peso::Earned, Control::None)
        .unowned()
        .on(Evidence::Assumed)
        .review("2026-09-01", None),
    line("review-portals", "Reviews on portals", "online", MARKETING, (8, 7))
        .media(Peso::Earned, Control::None)
        .unowned()
        .on(Evidence::Partly)
        .reach(90_000)
        .review("2027-03-31", Some("26w")),
    line("magazine-tests", "Tests in magazines", "magazine", MARKETING, (7, 6))
        .media(Peso::Earned, Control::None)
        .on(Evidence::Assumed)
        .reach(140_000),
    line("car-park", "Car park of the shop", "place", SHOPS, (4, 2))
        .media(Peso::Shared, Control::None)
        .unowned()
        .importance_unknown()
        .on(Evidence::Assumed)
        .in_shop(),
    line("ad-seen", "Advertisement seen", "display", MARKETING, (2, 5))
        .media(Peso::Paid, Control::Influence)
        .on(Evidence::Partly)
        .cost(240_000),
    line("ad-click", "Landing page of advertisements", "web", MARKETING, (4, 7)).media(Peso::Paid, Control::Full),
    line("poster-code", "Code on the poster", "web", MARKETING, (3, 4)).media(Peso::Paid, Control::Full),
    line("newsletter-subscription", "Newsletter subscription", "web", MARKETING, (4, 6)).part_of("newsletter"),
    line("newsletter-opened", "Newsletter opened", "mail", MARKETING, (3, 5)).part_of("newsletter"),
    line("newsletter-click", "Landing page of the newsletter", "web", MARKETING, (4, 6)).part_of("newsletter"),
    line("home-page", "Home page", "web", ONLINE, (6, 6)).online(),
    line("category-page", "Bike overview", "web", ONLINE, (6, 6)).online(),
    line("product-page", "Bike page", "web", ONLINE, (9, 8)).online(),
    line("configurator", "Bike finder and configurator", "web", ONLINE, (7, 7))
        .online()
        .review("2026-08-15", Some("14d")),
    line("leasing-calculator", "Leasing calculator", "web", ONLINE, (6, 7)).online(),
    line("wishlist", "Wish list", "web", ONLINE, (4, 4)).online().importance_unknown(),
    line("web-chat", "Web chat", "chat", ONLINE, (6, 5)).online().promises(&["An answer within two minutes"]),
    line("shop-finder", "Shop finder", "web", ONLINE, (7, 6)).online(),
    line("test-ride-booking", "Test ride booking", "web", ONLINE, (8, 8)).online(),
    line("shop-reception", "Reception desk", "shop", SHOPS, (6, 5)).in_shop(),
    line("shop-talk", "Talk on the shop floor", "shop", SHOPS, (9, 9)).in_shop().asks(&["What spoke against it?"]),
    line("test-ride", "Test ride", "shop", SHOPS, (10, 9))
        .in_shop()
        .deputy("Service")
        .promises(&["The bike that was booked stands ready"])
        .asks(&["How was the ride?"])
        .review("2027-01-31", Some("4w")),
    line("hotline", "Hotline", "phone", (Moment::After, "Call centre"), (8, 6))
        .deputy("Service")
        .promises(&["Called back on the same day"])
        .cost(410_000),
    line("cart", "Shopping cart", "web", CHECKOUT, (7, 9)).online(),
    line("cart-reminder", "Reminder of the cart", "mail", CHECKOUT, (2, 6)),
    line("checkout", "Checkout and payment", "web", CHECKOUT, (8, 10))
        .online()
        .deputy("Logistics")
        .review("2027-02-28", Some("26w")),
    line("sign-in", "Account sign-in", "web", CHECKOUT, (5, 7)).online(),
    line("order", "Order", "web", CHECKOUT, (9, 10)).online(),
    line("shop-purchase", "Purchase at the till", "shop", (Moment::During, "Shops"), (9, 10)).in_shop(),
    line("delivery-promise", "Delivery date promised", "mail", LOGISTICS, (9, 8))
        .deputy("Service")
        .promises(&["The bike is delivered on the day named in this mail"])
        .review("2026-09-15", Some("14d")),
    line("confirmation-mail", "Order confirmation", "mail", LOGISTICS, (6, 5)),
    line("order-status", "Order status page", "web", LOGISTICS, (8, 6)).online(),
    line("delivery-postponed", "Delivery date postponed", "mail", LOGISTICS, (9, 7))
        .promises(&["A new date with the news that the old one cannot be kept"]),
    line("handover", "Delivery or collection of the bike", "delivery", LOGISTICS, (10, 8))
        .media(Peso::Shared, Control::Influence)
        .deputy("Shops")
        .asks(&["Was everything there?"]),
    line("app-set-up", "Setting up app and bike", "app", PRODUCT, (8, 7)),
    line("ride", "A ride", "device", PRODUCT, (10, 7)).media(Peso::Owned, Control::Influence),
    line("app-rides", "Rides, battery, navigation in the app", "app", PRODUCT, (6, 6)),
    line("fault-signal", "Fault reported by the bike", "device", PRODUCT, (9, 7)),
    line("help", "Help pages and set-up guide", "web", SERVICE, (7, 4)).unowned(),
    line("complaint", "Complaint", "phone", SERVICE, (9, 8)).promises(&["An answer within three working days"]),
    line("service-reminder", "Service reminder", "mail", SERVICE, (6, 7)),
    line("service-booking", "Workshop booking", "web", SERVICE, (8, 7)),
    line("workshop-check-in", "Workshop check-in", "workshop", SERVICE, (8, 6)).in_shop(),
    line("workshop-ready", "Workshop done and picked up", "workshop", SERVICE, (9, 7))
        .in_shop()
        .promises(&["Ready on the day named at the check-in"])
        .asks(&["How satisfied are you with the workshop?"]),
    line("accessory-page", "Accessory pages", "web", (Moment::After, "Online shop"), (5, 6)).online(),
    line("accessory-purchase", "Accessory purchase", "shop", (Moment::After, "Shops"), (6, 8)),
    line("survey", "Survey", "mail", SERVICE, (2, 7))
        .asks(&["How likely are you to recommend us?", "Why did you not buy?"])
        .on(Evidence::Partly),
    line("withdrawal", "Cancellation, return, account closed", "phone", SERVICE, (7, 8)),
    line("offer", "Offer to owners", "mail", MARKETING, (2, 6)).on(Evidence::Partly),
    line("recommendation", "Reviews and invitations by customers", "social", MARKETING, (5, 9))
        .media(Peso::Earned, Control::Influence),
];

/// Landing pages are told by how people were led there, before any name is looked at.
const BY_ADDRESS: [(&str, &str); 4] = [
    ("ad-click", "*utm_medium=paid_social*"),
    ("ad-click", "*utm_medium=cpc*"),
    ("poster-code", "*utm_source=poster*"),
    ("newsletter-click", "*utm_source=newsletter*"),
];

/// Touchpoint, source, names of events.
const BY_NAME: [(&str, &str, &[&str]); 54] = [
    ("home-page", "web-shop", &["Home"]),
    ("category-page", "web-shop", &["Bikes"]),
    ("product-page", "web-shop", &["Bike"]),
    ("configurator", "web-shop", &["Bike finder", "Configurator"]),
    ("leasing-calculator", "web-shop", &["Leasing"]),
    ("newsletter-subscription", "web-shop", &["Newsletter Subscribed"]),
    ("wishlist", "web-shop", &["Product Added to Wishlist"]),
    ("shop-finder", "web-shop", &["Shops"]),
    ("test-ride-booking", "web-shop", &["Test Ride Booked"]),
    ("cart", "web-shop", &["Cart", "Product Added"]),
    ("checkout", "web-shop", &["Checkout", "Payment"]),
    ("sign-in", "web-shop", &["Signed In"]),
    ("order-status", "web-shop", &["Order status"]),
    ("help", "web-shop", &["Set-up guide", "Help"]),
    ("service-booking", "web-shop", &["Service Booked"]),
    ("accessory-page", "web-shop", &["Accessory"]),
    ("recommendation", "web-shop", &["Review Submitted"]),
    ("app-set-up", "app", &["Application Installed", "Bike Paired"]),
    ("app-rides", "app", &["My rides", "Navigation", "Battery"]),
    ("help", "app", &["Help"]),
    ("service-booking", "app", &["Service Booked"]),
    ("recommendation", "app", &["Friend Invited"]),
    ("withdrawal", "app", &["Account Closed"]),
    ("shop-reception", "shop-tills", &["Empfang"]),
    ("test-ride", "shop-tills", &["Probefahrt"]),
    ("shop-purchase", "shop-tills", &["Kauf"]),
    ("handover", "shop-tills", &["Abholung"]),
    ("workshop-ready", "shop-tills", &["Werkstatt"]),
    ("accessory-purchase", "shop-tills", &["Zubehör"]),
    ("withdrawal", "shop-tills", &["Rückgabe"]),
    ("shop-talk", "shop-floor", &["sales_talk", "closing_talk"]),
    ("web-chat", "web-chat", &["chat"]),
    ("hotline", "call-centre", &["sales_call", "delivery_call", "service_call"]),
    ("complaint", "call-centre", &["complaint"]),
    ("hotline", "workshop", &["approval_call"]),
    ("workshop-check-in", "workshop", &["check_in"]),
    ("workshop-ready", "workshop", &["repair_done"]),
    ("ad-seen", "ads", &["*_ad_seen"]),
    ("newsletter-opened", "mailing", &["newsletter_opened"]),
    ("offer", "mailing", &["offer_sent"]),
    ("offer", "call-centre", &["offer_call"]),
    ("cart-reminder", "mailing", &["cart_reminder_opened"]),
    ("confirmation-mail", "mailing", &["confirmation_opened"]),
    ("service-reminder", "mailing", &["service_reminder_opened"]),
    ("newsletter-subscription", "mailing", &["consent_withdrawn"]),
    ("order", "orders", &["order"]),
    ("delivery-promise", "orders", &["delivery_promised"]),
    ("delivery-postponed", "orders", &["delivery_postponed"]),
    ("withdrawal", "orders", &["order_cancelled"]),
    ("handover", "orders", &["bike_delivered"]),
    ("accessory-purchase", "orders", &["accessory_order"]),
    ("ride", "bike-cloud", &["first_ride", "ride_summary"]),
    ("fault-signal", "bike-cloud", &["fault"]),
    ("survey", "surveys", &["nps", "no_buy_reason", "workshop_csat"]),
];

fn mapping() -> Vec<MappingRule> {
    let by_address = BY_ADDRESS.iter().map(|&(touchpoint, url)| MappingRule {
        touchpoint: touchpoint.to_owned(),
        source: Some("web-shop".to_owned()),
        url: Some(url.to_owned()),
        kind: Some(Kind::Interaction),
        ..MappingRule::default()
    });
    let by_name = BY_NAME.iter().flat_map(|&(touchpoint, source, names)| {
        names.iter().map(move |name| MappingRule {
            touchpoint: touchpoint.to_owned(),
            source: Some(source.to_owned()),
            name: Some((*name).to_owned()),
            ..MappingRule::default()
        })
    });
    by_address.chain(by_name).collect()
}
