//! Events on their way into the journal and out of it: encoded once, by the thread of the request
//! that brought them, and never again.

use model::{Arrival, Event};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128};

use crate::StoreError;

/// What tells events apart: 16 bytes for who sent it under which id, 8 for what it says.
///
/// Both are functions of the encoded event alone, so they need not be stored: whoever holds the block has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digest {
    /// XXH3-128 of message id and source, high half first: uniform, so runs sort and search by it.
    pub(crate) id: [u64; 2],
    /// XXH3-64 of everything but message id, source, the three times and the identifiers.
    pub(crate) payload: u64,
}

impl Digest {
    /// The digest of an event in the journal's form; the error says what is wrong with the bytes.
    ///
    /// The fields that name the event and its times come first in that form, so what is left out is skipped, not copied.
    /// A retry whose clock was corrected in between is the same payload; so is one that names the account under which
    /// the visitor has logged in meanwhile, as browser libraries do.
    pub(crate) fn of(encoded: &[u8]) -> Result<Self, postcard::Error> {
        let (_, after_names) = postcard::take_from_bytes::<(&str, &str)>(encoded)?;
        let (_, after_times) = postcard::take_from_bytes::<(i64, i64, Option<i64>)>(after_names)?;
        let (_, after_words) = postcard::take_from_bytes::<(u32, &str, &str)>(after_times)?;
        let (identifiers, mut rest) = postcard::take_from_bytes::<usize>(after_words)?;
        for _ in 0..identifiers {
            (_, rest) = postcard::take_from_bytes::<(&str, &str)>(rest)?;
        }
        let words = &after_times[..after_times.len() - after_words.len()];
        // Each text carries its length in front, so no two pairs of id and source read the same.
        let names = &encoded[..encoded.len() - after_names.len()];
        let id = xxh3_128(names);
        Ok(Self { id: [(id >> 64) as u64, id as u64], payload: xxh3_64_with_seed(rest, xxh3_64(words)) })
    }
}

/// The events of one request, encoded and hashed, ready for [`crate::Journal::append`].
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
    pub(crate) digests: Vec<Digest>,
    pub(crate) indices: Vec<u32>,
}

impl Encoded {
    /// Adds an event that stood at `index_in_request`; receipts speak of it by that index.
    pub fn push(&mut self, index_in_request: u32, event: &Event<'_>) {
        let start = self.bytes.len();
        event.encode_into(&mut self.bytes);
        let digest =
            Digest::of(&self.bytes[start..]).expect("an event that was just encoded begins with its five fields");
        self.ends.push(self.bytes.len());
        self.digests.push(digest);
        self.indices.push(index_in_request);
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True without events.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Size of the encoded events in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn event(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }
}

impl<'e, 'a: 'e> FromIterator<&'e Event<'a>> for Encoded {
    /// Encodes events that stand at 0, 1, 2, ... of their request.
    fn from_iter<I: IntoIterator<Item = &'e Event<'a>>>(events: I) -> Self {
        let mut encoded = Self::default();
        for (index, event) in (0..).zip(events) {
            encoded.push(index, event);
        }
        encoded
    }
}

/// The events of one commit, in the order of their arrival numbers. Shared as `Arc<Block>`: the folds
/// receive the very block that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The number of the commit in the journal: 1, 2, 3, ...
    pub position: u64,
    /// The arrival number of the first event.
    pub first: Arrival,
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

/// Encoded bytes one block may hold: far above any sensible commit, far below what a row can take.
pub(crate) const MOST_BYTES: u64 = 256 << 20;

const FORM: u8 = 1;
/// Form, checksum, number of events, length of the encoded events, length of what follows them.
const HEADER: usize = 1 + 8 + 4 + 4 + 4;

impl Block {
    pub(crate) fn new(position: u64, first: Arrival, capacity: usize) -> Self {
        Self { position, first, ends: Vec::new(), bytes: Vec::with_capacity(capacity) }
    }

    /// Adds an encoded event; the caller keeps the sum below [`MOST_BYTES`].
    pub(crate) fn push(&mut self, encoded: &[u8]) {
        self.bytes.extend_from_slice(encoded);
        self.ends.push(self.bytes.len() as u32);
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True without events; the journal holds no such block.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The arrival number after the last event.
    pub fn next(&self) -> Arrival {
        Arrival(self.first.0 + self.ends.len() as u64)
    }

    /// Size of the encoded events in bytes, uncompressed.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The encoded form of the event at `index`; panics outside `0..len()`.
    pub fn encoded(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.bytes[start..self.ends[index] as usize]
    }

    /// The event at `index`, its text borrowed from the block; panics outside `0..len()`.
    ///
    /// Errors with [`StoreError::Corrupt`] if the bytes are no event.
    pub fn event(&self, index: usize) -> Result<Event<'_>, StoreError> {
        Event::decode(self.encoded(index)).map_err(|error| {
            StoreError::corrupt(format_args!("block {}, event {}", self.position, self.first.0 + index as u64), error)
        })
    }

    /// All events with their arrival numbers, in order.
    pub fn events(&self) -> impl Iterator<Item = Result<(Arrival, Event<'_>), StoreError>> {
        (0..self.len()).map(|index| Ok((Arrival(self.first.0 + index as u64), self.event(index)?)))
    }

    pub(crate) fn digests(&self) -> impl Iterator<Item = Result<Digest, StoreError>> {
        (0..self.len()).map(|index| {
            Digest::of(self.encoded(index))
                .map_err(|error| StoreError::corrupt(format_args!("block {}, event {}", self.position, index), error))
        })
    }

    /// The stored form: header, then one zstd frame of the events and their lengths.
    ///
    /// The lengths follow the events, so that neither has to be copied: they are taken off again afterwards.
    /// The checksum is seeded with the position: a block in the wrong row does not pass for another.
    pub(crate) fn store(&mut self, zstd: &mut zstd::bulk::Compressor<'_>) -> std::io::Result<Vec<u8>> {
        let size = self.bytes.len();
        let lengths: Vec<u32> =
            self.ends.iter().scan(0, |start, end| Some(end - std::mem::replace(start, *end))).collect();
        let events = std::mem::take(&mut self.bytes);
        let mut raw = postcard::to_extend(&lengths, events).map_err(std::io::Error::other)?;

        let mut stored = vec![0; HEADER + zstd::zstd_safe::compress_bound(raw.len())];
        let written = zstd.compress_to_buffer(&raw, &mut stored[HEADER..]);
        let trailer = raw.len() - size;
        raw.truncate(size);
        self.bytes = raw;
        stored.truncate(HEADER + written?);

        stored[0] = FORM;
        stored[9..13].copy_from_slice(&(self.ends.len() as u32).to_le_bytes());
        stored[13..17].copy_from_slice(&(size as u32).to_le_bytes());
        stored[17..21].copy_from_slice(&(trailer as u32).to_le_bytes());
        let checksum = xxh3_64_with_seed(&stored[9..], self.position);
        stored[1..9].copy_from_slice(&checksum.to_le_bytes());
        Ok(stored)
    }

    /// Reads the stored form of the block at `position`.
    pub(crate) fn load(position: u64, first: Arrival, stored: &[u8]) -> Result<Self, StoreError> {
        let place = format!("journal.db, block {position}");
        let corrupt = |reason: &str| StoreError::corrupt(&place, reason);
        let (header, frame) =
            stored.split_at_checked(HEADER).ok_or_else(|| corrupt("it is shorter than its header"))?;
        if header[0] > FORM {
            return Err(StoreError::TooNew { place, found: i64::from(header[0]), known: i64::from(FORM) });
        }
        let checksum = u64::from_le_bytes(header[1..9].try_into().expect("eight bytes"));
        if header[0] != FORM || checksum != xxh3_64_with_seed(&stored[9..], position) {
            return Err(corrupt("its checksum does not match"));
        }
        let number = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("four bytes")) as usize;
        let (count, size, trailer) = (number(9), number(13), number(17));

        let mut raw = zstd::bulk::decompress(frame, size + trailer).map_err(|error| corrupt(&error.to_string()))?;
        let lengths: Vec<u32> = raw
            .get(size..)
            .and_then(|lengths| postcard::from_bytes(lengths).ok())
            .ok_or_else(|| corrupt("the lengths of its events cannot be read"))?;
        let ends: Vec<u32> = lengths
            .iter()
            .scan(0u32, |end, length| {
                *end = end.saturating_add(*length);
                Some(*end)
            })
            .collect();
        if ends.len() != count || ends.last().copied().unwrap_or(0) as usize != size {
            return Err(corrupt("the lengths of its events do not add up"));
        }
        raw.truncate(size);
        Ok(Self { position, first, ends, bytes: raw })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{RawJson, Timestamp};

    fn event(id: &str, properties: &'static str, micros: i64) -> Event<'static> {
        let mut event = Event::new(id.to_owned(), "shop", "visit", Timestamp::clamped(micros));
        event.properties = RawJson::trusted(properties);
        event
    }

    fn block() -> (Block, Vec<u8>) {
        let encoded: Encoded = [event("a", "{}", 1), event("b", r#"{"x":1}"#, 2), event("c", "", 3)].iter().collect();
        let mut block = Block::new(7, Arrival(100), 0);
        (0..3).for_each(|index| block.push(encoded.event(index)));
        let stored = block.store(&mut zstd::bulk::Compressor::new(1).unwrap()).unwrap();
        (block, stored)
    }

    #[test]
    fn a_block_reads_back_as_it_was_written() {
        let (block, stored) = block();
        let read = Block::load(7, Arrival(100), &stored).unwrap();
        assert_eq!(read, block);
        let arrivals: Vec<_> =
            read.events().map(|event| event.map(|(n, e)| (n.0, e.message_id.to_string())).unwrap()).collect();
        assert_eq!(arrivals, [(100, "a".into()), (101, "b".into()), (102, "c".into())]);
    }

    #[test]
    fn any_flipped_bit_and_any_other_position_is_noticed() {
        let (_, stored) = block();
        assert!(Block::load(8, Arrival(100), &stored).is_err());
        for bit in 0..stored.len() * 8 {
            let mut damaged = stored.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let error = Block::load(7, Arrival(100), &damaged).unwrap_err().to_string();
            assert!(error.starts_with("journal.db, block 7"), "bit {bit}: {error}");
        }
        for length in 0..stored.len() {
            assert!(Block::load(7, Arrival(100), &stored[..length]).is_err());
        }
    }

    #[test]
    fn a_retry_with_a_corrected_clock_is_the_same_payload_and_anything_else_is_not() {
        let digest = |event: &Event<'_>| Digest::of(&event.encode()).unwrap();
        let original = event("a", "{}", 1);
        let mut retry = event("a", "{}", 2_000_000);
        retry.client_at = Some(Timestamp::clamped(1));
        retry.identifiers.push(model::Identifier::new(model::IdentifierKind::UserId, "ada"));
        assert_eq!(digest(&original), digest(&retry));
        let mut other_name = event("a", "{}", 1);
        other_name.name = "order".into();
        assert_ne!(digest(&original).payload, digest(&other_name).payload);

        let other_payload = event("a", r#"{"x":1}"#, 1);
        assert_eq!(digest(&original).id, digest(&other_payload).id);
        assert_ne!(digest(&original).payload, digest(&other_payload).payload);

        let mut other_source = event("a", "{}", 1);
        other_source.source = "till".into();
        assert_ne!(digest(&original).id, digest(&other_source).id);
        let (mut left, mut right) = (event("ab", "{}", 1), event("a", "{}", 1));
        left.source = "c".into();
        right.source = "bc".into();
        assert_ne!(digest(&left).id, digest(&right).id, "the border between id and source counts");
    }
}
