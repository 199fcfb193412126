use std::fmt;
use std::num::NonZero;

use serde::de::{self, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::{Invalid, RawJson, Text, Timestamp};

/// What sort of thing happened. The order is part of the journal's format: new kinds go to the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Customer and company met: a click, a call, a visit, a purchase step.
    #[default]
    Interaction,
    /// Something was seen and not acted on: a banner, a poster, a mail opened.
    Exposure,
    /// An answer to a question: NPS, CSAT, CES, free text.
    Feedback,
    /// A talk in sales or service: need, reasons, mood, outcome.
    Conversation,
    /// A promise made, kept or broken.
    Promise,
    /// Consent given or withdrawn, by purpose.
    Consent,
    /// Traits of a person under their identifiers.
    Identify,
    /// Evidence that two identifiers are one person.
    Link,
    /// A result that matters to the business: an order, a cancellation, a return.
    Outcome,
    /// The connected product speaks.
    DeviceSignal,
    /// Something we did: a message sent, a task given, an offer shown.
    Action,
}

impl Kind {
    /// Every kind, in the order of the journal's format.
    pub const ALL: [Self; 11] = [
        Self::Interaction,
        Self::Exposure,
        Self::Feedback,
        Self::Conversation,
        Self::Promise,
        Self::Consent,
        Self::Identify,
        Self::Link,
        Self::Outcome,
        Self::DeviceSignal,
        Self::Action,
    ];

    /// The kind's name in JSON, files and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interaction => "interaction",
            Self::Exposure => "exposure",
            Self::Feedback => "feedback",
            Self::Conversation => "conversation",
            Self::Promise => "promise",
            Self::Consent => "consent",
            Self::Identify => "identify",
            Self::Link => "link",
            Self::Outcome => "outcome",
            Self::DeviceSignal => "device_signal",
            Self::Action => "action",
        }
    }

    /// False for the kinds that only say who somebody is; they take no place in a journey.
    pub fn is_part_of_journeys(self) -> bool {
        !matches!(self, Self::Identify | Self::Link)
    }
}

impl std::str::FromStr for Kind {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("kind", text, format!("is none of {names}"))
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an identifier is. Companies add their own kinds; names are lower case with underscores.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierKind<'a> {
    /// A cookie or an installation.
    AnonymousId,
    /// An account.
    UserId,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A loyalty card.
    LoyaltyCard,
    /// A device of the customer.
    DeviceId,
    /// A vehicle of the customer.
    VehicleId,
    /// A kind of the company's own.
    Own(Text<'a>),
}

impl<'a> IdentifierKind<'a> {
    /// The kind's name in JSON, files and look-ups.
    pub fn as_str(&self) -> &str {
        match self {
            Self::AnonymousId => "anonymous_id",
            Self::UserId => "user_id",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::LoyaltyCard => "loyalty_card",
            Self::DeviceId => "device_id",
            Self::VehicleId => "vehicle_id",
            Self::Own(name) => name.as_str(),
        }
    }

    /// The kind of that name; own kinds are lower case letters, digits and underscores, 40 at most.
    pub fn parse(name: impl Into<Text<'a>>) -> Result<Self, Invalid> {
        let name = name.into();
        let text = name.as_str();
        let well_formed = text.len() <= 40
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !well_formed {
            let reason = "is not a kind of identifier: lower case letters, digits and underscores, 40 at most";
            return Err(Invalid::new("kind", text, reason));
        }
        Ok(Self::of(name))
    }

    fn of(name: Text<'a>) -> Self {
        match name.as_str() {
            "anonymous_id" => Self::AnonymousId,
            "user_id" => Self::UserId,
            "email" => Self::Email,
            "phone" => Self::Phone,
            "loyalty_card" => Self::LoyaltyCard,
            "device_id" => Self::DeviceId,
            "vehicle_id" => Self::VehicleId,
            _ => Self::Own(name),
        }
    }

    /// The same kind, owning its name.
    pub fn into_owned(self) -> IdentifierKind<'static> {
        match self {
            Self::AnonymousId => IdentifierKind::AnonymousId,
            Self::UserId => IdentifierKind::UserId,
            Self::Email => IdentifierKind::Email,
            Self::Phone => IdentifierKind::Phone,
            Self::LoyaltyCard => IdentifierKind::LoyaltyCard,
            Self::DeviceId => IdentifierKind::DeviceId,
            Self::VehicleId => IdentifierKind::VehicleId,
            Self::Own(name) => IdentifierKind::Own(name.into_owned()),
        }
    }
}

impl fmt::Display for IdentifierKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for IdentifierKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for IdentifierKind<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let human = deserializer.is_human_readable();
        let name = Text::deserialize(deserializer)?;
        if human { Self::parse(name).map_err(de::Error::custom) } else { Ok(Self::of(name)) }
    }
}

/// One typed value that points to a person. Events keep the identifiers they came with, unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier<'a> {
    /// What the value is.
    #[serde(borrow)]
    pub kind: IdentifierKind<'a>,
    /// The value as it came.
    #[serde(borrow)]
    pub value: Text<'a>,
}

impl<'a> Identifier<'a> {
    /// An identifier of a kind with a value.
    pub fn new(kind: IdentifierKind<'a>, value: impl Into<Text<'a>>) -> Self {
        Self { kind, value: value.into() }
    }

    /// The same identifier, owning its text.
    pub fn into_owned(self) -> Identifier<'static> {
        Identifier { kind: self.kind.into_owned(), value: self.value.into_owned() }
    }
}

impl std::str::FromStr for Identifier<'static> {
    type Err = Invalid;
    /// Reads `KIND:VALUE`, such as `email:ada@example.org`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (kind, value) = text
            .split_once(':')
            .filter(|(_, value)| !value.trim().is_empty())
            .ok_or_else(|| Invalid::new("", text, "is not KIND:VALUE, such as email:ada@example.org"))?;
        Ok(Self::new(IdentifierKind::parse(kind.to_owned())?, value.to_owned()))
    }
}

/// Where a mood comes from; shown with every figure made of moods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoodOrigin {
    /// Written into a plan.
    Assumed,
    /// Said by the customer or noted by staff.
    Reported,
    /// Computed; the method is named.
    Inferred,
}

/// How the person felt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mood<'a> {
    /// From -2 (very bad) to 2 (very good).
    pub value: i8,
    /// Where the value comes from.
    pub origin: MoodOrigin,
    /// The method, where the mood was inferred; else empty.
    #[serde(borrow, default)]
    pub method: Text<'a>,
}

impl MoodOrigin {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Assumed, Self::Reported, Self::Inferred];
}

/// A mood without its method, or none, in one byte (also as an `Option`): what columns keep of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoodCode(NonZero<u8>);

impl MoodCode {
    /// Nobody said or computed one.
    pub const NONE: Self = Self(NonZero::<u8>::MIN);

    /// A mood's; a value beyond -2 to 2 counts as the nearest.
    pub fn of(value: i8, origin: MoodOrigin) -> Self {
        let place = (value.clamp(-2, 2) + 2).unsigned_abs() + 5 * origin as u8;
        Self(Self::NONE.0.saturating_add(1 + place))
    }

    /// Value and origin.
    pub fn mood(self) -> Option<(i8, MoodOrigin)> {
        let place = self.0.get().checked_sub(2)?;
        let origin = MoodOrigin::ALL.get(usize::from(place / 5))?;
        Some(((place % 5) as i8 - 2, *origin))
    }
}

impl Default for MoodCode {
    fn default() -> Self {
        Self::NONE
    }
}

impl From<Option<&Mood<'_>>> for MoodCode {
    fn from(mood: Option<&Mood<'_>>) -> Self {
        mood.map_or(Self::NONE, |mood| Self::of(mood.value, mood.origin))
    }
}

/// Something that happened between a person and the company, at a time, from a source: one envelope for all kinds.
///
/// The order of the fields is part of the journal's format (see [`Event::encode`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event<'a> {
    /// The sender's id of this event; with the source it tells duplicates. 1 to 200 characters.
    #[serde(borrow)]
    pub message_id: Text<'a>,
    /// Who sent it: the name of a registered source. 1 to 100 characters.
    #[serde(borrow)]
    pub source: Text<'a>,
    /// When it happened, the sender's clock corrected.
    pub at: Timestamp,
    /// When it reached us.
    pub received_at: Timestamp,
    /// When it happened by the sender's own clock, where that was corrected.
    #[serde(default)]
    pub client_at: Option<Timestamp>,
    /// What sort of thing happened.
    #[serde(default)]
    pub kind: Kind,
    /// What happened, in the sender's words. 1 to 200 characters.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// How: web, app, mail, phone, shop, post, social, device, event, ... Empty if not said.
    #[serde(borrow, default)]
    pub channel: Text<'a>,
    /// Who, as far as the sender knew. At least one.
    #[serde(borrow, default)]
    pub identifiers: Vec<Identifier<'a>>,
    /// What the sender tells about the happening (traits, for an identify): a JSON object.
    #[serde(borrow, default)]
    pub properties: RawJson<'a>,
    /// What the sender tells about the circumstances: a JSON object.
    #[serde(borrow, default)]
    pub context: RawJson<'a>,
    /// Fields of the sender's dialect that Geleit has no name for: a JSON object.
    #[serde(borrow, default)]
    pub extra: RawJson<'a>,
    /// How the person felt, where somebody said or computed it.
    #[serde(borrow, default)]
    pub mood: Option<Mood<'a>>,
}

impl<'a> Event<'a> {
    /// An interaction with nothing but its id, source, name and time; received at that same time.
    pub fn new(
        message_id: impl Into<Text<'a>>,
        source: impl Into<Text<'a>>,
        name: impl Into<Text<'a>>,
        at: Timestamp,
    ) -> Self {
        Self {
            message_id: message_id.into(),
            source: source.into(),
            at,
            received_at: at,
            client_at: None,
            kind: Kind::Interaction,
            name: name.into(),
            channel: Text::default(),
            identifiers: Vec::new(),
            properties: RawJson::default(),
            context: RawJson::default(),
            extra: RawJson::default(),
            mood: None,
        }
    }

    /// Says the first thing that is wrong with the event, if anything is.
    pub fn validate(&self) -> Result<(), Invalid> {
        check_length("message_id", self.message_id.as_str(), 200)?;
        check_length("source", self.source.as_str(), 100)?;
        check_length("name", self.name.as_str(), 200)?;
        if self.channel.as_str().chars().count() > 40 {
            return Err(Invalid::new("channel", self.channel.as_str(), "is longer than 40 characters"));
        }
        if self.identifiers.is_empty() {
            return Err(Invalid::missing("identifiers", "are missing: at least one is needed to know who it was"));
        }
        for (index, identifier) in self.identifiers.iter().enumerate() {
            check_length("value", identifier.value.as_str(), 500)
                .map_err(|e| e.within(&format!("identifiers[{index}]")))?;
        }
        for (path, json) in [("properties", &self.properties), ("context", &self.context), ("extra", &self.extra)] {
            if !json.as_str().starts_with('{') {
                return Err(Invalid::new(path, json.as_str(), "is not a JSON object"));
            }
        }
        if let Some(mood) = &self.mood {
            if !(-2..=2).contains(&mood.value) {
                return Err(Invalid::new("mood.value", &mood.value.to_string(), "lies outside -2 to 2"));
            }
            if mood.origin == MoodOrigin::Inferred && mood.method.is_empty() {
                return Err(Invalid::missing("mood.method", "is missing: an inferred mood names its method"));
            }
        }
        Ok(())
    }

    /// The journal's form of an event (postcard; fields in their order above).
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        self.encode_into(&mut bytes);
        bytes
    }

    /// Appends the journal's form to `bytes`.
    pub fn encode_into(&self, bytes: &mut Vec<u8>) {
        let taken = std::mem::take(bytes);
        *bytes = postcard::to_extend(self, taken).expect("an event holds only strings, integers and lists of them");
    }

    /// Reads the journal's form; text stays borrowed from `bytes`.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }

    /// The same event, owning its text.
    pub fn into_owned(self) -> Event<'static> {
        Event {
            message_id: self.message_id.into_owned(),
            source: self.source.into_owned(),
            at: self.at,
            received_at: self.received_at,
            client_at: self.client_at,
            kind: self.kind,
            name: self.name.into_owned(),
            channel: self.channel.into_owned(),
            identifiers: self.identifiers.into_iter().map(Identifier::into_owned).collect(),
            properties: self.properties.into_owned(),
            context: self.context.into_owned(),
            extra: self.extra.into_owned(),
            mood: self.mood.map(|mood| Mood {
                value: mood.value,
                origin: mood.origin,
                method: mood.method.into_owned(),
            }),
        }
    }
}

fn check_length(path: &str, text: &str, most: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::missing(path, "is empty"));
    }
    if text.len() > most && text.chars().count() > most {
        return Err(Invalid::new(path, text, format!("is longer than {most} characters")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_come_back_from_their_byte() {
        let all = MoodOrigin::ALL.into_iter().flat_map(|origin| (-2..=2).map(move |value| (value, origin)));
        let codes: std::collections::BTreeSet<MoodCode> = all
            .map(|(value, origin)| {
                assert_eq!(MoodCode::of(value, origin).mood(), Some((value, origin)));
                MoodCode::of(value, origin)
            })
            .collect();
        assert_eq!((codes.len(), MoodCode::NONE.mood(), size_of::<Option<MoodCode>>()), (15, None, 1));
    }

    fn sample() -> Event<'static> {
        let mut event = Event::new("m-1", "shop", "offer refused", Timestamp::clamped(1_700_000_000_000_001));
        event.kind = Kind::Conversation;
        event.channel = "shop".into();
        event.identifiers = vec![
            Identifier::new(IdentifierKind::LoyaltyCard, "4711"),
            Identifier::new(IdentifierKind::Own("frame_number".into()), "WX-9"),
        ];
        event.properties = RawJson::trusted(r#"{"unknown":[1,{"deep":null}],"price":12.50}"#);
        event.mood = Some(Mood { value: -1, origin: MoodOrigin::Reported, method: Text::default() });
        event
    }

    #[test]
    fn an_event_survives_the_journal_and_json_unchanged() {
        let event = sample();
        assert_eq!(Event::decode(&event.encode()).unwrap(), event);
        let json = serde_json::to_string(&event).unwrap();
        assert!(json.contains(r#""properties":{"unknown":[1,{"deep":null}],"price":12.50}"#), "{json}");
        assert_eq!(serde_json::from_str::<Event<'_>>(&json).unwrap().properties, event.properties);
    }

    #[test]
    fn each_fault_is_named_with_its_place_and_value() {
        type Fault = fn(&mut Event<'static>);
        let cases: [(Fault, &str); 7] = [
            (|e| e.message_id = "".into(), "message_id: is empty"),
            (|e| e.name = "x".repeat(201).into(), "is longer than 200 characters"),
            (|e| e.identifiers.clear(), "identifiers: are missing: at least one is needed to know who it was"),
            (|e| e.identifiers[1].value = "".into(), "identifiers[1].value: is empty"),
            (|e| e.properties = RawJson::trusted("[1]"), "properties: \"[1]\" is not a JSON object"),
            (|e| e.mood.as_mut().unwrap().value = 7, "mood.value: \"7\" lies outside -2 to 2"),
            (|e| e.mood.as_mut().unwrap().origin = MoodOrigin::Inferred, "mood.method: is missing"),
        ];
        for (spoil, message) in cases {
            let mut event = sample();
            spoil(&mut event);
            let error = event.validate().unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn every_kind_reads_back_its_own_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse::<Kind>().unwrap(), kind);
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.as_str()));
        }
        assert!(
            "visit".parse::<Kind>().unwrap_err().to_string().starts_with("kind: \"visit\" is none of interaction,")
        );
    }

    proptest::proptest! {
        #[test]
        fn decoding_any_bytes_never_panics(bytes: Vec<u8>) {
            let _ = Event::decode(&bytes);
        }
    }
}
