//! Kernels over sorted columns: graph, variants, transitions, funnel, steps, sessions.
//!
//! Last on the way of the data before the answers: crate `columns` holds events sorted by customer, time and arrival;
//! a [`Log`] is a view of its slices. [`cut()`] divides a log into [`Journeys`] by a rule, and the kernels count over
//! them. Nothing here does IO or handles a name before the counting is done.
//!
//! Each kernel is a `scan` of some journeys to a `Partial`, a `merge` that is indifferent to order, and a `finish` that
//! puts names and figures in place of codes and lists: [`mod@graph`], [`mod@variants`], [`mod@funnel`], [`mod@steps`],
//! [`mod@sessions`]. Partials serialise and count their
//! events, so a sum over machines can be checked. Slices to be merged are cut between customers, never within one.
//! The functions of the same names do all of it in this process. The definitions are in `docs/semantics.md`.
//!
//! ```
//! use mining::{Log, TimeRange, cut, graph, variants};
//! use std::num::NonZeroUsize;
//!
//! // Ada: search, search, cart. Bob: search, cart.
//! let log = Log {
//!     codes: &[1, 1, 0, 1, 0],
//!     times: &[0, 10_000_000, 40_000_000, 0, 60_000_000],
//!     arrivals: &[1, 2, 4, 3, 5],
//!     runs: &[0, 3, 5],
//!     labels: &["cart".to_owned(), "search".to_owned()],
//!     cases: None,
//! };
//! let journeys = cut(&log, &"whole".parse()?, TimeRange::ALL)?;
//! let graph = graph(&journeys, NonZeroUsize::MIN);
//! let edge = &graph.edges[0];
//! assert_eq!((edge.from.as_str(), edge.to.as_str(), edge.occurrences), ("search", "cart", 2));
//! assert_eq!(edge.wait.median_s, 45.0);
//! assert!(graph.flow_is_conserved());
//!
//! let variants = variants(&journeys, 10, NonZeroUsize::MIN);
//! assert_eq!(variants.top[0].touchpoints, ["search", "cart"]);
//! # Ok::<(), model::Invalid>(())
//! ```

mod answer;
mod cut;
pub mod funnel;
pub mod graph;
mod graph_answer;
mod journeys;
mod log;
mod picture;
mod rate;
pub mod sessions;
pub mod steps;
mod threads;
mod transitions;
pub mod variants;
mod wait;

pub use answer::Recipe;
pub use cut::cut;
pub use funnel::{By, Funnel, FunnelQuestion, FunnelStep, Order, funnel};
pub use graph_answer::{Edge, Graph, Node, flow_is_conserved, graph};
pub use journeys::{Coverage, Journeys, Slice, Span};
pub use log::{Log, NO_CASE, TimeRange};
pub use picture::{OtherFlow, Picture};
pub use rate::{Count, wilson};
pub use sessions::{Sessions, sessions};
pub use steps::{StepMatrix, StepRow, StepsQuestion, steps};
pub use transitions::{Margin, Pair, Transitions, transitions};
pub use variants::{Variant, Variants, variants};
pub use wait::Wait;
