//! Which records of offline sources are one person: exports of a CRM, of tills, of a workshop, in which nobody wrote a common id.
//!
//! Place on the way of the data: beside `identity`, which joins what carries the same identifier for certain. This crate joins by
//! probability (Fellegi and Sunter 1969). It takes rows that somebody else has read, does no IO, and gives clusters of records,
//! pairs for people to review, and the reason for each pair. `geleit link` is its command line; `docs/linkage.md` tells the model.
//!
//! ```text
//! Person --normalise--> Records --block--> pairs --compare--> patterns --train--> LinkageModel
//!                                            |                    |                   |
//!                                            +--------------------+--------weigh------+--> edges --cluster--> people
//!                                                                                                   \--> weak bridges to review
//! ```
//!
//! Where to read on: `compare.rs` for the levels, `weigh.rs` for the formula, `train.rs` for where its numbers come from,
//! `cluster.rs` for what a weight may not do alone.
//!
//! ```
//! use linkage::{Decisions, Field::*, LinkageModel, Person, Records, Training, explain, link};
//!
//! let mut records = Records::new();
//! for (id, given, surname, born, mail) in [
//!     ("till-1", "Käthe", "Tannfeld", "1954-04-15", ""),
//!     ("shop-7", "Kaethe", "TANNFELD", "15.04.1954", "kaethe@example.org"),
//!     ("shop-9", "Uwe", "Tannfeld", "1950-11-30", "uwe@example.org"),
//! ] {
//!     let person = Person::of(&[(GivenName, given), (Surname, surname), (BirthDate, born), (Email, mail)]);
//!     records.push(id, &person);
//! }
//! let (records, _) = records.sorted_by_id()?; // now the outcome does not depend on the order of the rows
//! let linked = link(&records, &LinkageModel::default(), Training::None, &Decisions::default());
//!
//! // In the order of the ids: shop-7 and till-1 are one person, shop-9 is another.
//! assert_eq!(linked.clusters, [0, 1, 0]);
//! let why = explain(&records, &linked.model, 0, 2);
//! let levels: Vec<_> = why.steps.iter().map(|step| format!("{}: {}", step.comparison, step.level)).collect();
//! assert_eq!(levels, ["household: surname exact", "given_name: exact", "birth_date: exact"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod cluster;
mod columns;
mod compare;
mod link;
mod live;
mod model;
mod nicknames;
pub mod normalise;
pub mod quality;
mod record;
mod terms;
mod train;
mod weigh;

pub use block::{BlockingIndex, HotKeys};
pub use cluster::{Clusters, Constraints, Edge, Refusal, cluster};
pub use columns::field_of_header;
pub use compare::{Comparison, Pattern};
pub use link::{Decisions, Linked, Training, WeakBridge, explain, link};
pub use live::{Found, Linker};
pub use model::{FORM, InvalidModel, LevelRates, Limits, LinkageModel, Thresholds, Veto};
pub use record::{DuplicateId, Field, Person, Records};
pub use terms::{Code, Counts, MISSING, Terms};
pub use train::PatternCounts;
pub use weigh::{Step, Waterfall, probability, weight_of};
