//! Arrow columns -> rows.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, TimestampMicrosecondType, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch, StringArray};
use model::{
    Arrival, CustomerId, Event, Identifier, IdentifierKind, Kind, Mood, MoodOrigin, NodeId, RawJson, Text, Timestamp,
};
use serde::Deserialize;

use crate::encode::origin_name;
use crate::error::{Error, Result};
use crate::schema::column;
use crate::{Row, schema};

/// Every row of a batch that has all columns of a part.
pub(crate) fn decode(batch: &RecordBatch, path: &Path) -> Result<Vec<Row<'static>>> {
    let foreign = |reason: String| Error::Foreign { path: path.to_owned(), reason };
    if batch.schema().fields() != schema::schema().fields() {
        return Err(foreign("the columns are not those of a part".to_owned()));
    }
    let texts = |index: usize| batch.column(index).as_string::<i32>();
    let times = |index: usize| batch.column(index).as_primitive::<TimestampMicrosecondType>();
    let customers = batch.column(column::CUSTOMER).as_primitive::<UInt64Type>();
    let arrivals = batch.column(column::ARRIVAL).as_primitive::<UInt64Type>();
    let anchors = batch.column(column::ANCHOR).as_primitive::<UInt32Type>();
    let registered = batch.column(column::REGISTERED).as_boolean();
    let moods = batch.column(column::MOOD).as_primitive::<Int8Type>();
    let (at, received_at, client_at) = (times(column::AT), times(column::RECEIVED_AT), times(column::CLIENT_AT));
    (0..batch.num_rows())
        .map(|index| {
            let mood = if moods.is_null(index) {
                None
            } else {
                Some(Mood {
                    value: moods.value(index),
                    origin: origin_of(texts(column::MOOD_ORIGIN).value(index)).map_err(foreign)?,
                    method: owned(texts(column::MOOD_METHOD), index),
                })
            };
            Ok(Row {
                customer: CustomerId(customers.value(index)),
                anchor: NodeId(anchors.value(index)),
                arrival: Arrival(arrivals.value(index)),
                touchpoint: owned(texts(column::TOUCHPOINT), index),
                registered: registered.value(index),
                event: Event {
                    message_id: owned(texts(column::MESSAGE_ID), index),
                    source: owned(texts(column::SOURCE), index),
                    at: Timestamp::clamped(at.value(index)),
                    received_at: Timestamp::clamped(received_at.value(index)),
                    client_at: client_at.is_valid(index).then(|| Timestamp::clamped(client_at.value(index))),
                    kind: texts(column::KIND).value(index).parse::<Kind>().map_err(|e| foreign(e.to_string()))?,
                    name: owned(texts(column::NAME), index),
                    channel: owned(texts(column::CHANNEL), index),
                    identifiers: identifiers(texts(column::IDENTIFIERS).value(index)).map_err(foreign)?,
                    properties: json(texts(column::PROPERTIES), index),
                    context: json(texts(column::CONTEXT), index),
                    extra: json(texts(column::EXTRA), index),
                    mood,
                },
            })
        })
        .collect()
}

fn owned(texts: &StringArray, index: usize) -> Text<'static> {
    texts.value(index).to_owned().into()
}

fn json(texts: &StringArray, index: usize) -> RawJson<'static> {
    if texts.is_null(index) { RawJson::default() } else { RawJson::trusted(texts.value(index).to_owned()) }
}

pub(crate) fn origin_of(name: &str) -> std::result::Result<MoodOrigin, String> {
    MoodOrigin::ALL
        .into_iter()
        .find(|origin| origin_name(*origin) == name)
        .ok_or_else(|| format!("mood_origin: {name:?} is none of assumed, reported, inferred"))
}

/// Kinds are taken as they stand: what the journal accepted must stay readable.
fn identifiers(text: &str) -> std::result::Result<Vec<Identifier<'static>>, String> {
    #[derive(Deserialize)]
    struct Filed {
        kind: String,
        value: String,
    }
    let filed: Vec<Filed> = serde_json::from_str(text).map_err(|error| format!("identifiers: {error}"))?;
    Ok(filed
        .into_iter()
        .map(|Filed { kind, value }| {
            let kind = IdentifierKind::parse(kind.clone()).unwrap_or_else(|_| IdentifierKind::Own(kind.into()));
            Identifier::new(kind, value)
        })
        .collect())
}
