//! Questions about lived journeys: kernels over sorted columns.
//!
//! Last on the way of the data before the answers: crate `columns` holds events sorted by customer, time and arrival,
//! one block a person bucket; a [`Source`] shows the blocks. A run chooses the events that count, cuts them into
//! journeys by a rule, chooses journeys, and shows each [`Slice`] of them to every kernel that was asked for, while it
//! is in the processor's cache. Nothing here does IO or handles a name before the counting is done.
//!
//! Each [`Kernel`] is a `scan` of some journeys into a partial, a `merge` that is indifferent to order, and a `finish`
//! that puts names and figures in place of codes and lists. The definitions are in `docs/semantics.md`.
//!
//! ```
//! use mining::{Block, Control, GraphQuestion, Names, Query, Question, Source, ask};
//! use model::{CustomerId, MoodCode};
//! use std::num::NonZeroUsize;
//!
//! // Ada: search, search, cart. Bob: search, cart.
//! let block = Block {
//!     codes: &[1, 1, 0, 1, 0],
//!     channels: &[0; 5],
//!     moods: &[MoodCode::NONE; 5],
//!     times: &[0, 10_000_000, 40_000_000, 0, 60_000_000],
//!     arrivals: &[1, 2, 4, 3, 5],
//!     runs: &[0, 3, 5],
//!     customers: &[CustomerId(1), CustomerId(2)],
//!     cases: None,
//! };
//! let labels = ["cart".to_owned(), "search".to_owned()];
//! let names = Names { labels: &labels, channels: &["web".to_owned()], facts: &[], as_of: "2026-01-01T00:00:00Z".parse()? };
//! let control = Control::new(NonZeroUsize::MIN);
//! let blocks: &[Block<'_>] = &[block];
//! let graph = ask(&blocks, &names, &Query::default(), &GraphQuestion.kernel(&names)?, &control)?;
//! let edge = &graph.edges[0];
//! assert_eq!((edge.from.as_str(), edge.to.as_str(), edge.occurrences), ("search", "cart", 2));
//! assert_eq!(edge.wait.median_s, 45.0);
//! assert!(graph.flow_is_conserved());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod choose;
pub mod compare;
mod cut;
mod felt;
mod journeys;
mod kernel;
pub mod kernels;
mod lists;
mod live;
mod log;
mod names;
mod pairs;
mod questions;
mod rate;
mod regroup;
pub mod report;
mod run;
mod sequences;
mod settings;
pub mod statistics;
mod survival;
mod wait;

pub use answer::Recipe;
pub use choose::Properties;
pub use compare::{Comparison, Differences};
pub use felt::{Felt, MoodSums};
pub use journeys::{Coverage, Slice, Span};
pub use kernel::{About, AnyKernel, AnyPartial, Kernel};
pub use kernels::{Edge, Graph, GraphKernel, GraphQuestion, Node, OtherFlow, Picture, flow_is_conserved};
pub use lists::Kept;
pub use live::LiveGraph;
pub use log::{Block, NO_CASE, Source, TimeRange, Unreadable};
pub use names::{Facts, Names};
pub use questions::{Known, Planned, QUESTIONS, Question, planned};
pub use rate::{Count, share, wilson};
pub use report::{Answer, Report};
pub use run::{Control, Group, Query, RunError, Scanned, ask, compare, earliest, latest, scan, scan_groups, walk};
pub use settings::{Setting, Settings};
pub use statistics::Z;
pub use survival::CurvePoint;
pub use wait::Wait;
