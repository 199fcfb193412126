//! Rows -> Arrow columns.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Int8Builder, StringBuilder, UInt32Builder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray};
use arrow_schema::ArrowError;
use model::{MoodOrigin, RawJson, Timestamp};

use crate::Row;
use crate::schema::schema;

pub(crate) fn origin_name(origin: MoodOrigin) -> &'static str {
    match origin {
        MoodOrigin::Assumed => "assumed",
        MoodOrigin::Reported => "reported",
        MoodOrigin::Inferred => "inferred",
    }
}

/// The rows as one batch, in the order given.
pub(crate) fn encode(rows: &[&Row<'_>]) -> Result<RecordBatch, ArrowError> {
    let moods = rows.iter().map(|row| row.event.mood.as_ref());
    let mut identifiers = StringBuilder::with_capacity(rows.len(), rows.len() * 48);
    let mut json = Vec::with_capacity(256);
    for row in rows {
        json.clear();
        serde_json::to_writer(&mut json, &row.event.identifiers)
            .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
        identifiers.append_value(std::str::from_utf8(&json).expect("serde_json writes UTF-8"));
    }
    let columns: Vec<ArrayRef> = vec![
        numbers(rows.iter().map(|row| row.customer.0)),
        times(rows.iter().map(|row| Some(row.event.at))),
        numbers(rows.iter().map(|row| row.arrival.0)),
        {
            let mut anchors = UInt32Builder::with_capacity(rows.len());
            rows.iter().for_each(|row| anchors.append_value(row.anchor.0));
            Arc::new(anchors.finish())
        },
        texts(rows.iter().map(|row| row.touchpoint.as_str())),
        {
            let mut registered = BooleanBuilder::with_capacity(rows.len());
            rows.iter().for_each(|row| registered.append_value(row.registered));
            Arc::new(registered.finish())
        },
        texts(rows.iter().map(|row| row.event.kind.as_str())),
        texts(rows.iter().map(|row| row.event.name.as_str())),
        texts(rows.iter().map(|row| row.event.channel.as_str())),
        texts(rows.iter().map(|row| row.event.source.as_str())),
        texts(rows.iter().map(|row| row.event.message_id.as_str())),
        times(rows.iter().map(|row| Some(row.event.received_at))),
        times(rows.iter().map(|row| row.event.client_at)),
        Arc::new(identifiers.finish()),
        json_texts(rows.iter().map(|row| &row.event.properties)),
        json_texts(rows.iter().map(|row| &row.event.context)),
        json_texts(rows.iter().map(|row| &row.event.extra)),
        {
            let mut values = Int8Builder::with_capacity(rows.len());
            moods.clone().for_each(|mood| values.append_option(mood.map(|mood| mood.value)));
            Arc::new(values.finish())
        },
        optional_texts(moods.clone().map(|mood| mood.map(|mood| origin_name(mood.origin)))),
        optional_texts(moods.map(|mood| mood.map(|mood| mood.method.as_str()))),
    ];
    RecordBatch::try_new(schema(), columns)
}

fn numbers(values: impl ExactSizeIterator<Item = u64>) -> ArrayRef {
    let mut builder = UInt64Builder::with_capacity(values.len());
    values.for_each(|value| builder.append_value(value));
    Arc::new(builder.finish())
}

fn times(values: impl Iterator<Item = Option<Timestamp>>) -> ArrayRef {
    let array: TimestampMicrosecondArray = values.map(|time| time.map(Timestamp::micros)).collect();
    Arc::new(array.with_timezone("UTC"))
}

fn texts<'t>(values: impl ExactSizeIterator<Item = &'t str>) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 16);
    values.for_each(|text| builder.append_value(text));
    Arc::new(builder.finish())
}

fn optional_texts<'t>(values: impl ExactSizeIterator<Item = Option<&'t str>>) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(values.len(), 0);
    values.for_each(|text| builder.append_option(text));
    Arc::new(builder.finish())
}

/// Null where nothing was sent; an empty object that was sent stays one.
fn json_texts<'t>(values: impl ExactSizeIterator<Item = &'t RawJson<'t>>) -> ArrayRef {
    let nothing = RawJson::default();
    optional_texts(values.map(|json| (*json != nothing).then(|| json.as_str())))
}
