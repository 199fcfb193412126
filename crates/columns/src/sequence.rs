use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use model::{Kind, MoodCode, Text};

use crate::Parts;
use crate::codes::Coder;
use crate::entry::Entry;
use crate::error::Result;
use crate::schema::column;

/// What a touchpoint is called, and whether the register knows it. A discovered label never passes for a registered id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// The id of the touchpoint, or the discovered name.
    pub text: String,
    /// True if `text` is an id of the register.
    pub registered: bool,
}

/// One event, as much of it as the columns hold.
#[derive(Clone, Debug)]
pub struct Occurrence<'a> {
    /// Whose it is, redirects not applied.
    pub customer: u64,
    /// Microseconds since 1970.
    pub at: i64,
    /// Its arrival number.
    pub arrival: u64,
    /// What kind of event it is; some take no place in journeys.
    pub kind: Kind,
    /// Id of a registered touchpoint, or the label of a discovered one.
    pub touchpoint: Text<'a>,
    /// True if `touchpoint` is an id of the register.
    pub registered: bool,
    /// Empty where the event says none.
    pub channel: Text<'a>,
    /// How the person felt, where somebody said or computed it.
    pub mood: MoodCode,
}

/// Events that lie in no part yet, in columns of equal length and any order.
///
/// Kinds that take no place in journeys are not in it.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// Customer of each event, redirects not applied.
    pub customers: Vec<u64>,
    /// Time of each event, microseconds since 1970.
    pub at: Vec<i64>,
    /// Arrival number of each event.
    pub arrivals: Vec<u64>,
    /// Touchpoint of each event: index into `labels`.
    pub codes: Vec<u32>,
    /// Channel of each event: index into `channel_names`.
    pub channels: Vec<u32>,
    /// Mood of each event.
    pub moods: Vec<MoodCode>,
    /// Touchpoints; there may be more than occur.
    pub labels: Vec<Label>,
    /// Channels; there may be more than occur.
    pub channel_names: Vec<String>,
    /// Events left out because their kind takes no place in journeys.
    pub left_out: u64,
    code_of: HashMap<Label, u32>,
    channel_of: HashMap<String, u32>,
}

impl Sequence {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.customers.len()
    }

    /// True if there is no event.
    pub fn is_empty(&self) -> bool {
        self.customers.is_empty()
    }

    /// Adds an event; one whose kind takes no place in journeys is only counted.
    pub fn push(&mut self, event: &Occurrence<'_>) {
        if !event.kind.is_part_of_journeys() {
            self.left_out += 1;
            return;
        }
        let label = Label { text: event.touchpoint.as_str().to_owned(), registered: event.registered };
        let code = *self.code_of.entry(label).or_insert_with_key(|label| {
            self.labels.push(label.clone());
            (self.labels.len() - 1) as u32
        });
        let channel = *self.channel_of.entry(event.channel.as_str().to_owned()).or_insert_with_key(|name| {
            self.channel_names.push(name.clone());
            (self.channel_names.len() - 1) as u32
        });
        self.customers.push(event.customer);
        self.at.push(event.at);
        self.arrivals.push(event.arrival);
        self.codes.push(code);
        self.channels.push(channel);
        self.moods.push(event.mood);
    }

    pub(crate) fn entries(&self, coder: &dyn Coder) -> Vec<Entry> {
        let codes: Vec<u32> = self.labels.iter().map(|label| coder.label(&label.text, label.registered)).collect();
        let channels: Vec<u32> = self.channel_names.iter().map(|name| coder.channel(name)).collect();
        let entry = |row: usize| Entry {
            customer: self.customers[row],
            at: self.at[row],
            arrival: self.arrivals[row],
            code: codes[self.codes[row] as usize],
            channel: channels[self.channels[row] as usize],
            mood: self.moods[row],
        };
        (0..self.len()).map(entry).collect()
    }
}

/// Values of one property, aligned with the events of a part in its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PropertyValues {
    /// Arrival number of each event.
    pub arrivals: Vec<u64>,
    /// The value as text; none where it is missing, null, or not a text, number or truth value.
    pub values: Vec<Option<String>>,
}

impl Parts {
    /// The value of one property of every event of a part. `dotted_path` leads into the event's properties: `order.id`.
    pub fn read_property(&self, path: &str, dotted_path: &str) -> Result<PropertyValues> {
        let mut found = PropertyValues::default();
        for batch in self.read_columns(path, &[column::ARRIVAL, column::PROPERTIES], &crate::schema::schema())? {
            let batch = batch?;
            found.arrivals.extend_from_slice(batch.column(0).as_primitive::<UInt64Type>().values());
            let properties = batch.column(1).as_string::<i32>();
            found.values.extend(properties.iter().map(|json| json.and_then(|json| property(json, dotted_path))));
        }
        Ok(found)
    }
}

/// The value at a dotted path of a JSON object as text: texts as they are, numbers and truth values as JSON writes
/// them; none for anything else.
pub fn property(json: &str, dotted_path: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let found = dotted_path.split('.').try_fold(&value, |value, key| value.get(key))?;
    match found {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(truth) => Some(truth.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}
