//! The kernels, one question a file.

pub mod by_begin;
pub mod centrality;
pub mod clusters;
pub mod conversion;
pub mod course;
pub mod customers;
pub mod dropoff;
mod edits;
pub mod funnel;
mod funnel_answer;
mod graph;
mod graph_answer;
pub mod hops;
pub mod importance;
pub mod loops;
mod medoids;
pub mod moods;
mod paths;
pub mod pattern;
mod picture;
pub mod retention;
pub mod sankey;
pub mod sessions;
pub mod steps;
pub mod transitions;
pub mod variants;

pub use graph::{GraphKernel, GraphQuestion};
pub use graph_answer::{Edge, Graph, Node, flow_is_conserved};
pub use picture::{OtherFlow, Picture};
