//! What can be said of a planned step, in the customer's words.

/// What became of a planned step in one journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The journey was over before it came there.
    NotReached,
    /// It was done where the plan has it, in time.
    AsPlanned,
    /// It is not done yet, and may still be.
    Undetermined,
    /// It was done, at another place of the journey than the plan has it.
    OutOfOrder,
    /// It was done after the time the plan allows, or that time is over and it was not done.
    Late,
    /// It was tried and failed, at least once.
    Failing,
    /// It was not done, and the journey has gone on.
    Missing,
}

impl Verdict {
    /// All; of several in one journey the last one here counts.
    pub const ALL: [Self; 7] = [
        Self::NotReached,
        Self::AsPlanned,
        Self::Undetermined,
        Self::OutOfOrder,
        Self::Late,
        Self::Failing,
        Self::Missing,
    ];

    /// True where the journey did not go as planned.
    pub(crate) fn deviates(self) -> bool {
        match self {
            Self::NotReached | Self::AsPlanned | Self::Undetermined => false,
            Self::OutOfOrder | Self::Late | Self::Failing | Self::Missing => true,
        }
    }
}
