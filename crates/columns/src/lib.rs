//! Parquet parts by person bucket, and the sorted columns in memory.
//!
//! On the way of the data this stands behind the folds and before mining: the engine takes events that the journal
//! holds, adds whose they are and where they happened, and files them here as [`Row`]s. [`write_parts`] sorts them
//! into immutable Parquet files, one person bucket and one year each, which DuckDB, Polars and others read as they
//! are. [`Parts`] reads them back: a customer's events for a timeline, everything for a rewrite. [`Columns`] is what
//! mining needs of all events in memory, one [`Segment`] for each person bucket: codes, times, and where each customer
//! begins. Segments never change: newer columns share those without new events with older ones.
//!
//! **Memory.** 20 bytes an event and 12 a customer: 22.4 MB for a million events at five events a customer. What exceeds
//! the budget in [`Limits`] is read from the parts again when it is asked for; the answer is the same, it takes longer.
//! [`Columns::bytes_resident`] tells what is held.
//!
//! Which parts exist and which are to be merged is the engine's knowledge (its manifest), not ours. Events not yet
//! filed join the columns as a [`Sequence`], so answers are never stale.
//!
//! ```
//! use columns::{Columns, Filed, Limits, Parts, Present, Redirects, Row, write_parts};
//! use model::{Arrival, CustomerId, Event, NodeId, Timestamp};
//! use std::num::NonZeroUsize;
//! use std::sync::Arc;
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
//! let present = Present {
//!     parts: metas.iter().map(Filed::from).collect(),
//!     redirects: Some(Redirects::from([(CustomerId(2), CustomerId(1))])),
//!     through: 3,
//!     ..Present::default()
//! };
//! let limits = Limits { bytes: 1 << 20, threads: NonZeroUsize::MIN };
//! let columns = Columns::build(Arc::new(parts), &present, limits)?;
//! let segment = columns.segment(46)?;
//! let names: Vec<&str> =
//!     segment.codes().iter().map(|&code| columns.dictionary().shown()[usize::from(code)].as_str()).collect();
//! assert_eq!(names, ["till", "door", "till"]);
//! assert_eq!(segment.runs(), [0, 3]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod cases;
mod channels;
mod codes;
mod columns;
mod decode;
mod dictionary;
mod encode;
mod entry;
mod error;
mod parts;
mod redirects;
mod row;
mod scan;
mod schema;
mod segment;
mod sequence;
mod threads;
mod update;
mod write;

pub use cases::{Cases, NO_CASE};
pub use columns::{Columns, Filed, Limits, Present};
pub use dictionary::{Dictionary, OTHER, shown};
pub use error::{Error, Result};
pub use parts::{Parts, Rows};
pub use redirects::Redirects;
pub use row::Row;
pub use segment::Segment;
pub use sequence::{Label, Occurrence, PropertyValues, Sequence, property};
pub use write::{PartMeta, make_durable, write_parts};
