//! Web shop and app: items of the Segment dialect, as `analytics.js` and RudderStack's mobile libraries write them.

use serde::Serialize;

use super::{Door, Fate, Scene};
use crate::law::{Campaign, Effect, Trace};
use crate::laws::LAWS;

const SITE: &str = "https://velunda.example";
const DESKTOPS: [&str; 3] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(rename = "type")]
    call: &'static str,
    message_id: &'a str,
    timestamp: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymous_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    channel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traits: Option<Traits<'a>>,
    context: Context,
}

#[derive(Serialize)]
struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Traits<'a> {
    email: &'a str,
    first_name: &'static str,
    last_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
}

#[derive(Serialize)]
struct Address {
    city: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    locale: &'static str,
    library: Library,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Page>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<Device>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_ids: Vec<ExternalId>,
}

#[derive(Serialize)]
struct Library {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Page {
    url: String,
    path: String,
    title: String,
}

#[derive(Serialize)]
struct Source {
    source: &'static str,
    medium: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Device {
    id: String,
    #[serde(rename = "type")]
    system: &'static str,
}

#[derive(Serialize)]
struct ExternalId {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    collection: &'static str,
    encoding: &'static str,
}

impl ExternalId {
    fn new(kind: &'static str, id: String) -> Self {
        Self { id, kind, collection: "users", encoding: "none" }
    }
}

/// Writes the happening as one item of a batch; `door` is [`Door::WebShop`] or [`Door::App`].
pub(crate) fn item(scene: &Scene<'_>, door: Door, message_id: &str) -> String {
    let fate = scene.fate();
    let mut item = if door == Door::App { app(scene, message_id) } else { web(scene, message_id) };
    let at = match fate {
        Fate::LosesItsTime => "Invalid Date".to_owned(),
        Fate::Arrives | Fate::ArrivesTwice | Fate::LosesItsIds => scene.calendar.utc_text(scene.lived.at),
    };
    item.timestamp = &at;
    if fate == Fate::LosesItsIds {
        // A page that lost its storage sends nulls in place of ids, and so nothing else that tells who it was.
        item.anonymous_id = None;
        item.user_id = None;
        item.traits = None;
        item.context.device = None;
        item.context.external_ids = Vec::new();
    }
    serde_json::to_string(&item).expect("the item holds only text and whole numbers")
}

fn web<'a>(scene: &'a Scene<'_>, message_id: &'a str) -> Item<'a> {
    let lived = &scene.lived;
    let (path, name, event, campaign) = match scene.trace() {
        Trace::Page { path, name, campaign } => (path, Some(name), None, campaign),
        Trace::Track { event, path } => (path, None, Some(event), None),
        Trace::None | Trace::Screen { .. } | Trace::AppTrack { .. } | Trace::Till { .. } | Trace::Cloud { .. } => {
            unreachable!("only pages and tracks reach the web shop's door")
        }
    };
    let about_bike = path == "/e-bikes/";
    let of_range = about_bike || matches!(path, "/magazin/" | "/zubehoer/");
    let path = if of_range { format!("{path}{}", scene.bike().slug) } else { path.to_owned() };
    let title =
        format!("{} | Velunda", if about_bike { scene.bike().name } else { name.or(event).unwrap_or_default() });
    let tagged = campaign.map(|Campaign { source, medium, name }| {
        format!("?utm_source={source}&utm_medium={medium}&utm_campaign={name}")
    });
    let url = format!("{SITE}{path}{}", tagged.unwrap_or_default());
    let user_agent = DESKTOPS[(scene.person.secret as usize).wrapping_add(usize::from(lived.cookie)) % DESKTOPS.len()];
    let call = if lived.identifies {
        "identify"
    } else if event.is_some() {
        "track"
    } else {
        "page"
    };
    Item {
        call,
        message_id,
        timestamp: "",
        anonymous_id: Some(scene.person.cookie(lived.cookie)),
        user_id: lived.signed_in.then(|| scene.person.account()),
        event: event.filter(|_| !lived.identifies),
        name,
        channel: "web",
        properties: (!lived.identifies).then(|| Properties {
            url: name.is_some().then(|| url.clone()),
            product_id: about_bike.then_some(scene.bike().slug),
            product: about_bike.then_some(scene.bike().name),
            price: about_bike.then_some(scene.bike().cents / 100),
            currency: about_bike.then_some("EUR"),
        }),
        traits: lived.identifies.then(|| traits(scene)),
        context: Context {
            locale: locale(scene),
            library: Library { name: "analytics.js", version: "npm:next-1.84.3" },
            page: Some(Page { url, path, title }),
            user_agent: Some(user_agent),
            campaign: campaign.map(|&Campaign { source, medium, name }| Source { source, medium, name }),
            device: None,
            external_ids: card(scene),
        },
    }
}

fn app<'a>(scene: &'a Scene<'_>, message_id: &'a str) -> Item<'a> {
    let lived = &scene.lived;
    let (call, name, event) = match scene.trace() {
        Trace::Screen { name } => ("screen", Some(name), None),
        Trace::AppTrack { event } => ("track", None, Some(event)),
        Trace::None | Trace::Page { .. } | Trace::Track { .. } | Trace::Till { .. } | Trace::Cloud { .. } => {
            unreachable!("only screens and app events reach the app's door")
        }
    };
    let pairs = LAWS[lived.step as usize].effect == Effect::PairsBike;
    let mut external_ids = card(scene);
    if pairs {
        external_ids.push(ExternalId::new("device_id", scene.person.bike_device()));
        external_ids.push(ExternalId::new("frame_number", scene.person.frame_number()));
    }
    let apple = scene.person.secret.is_multiple_of(2);
    Item {
        call: if lived.identifies { "identify" } else { call },
        message_id,
        timestamp: "",
        anonymous_id: Some(scene.person.installation()),
        user_id: Some(scene.person.account()),
        event: event.filter(|_| !lived.identifies),
        name,
        channel: "mobile",
        properties: None,
        traits: lived.identifies.then(|| traits(scene)),
        context: Context {
            locale: locale(scene),
            library: Library {
                name: if apple { "rudder-ios-library" } else { "com.rudderstack.android.sdk.core" },
                version: "1.31.0",
            },
            page: None,
            user_agent: None,
            campaign: None,
            device: Some(Device { id: scene.person.phone_device(), system: if apple { "iOS" } else { "Android" } }),
            external_ids,
        },
    }
}

fn locale(scene: &Scene<'_>) -> &'static str {
    if scene.person.british { "en-GB" } else { "de-DE" }
}

fn traits<'a>(scene: &'a Scene<'_>) -> Traits<'a> {
    let signed_in = scene.lived.signed_in;
    Traits {
        email: &scene.person.mail,
        first_name: scene.person.given,
        last_name: &scene.person.family,
        phone: scene.phone().filter(|_| signed_in),
        address: signed_in.then_some(Address { city: scene.person.address.city }),
    }
}

/// The loyalty card is known to the account once somebody signs in with both.
fn card(scene: &Scene<'_>) -> Vec<ExternalId> {
    let known = scene.lived.identifies && scene.lived.with_card;
    known.then(|| ExternalId::new("loyalty_card", scene.person.loyalty_card())).into_iter().collect()
}
