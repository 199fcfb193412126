//! Parquet parts by person bucket, and the sorted columns in memory.
//!
//! On the way of the data this stands behind the folds and before mining: the engine takes events that the journal
//! holds, adds whose they are and where they happened, and files them here as [`Row`]s. [`write_parts`] sorts them
//! into immutable Parquet files, one person bucket and one year each, which DuckDB, Polars and others read as they
//! are. [`Parts`] reads them back: a customer's events for a timeline, everything for a rewrite, or only what mining
//! needs. [`SortedColumns`] is that last part of all events in memory: codes, times, and where each customer begins.
//!
//! Which parts exist and which are to be merged is the engine's knowledge (its manifest), not ours. Events not yet
//! filed join the columns as a [`Sequence`], so answers are never stale.
//!
//! ```
//! use columns::{Parts, Redirects, Row, SortedColumns, make_durable, write_parts};
//! use model::{Arrival, CustomerId, Event, NodeId, Timestamp};
//! use std::num::NonZeroUsize;
//!
//! let visit = |customer, arrival, name: &'static str, at: &str| -> Result<Row<'static>, model::Invalid> {
//!     Ok(Row {
//!         customer: CustomerId(customer),
//!         anchor: NodeId(customer as u32),
//!         arrival: Arrival(arrival),
//!         touchpoint: name.into(),
//!         registered: false,
//!         event: Event::new(format!("m-{arrival}"), "shop", name, at.parse::<Timestamp>()?),
//!     })
//! };
//! let rows = [
//!     visit(2, 1, "till", "2026-11-22T10:05:00Z")?,
//!     visit(1, 2, "till", "2026-11-22T10:20:00Z")?,
//!     visit(1, 3, "door", "2026-11-22T10:15:00Z")?,
//! ];
//! let directory = tempfile::tempdir()?;
//! let metas = write_parts(directory.path(), 1, &rows)?;
//! assert_eq!(metas[0].path, "columns/bucket=046/window=2026/part-1-0.parquet");
//!
//! let parts = Parts::new(directory.path());
//! assert_eq!(parts.read_customer(&metas[0].path, &[1])?, [rows[2].clone(), rows[1].clone()]);
//!
//! // Customer 2 turned out to be customer 1: a redirect joins their events without a rewrite.
//! let redirects = Redirects::from([(CustomerId(2), CustomerId(1))]);
//! let sorted = SortedColumns::of_parts(&parts, &metas, &redirects, NonZeroUsize::MIN)?;
//! let names: Vec<&str> =
//!     sorted.codes().iter().map(|&code| sorted.dictionary().shown()[usize::from(code)].as_str()).collect();
//! assert_eq!(names, ["till", "door", "till"]);
//! assert_eq!(sorted.runs(), [0, 3]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod cases;
mod decode;
mod dictionary;
mod encode;
mod error;
mod parts;
mod row;
mod schema;
mod sequence;
mod sorted;
mod write;

pub use cases::{Cases, NO_CASE};
pub use dictionary::{Dictionary, OTHER};
pub use error::{Error, Result};
pub use parts::{Parts, Rows};
pub use row::Row;
pub use sequence::{Label, PropertyValues, Sequence, property};
pub use sorted::{Redirects, SortedColumns};
pub use write::{PartMeta, make_durable, write_parts};
