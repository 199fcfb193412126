use model::MoodCode;

/// An event on its way into a segment; the order of the fields is the order of the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) customer: u64,
    pub(crate) at: i64,
    pub(crate) arrival: u64,
    /// Touchpoint and channel as the coder numbers them that read the event.
    pub(crate) code: u32,
    pub(crate) channel: u32,
    pub(crate) mood: MoodCode,
}

impl Entry {
    /// Where the event stands among the others of its bucket.
    pub(crate) fn place(&self) -> (u64, i64, u64) {
        (self.customer, self.at, self.arrival)
    }
}

/// Sorts events and drops those that are there twice: one that was fresh may lie in a part meanwhile.
pub(crate) fn sort_once(entries: &mut Vec<Entry>) {
    // What comes from parts is made of sorted runs, and a stable sort makes use of runs.
    entries.sort();
    entries.dedup_by_key(|entry| entry.place());
}
