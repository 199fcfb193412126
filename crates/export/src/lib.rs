//! Answers about journeys in the formats of other programs.
//!
//! On the way of the data this stands behind mining: what a kernel answers as [`Table`](mining::report::Table)s goes to
//! spreadsheets as [`csv()`] and to DuckDB, Polars or pandas as [`parquet()`]; what it answers as a
//! [`Network`](mining::report::Network) goes to Graphviz as [`dot()`] and into Markdown pages as [`mermaid()`]. JSON
//! needs nothing from here: a [`Report`](mining::report::Report) holds it. Nothing here does IO: every format is bytes in
//! memory.
//!
//! ```
//! use export::{Drawn, Format, csv, dot};
//! use mining::report::{Network, NetworkEdge, NetworkNode, Table};
//!
//! let waits = [("door", Some(12.5)), ("=till", None)];
//! let table = Table::of("waits", &waits)
//!     .text("touchpoint", |row| row.0.to_owned())
//!     .seconds("median_s", |row| row.1)
//!     .done();
//! assert_eq!(csv(&table)?, b"touchpoint,median_s\r\ndoor,12.5\r\n'=till,\r\n");
//!
//! let node = |id: &str| NetworkNode { id: id.to_owned(), label: id.to_owned(), weight: 3 };
//! let network = Network {
//!     nodes: vec![node("door"), node("till")],
//!     edges: vec![NetworkEdge { from: "door".to_owned(), to: "till".to_owned(), weight: 3, seconds: Some(12.5) }],
//! };
//! assert!(dot(&network, &Drawn::default()).contains(r#""door" -> "till" [label="3\n12 s""#));
//!
//! assert_eq!("dot".parse::<Format>()?.media_type(), "text/vnd.graphviz");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod columns;
mod csv;
mod dot;
mod drawing;
mod error;
mod format;
mod mermaid;
mod parquet;
mod words;

pub use crate::csv::csv;
pub use crate::parquet::{RECIPE_KEY, parquet};
pub use dot::dot;
pub use drawing::Drawn;
pub use error::Error;
pub use format::Format;
pub use mermaid::mermaid;
