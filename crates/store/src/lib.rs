//! The only crate that speaks to a database.
//!
//! Third on the way of the data: `ingest` turns bytes into events, `store` makes them durable, everything after it is
//! folded from what it hands out. It holds three things apart, because they are of different worth:
//!
//! - the **journal** ([`Journal`], [`JournalReader`]): events, appended once, never changed. A commit stores the
//!   requests of many threads as one compressed [`Block`], after it has told duplicates; bad rows go into the quarantine
//!   ([`QuarantineReader`]) in the same commit;
//! - the **plans** ([`Plans`]): versioned documents, and who may send and read; beside them the people who log in ([`Users`]);
//! - the **state** ([`State`], [`StateReader`]): whatever was folded from the two. It can be thrown away.
//!
//! The traits speak in verbs of the domain, and SQL stays inside `sqlite`. What every adapter owes them stands in
//! `conformance` as sentences that can be run (feature `conformance`).
//!
//! ```
//! use model::{Event, Identifier, IdentifierKind, Timestamp};
//! use store::{DataDirectory, Journal, JournalOptions, SqliteJournal, Submission};
//! # let scratch = tempfile::tempdir()?;
//! # let root = scratch.path();
//!
//! let lock = DataDirectory::create(root)?.lock()?;
//! let mut journal = SqliteJournal::open(&lock, JournalOptions::default())?;
//!
//! let now = "2026-11-22T10:00:00Z".parse::<Timestamp>()?;
//! let mut event = Event::new("m-1", "shop", "purchase", now);
//! event.identifiers.push(Identifier::new(IdentifierKind::UserId, "ada"));
//!
//! // The client sends its event, gets no answer and sends it again.
//! let request = Submission { source: "shop".into(), events: [&event, &event].into_iter().collect(), ..Submission::default() };
//! let (receipts, block) = journal.append(&[request], now)?;
//! assert_eq!((receipts[0].accepted, receipts[0].duplicates), (1, 1));
//!
//! // The block is durable; folds take it as it is.
//! let block = block.expect("one event was new");
//! assert_eq!(block.event(0)?, event);
//! assert_eq!(journal.reader().read_after(0, 10)?, [block]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
#[cfg(feature = "conformance")]
pub mod conformance;
mod dedup;
mod directory;
mod error;
mod journal;
mod lookup_key;
mod password;
mod plans;
mod quarantine;
mod secret;
mod sqlite;
mod state;
mod users;

pub use block::{Block, Encoded};
pub use directory::{DataDirectory, DirectoryLock, Holder};
pub use error::StoreError;
pub use journal::{
    Counters, FileRecord, Head, Journal, JournalOptions, JournalReader, Receipt, SourceCounters, Submission,
};
pub use lookup_key::LookupKey;
pub use password::PasswordHash;
pub use plans::{Draft, NewToken, Plans, Role, Source, Token};
pub use quarantine::{BadFilter, BadRow, BadState, ID_CONFLICT, NewBad, Order, QuarantineId, QuarantineReader};
pub use secret::new_secret;
pub use sqlite::{Readers, SqliteJournal, SqliteJournalReader, SqlitePlans, SqliteState, copy_truth, open_read_only};
pub use state::{
    LinkRow, LinkState, NodeRow, PartRow, RedirectRow, RefusalRow, SignatureRow, State, StateChange, StateHead,
    StateReader,
};
pub use users::{Expiry, NewUser, Session, User, Users};
