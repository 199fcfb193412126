//! What the columns need of parts.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int32Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, RecordBatch, StringArray};
use model::{Kind, MoodCode, MoodOrigin, bucket_of};

use crate::Parts;
use crate::codes::Coder;
use crate::decode::origin_of;
use crate::entry::Entry;
use crate::error::Result;
use crate::redirects::target;
use crate::schema::{coded_schema, column};

/// Events read from parts.
#[derive(Default)]
pub(crate) struct Scanned {
    /// In the order of the parts, each sorted by customer (as filed), time, arrival.
    pub(crate) entries: Vec<Entry>,
    /// Events left out because their kind takes no place in journeys.
    pub(crate) left_out: u64,
}

const WANTED: [usize; 9] = [
    column::CUSTOMER,
    column::AT,
    column::ARRIVAL,
    column::TOUCHPOINT,
    column::REGISTERED,
    column::KIND,
    column::CHANNEL,
    column::MOOD,
    column::MOOD_ORIGIN,
];

impl Scanned {
    /// Adds the events of a part that arrived after `since`. Nine columns are decoded, and no string per event.
    pub(crate) fn read(&mut self, parts: &Parts, path: &str, coder: &dyn Coder, since: u64) -> Result<()> {
        let mut names = Names::with(coder);
        for batch in parts.read_columns(path, &WANTED, &coded_schema())? {
            self.take(&batch?, &mut names, since);
        }
        Ok(())
    }

    fn take(&mut self, batch: &RecordBatch, names: &mut Names<'_>, since: u64) {
        let customers = batch.column(0).as_primitive::<UInt64Type>().values();
        let times = batch.column(1).as_primitive::<TimestampMicrosecondType>().values();
        let arrivals = batch.column(2).as_primitive::<UInt64Type>().values();
        let touchpoints = batch.column(3).as_dictionary::<Int32Type>();
        let registered = batch.column(4).as_boolean();
        let kinds = batch.column(5).as_dictionary::<Int32Type>();
        let channels = batch.column(6).as_dictionary::<Int32Type>();
        let moods = batch.column(7).as_primitive::<Int8Type>();
        let origins = batch.column(8).as_dictionary::<Int32Type>();
        names.look_at(touchpoints, kinds, channels, origins);
        let has_moods = moods.null_count() < moods.len();
        let touchpoint_keys = touchpoints.keys().values();
        let (kind_keys, channel_keys) = (kinds.keys().values(), channels.keys().values());
        self.entries.reserve(batch.num_rows());
        for row in 0..batch.num_rows() {
            if arrivals[row] <= since {
                continue;
            }
            if !names.kinds.of_key[kind_keys[row] as usize] {
                self.left_out += 1;
                continue;
            }
            self.entries.push(Entry {
                customer: customers[row],
                at: times[row],
                arrival: arrivals[row],
                code: names.label(touchpoint_keys[row] as usize, registered.value(row)),
                channel: names.channel(channel_keys[row] as usize),
                mood: match names.origins.of_key.get(origins.keys().values()[row] as usize) {
                    Some(&Some(origin)) if has_moods && moods.is_valid(row) => MoodCode::of(moods.value(row), origin),
                    _ => MoodCode::NONE,
                },
            });
        }
    }

    /// Gives the events of redirected customers to whom they go, and takes out those that leave the bucket.
    pub(crate) fn redirect(&mut self, bucket: u16, redirected: &[(u64, u64)]) -> Vec<Entry> {
        let mut leaving = Vec::new();
        if redirected.is_empty() {
            return leaving;
        }
        // Neighbours mostly share their customer, so one look-up serves them all.
        let mut last = None;
        self.entries.retain_mut(|entry| {
            let to = match last {
                Some((from, to)) if from == entry.customer => to,
                _ => target(redirected, entry.customer),
            };
            last = Some((entry.customer, to));
            let Some(to) = to else { return true };
            entry.customer = to;
            let stays = bucket_of(model::CustomerId(to)) == bucket;
            if !stays {
                leaving.push(*entry);
            }
            stays
        });
        leaving
    }
}

/// What the codes of a part's own dictionaries mean: batches mostly share a dictionary, so it is looked at once.
struct Names<'c> {
    coder: &'c dyn Coder,
    /// By key: the code not registered, registered; found out when first asked for.
    labels: Mapped<[Option<u32>; 2]>,
    /// By key: whether the kind takes a place in journeys.
    kinds: Mapped<bool>,
    channels: Mapped<Option<u32>>,
    origins: Mapped<Option<MoodOrigin>>,
}

struct Mapped<T> {
    texts: Option<ArrayRef>,
    of_key: Vec<T>,
}

impl<T> Default for Mapped<T> {
    fn default() -> Self {
        Self { texts: None, of_key: Vec::new() }
    }
}

impl<T> Mapped<T> {
    fn look_at(&mut self, array: &DictionaryArray<Int32Type>, meaning: impl Fn(&str) -> T) {
        let texts = array.values();
        if self.texts.as_ref().is_some_and(|known| Arc::ptr_eq(known, texts)) {
            return;
        }
        let strings: &StringArray = texts.as_string::<i32>();
        self.of_key = strings.iter().map(|text| meaning(text.unwrap_or_default())).collect();
        self.texts = Some(Arc::clone(texts));
    }

    fn text(&self, key: usize) -> &str {
        self.texts.as_ref().map_or("", |texts| texts.as_string::<i32>().value(key))
    }
}

impl<'c> Names<'c> {
    fn with(coder: &'c dyn Coder) -> Self {
        let (labels, kinds) = (Mapped::default(), Mapped::default());
        Self { coder, labels, kinds, channels: Mapped::default(), origins: Mapped::default() }
    }

    fn look_at(
        &mut self,
        touchpoints: &DictionaryArray<Int32Type>,
        kinds: &DictionaryArray<Int32Type>,
        channels: &DictionaryArray<Int32Type>,
        origins: &DictionaryArray<Int32Type>,
    ) {
        self.labels.look_at(touchpoints, |_| [None; 2]);
        self.kinds.look_at(kinds, |name| name.parse::<Kind>().map_or(true, Kind::is_part_of_journeys));
        self.channels.look_at(channels, |_| None);
        self.origins.look_at(origins, |name| origin_of(name).ok());
    }

    fn label(&mut self, key: usize, registered: bool) -> u32 {
        let known = self.labels.of_key[key][usize::from(registered)];
        known.unwrap_or_else(|| {
            let code = self.coder.label(self.labels.text(key), registered);
            self.labels.of_key[key][usize::from(registered)] = Some(code);
            code
        })
    }

    fn channel(&mut self, key: usize) -> u32 {
        self.channels.of_key[key].unwrap_or_else(|| {
            let code = self.coder.channel(self.channels.text(key));
            self.channels.of_key[key] = Some(code);
            code
        })
    }
}
