//! Journey maps: the plan as a network, and lived journeys held against it.
//!
//! A [`model::MapPlan`] becomes a [`Network`] of states and transitions. Each lived journey is aligned to it: of all ways
//! through the network the one is found that leaves out the fewest planned steps and has the fewest events beside it. What
//! that says of each step is told in the customer's words: as planned, missing, failing, late, out of order, or undetermined
//! as long as it may still come. `docs/conformance.md` has the definitions with tables a person can check by hand.

mod align;
mod answer;
mod by;
mod course;
mod draft;
mod felt;
mod judge;
mod kernel;
mod network;
mod partial;
mod stories;
mod story;
mod units;
mod verdicts;

pub use align::{Aligned, Aligner, Move};
pub use answer::{
    Conformance, Deviation, Deviations, Experience, Gap, Mean, MoodBeside, StepOutcome, Summary, Unplanned, WayTaken,
};
pub use by::{By, ByKernel, ConformanceBy, GroupSummary};
pub use course::{CoursePartial, MapCourse, MapGroup, StepCourse, VerdictsKernel};
pub use draft::Draft;
pub use felt::Correlation;
pub use kernel::{ConformanceKernel, PlannedStep, Version};
pub use network::{Network, State, StepIndex, Transition};
pub use partial::{Partial, Tally};
pub use stories::{Room, Stories};
pub use verdicts::Verdict;
