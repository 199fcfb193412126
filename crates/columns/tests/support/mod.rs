//! Events of every shape for property tests.

use columns::Row;
use model::{
    Arrival, CustomerId, Event, Identifier, IdentifierKind, Kind, Mood, MoodOrigin, NodeId, RawJson, Text, Timestamp,
};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = Text<'static>> {
    prop_oneof![".{0,12}", "[a-c]", Just(String::new()), Just("\u{0}\"\\ü漢😀".to_owned())].prop_map(Text::from)
}

fn json() -> impl Strategy<Value = RawJson<'static>> {
    prop_oneof![
        Just(RawJson::default()),
        Just(RawJson::trusted("{}")),
        Just(RawJson::trusted(r#"{ "a" : 1.50, "b":[null,{"ü":"\u0041"}] }"#)),
        text().prop_map(|value| RawJson::from(serde_json::json!({ "value": value.as_str() }))),
    ]
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (Timestamp::MIN.micros()..=Timestamp::MAX.micros()).prop_map(Timestamp::clamped),
        (-3_i64..3).prop_map(Timestamp::clamped),
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
    ]
}

fn identifier() -> impl Strategy<Value = Identifier<'static>> {
    let kind = prop_oneof![
        Just(IdentifierKind::Email),
        Just(IdentifierKind::VehicleId),
        "own_[a-z]{1,5}".prop_map(|name| IdentifierKind::Own(name.into())),
        Just(IdentifierKind::Own("Not Well Formed".into())),
    ];
    (kind, text()).prop_map(|(kind, value)| Identifier::new(kind, value))
}

fn mood() -> impl Strategy<Value = Mood<'static>> {
    let origin = prop_oneof![Just(MoodOrigin::Assumed), Just(MoodOrigin::Reported), Just(MoodOrigin::Inferred)];
    (-2_i8..=2, origin, text()).prop_map(|(value, origin, method)| Mood { value, origin, method })
}

fn event() -> impl Strategy<Value = Event<'static>> {
    let who = (text(), text(), text(), text(), proptest::collection::vec(identifier(), 0..3));
    let when = (time(), time(), proptest::option::of(time()));
    let what = (0..Kind::ALL.len(), json(), json(), json(), proptest::option::of(mood()));
    (who, when, what).prop_map(|(who, when, what)| Event {
        message_id: who.0,
        source: who.1,
        at: when.0,
        received_at: when.1,
        client_at: when.2,
        kind: Kind::ALL[what.0],
        name: who.2,
        channel: who.3,
        identifiers: who.4,
        properties: what.1,
        context: what.2,
        extra: what.3,
        mood: what.4,
    })
}

/// Up to `most` rows of few customers, their arrivals all different.
pub(crate) fn rows(most: usize) -> impl Strategy<Value = Vec<Row<'static>>> {
    let row = (event(), prop_oneof![1_u64..6, any::<u64>()], any::<u32>(), text(), any::<bool>());
    proptest::collection::vec(row, 1..most).prop_map(|rows| {
        let numbered = rows.into_iter().zip(1..);
        let row = |((event, customer, anchor, touchpoint, registered), arrival)| Row {
            customer: CustomerId(customer),
            anchor: NodeId(anchor),
            arrival: Arrival(arrival),
            touchpoint,
            registered,
            event,
        };
        numbered.map(row).collect()
    })
}
