use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, BooleanArray, DictionaryArray, StringArray};
use model::{Kind, Text};

use crate::Parts;
use crate::error::Result;
use crate::schema::{coded_schema, column};

/// What a touchpoint is called, and whether the register knows it. A discovered label never passes for a registered id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// The id of the touchpoint, or the discovered name.
    pub text: String,
    /// True if `text` is an id of the register.
    pub registered: bool,
}

/// Who was where and when: the part of events that mining needs, in columns of equal length and any order.
///
/// Comes from a part ([`Parts::read_sequence`]) or, event by event, from what is not filed yet ([`Sequence::push`]).
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
    /// The touchpoints that occur.
    pub labels: Vec<Label>,
    /// Events left out because their kind takes no place in journeys.
    pub left_out: u64,
    code_of: HashMap<Label, u32>,
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
    pub fn push(&mut self, customer: u64, at: i64, arrival: u64, kind: Kind, touchpoint: &Text<'_>, registered: bool) {
        if !kind.is_part_of_journeys() {
            self.left_out += 1;
            return;
        }
        self.push_labelled(customer, at, arrival, Label { text: touchpoint.as_str().to_owned(), registered });
    }

    pub(crate) fn push_labelled(&mut self, customer: u64, at: i64, arrival: u64, label: Label) {
        let code = self.code(label);
        self.customers.push(customer);
        self.at.push(at);
        self.arrivals.push(arrival);
        self.codes.push(code);
    }

    pub(crate) fn code(&mut self, label: Label) -> u32 {
        let labels = &mut self.labels;
        *self.code_of.entry(label).or_insert_with_key(|label| {
            labels.push(label.clone());
            (labels.len() - 1) as u32
        })
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
    /// What mining needs of a part: six columns are decoded, and no string per row.
    pub fn read_sequence(&self, path: &str) -> Result<Sequence> {
        let mut sequence = Sequence::default();
        let wanted =
            [column::CUSTOMER, column::AT, column::ARRIVAL, column::TOUCHPOINT, column::REGISTERED, column::KIND];
        for batch in self.read_columns(path, &wanted, &coded_schema())? {
            let batch = batch?;
            let touchpoints = batch.column(3).as_dictionary::<Int32Type>();
            let registered = batch.column(4).as_boolean();
            let kinds = batch.column(5).as_dictionary::<Int32Type>();
            let taken = Taken::of(&mut sequence, touchpoints, registered, kinds);

            if taken.left_out == 0 {
                sequence.customers.extend_from_slice(batch.column(0).as_primitive::<UInt64Type>().values());
                sequence.at.extend_from_slice(batch.column(1).as_primitive::<TimestampMicrosecondType>().values());
                sequence.arrivals.extend_from_slice(batch.column(2).as_primitive::<UInt64Type>().values());
            } else {
                let customers = batch.column(0).as_primitive::<UInt64Type>().values();
                let times = batch.column(1).as_primitive::<TimestampMicrosecondType>().values();
                let arrivals = batch.column(2).as_primitive::<UInt64Type>().values();
                for &row in &taken.rows {
                    sequence.customers.push(customers[row as usize]);
                    sequence.at.push(times[row as usize]);
                    sequence.arrivals.push(arrivals[row as usize]);
                }
            }
            sequence.left_out += taken.left_out;
        }
        Ok(sequence)
    }

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

/// The rows of a batch that take a place in journeys; their codes are already in the sequence.
struct Taken {
    rows: Vec<u32>,
    left_out: u64,
}

impl Taken {
    fn of(
        sequence: &mut Sequence,
        touchpoints: &DictionaryArray<Int32Type>,
        registered: &BooleanArray,
        kinds: &DictionaryArray<Int32Type>,
    ) -> Self {
        let kind_names = texts_of(kinds);
        let counts: Vec<bool> = kind_names
            .iter()
            .map(|name| name.and_then(|name| name.parse::<Kind>().ok()).is_none_or(Kind::is_part_of_journeys))
            .collect();
        let label_texts = texts_of(touchpoints);
        // Codes for each text of the batch's dictionary, found out once: not registered, registered.
        let mut codes: Vec<[Option<u32>; 2]> = vec![[None; 2]; label_texts.len()];
        let (touchpoint_keys, kind_keys) = (touchpoints.keys().values(), kinds.keys().values());
        let mut taken = Self { rows: Vec::new(), left_out: 0 };
        taken.rows.reserve(touchpoint_keys.len());
        for (row, (&touchpoint, &kind)) in touchpoint_keys.iter().zip(kind_keys).enumerate() {
            if !counts[kind as usize] {
                taken.left_out += 1;
                continue;
            }
            let is_registered = registered.value(row);
            let slot = &mut codes[touchpoint as usize][usize::from(is_registered)];
            let code = *slot.get_or_insert_with(|| {
                let text = label_texts[touchpoint as usize].unwrap_or_default().to_owned();
                sequence.code(Label { text, registered: is_registered })
            });
            sequence.codes.push(code);
            taken.rows.push(row as u32);
        }
        taken
    }
}

fn texts_of(array: &DictionaryArray<Int32Type>) -> Vec<Option<&str>> {
    let texts: &StringArray = array.values().as_string::<i32>();
    (0..texts.len()).map(|index| texts.is_valid(index).then(|| texts.value(index))).collect()
}
