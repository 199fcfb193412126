use model::Invalid;
use store::StoreError;

/// Why the engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The columns refused.
    #[error(transparent)]
    Columns(#[from] columns::Error),
    /// What was asked for is not well formed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store refused a submission.
    #[error("{0}")]
    Refused(std::sync::Arc<StoreError>),
    /// Changed plans could not be applied to what is stored.
    #[error("the changed plans are written, but not in force: {0}")]
    PlansNotInForce(String),
    /// The folds have not yet taken in what was acknowledged before the question: an answer would be stale.
    #[error("{blocks} commits are not yet in the answers: ask again later")]
    Behind {
        /// Commits that are not folded.
        blocks: u64,
    },
    /// A customer was split, and not all events are filed under who they belong to now.
    #[error("a customer was split and its events are being filed anew: ask again later")]
    Unfiled,
    /// Nobody was ever seen with that identifier.
    #[error("{0}")]
    NeverSeen(Invalid),
    /// A rule keeps two customers apart.
    #[error("the two cannot be one customer: {rule}")]
    Forbidden {
        /// The rule, such as `limit user_id 1`.
        rule: String,
    },
    /// A question about journeys was called off, or went beyond its bounds.
    #[error("{0}")]
    Unanswered(mining::RunError),
    /// The engine is shutting down.
    #[error("the engine is shutting down")]
    Closed,
    /// The operating system refused.
    #[error("{place}: {source}")]
    Io {
        /// The file or thread.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Why a submission was not even taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Too much waits already; try again in a second.
    #[error("the queue is full")]
    QueueFull,
    /// The engine is shutting down.
    #[error("the engine is shutting down")]
    Closed,
}
