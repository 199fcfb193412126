//! Worlds with known truth.
//!
//! Stands before the first door on the way of the data: people who do not exist meet a company that does not exist,
//! and their traces come out as real senders would send them, each in its own dialect. Beside them comes the truth, so
//! that recognising people, counting journeys and, later, foreseeing them can be judged. Only `demo` and `simulate` use it.
//!
//! The company is Velunda, a maker of e-bikes with a web shop, an app, three shops, a workshop and a call centre; its
//! laws are described in `docs/world.md`. A seed gives the same bytes on every machine, and memory does not grow with
//! the number of customers.
//!
//! ```
//! use sim::{Delivery, World};
//!
//! let world = World::new(7, 20);
//! let batches = world.deliveries().filter(|d| matches!(d, Delivery::SegmentBatch { .. })).count();
//! let seen = world.truth().filter(|happening| happening.copies > 0).count();
//! let unseen = world.truth().filter(|happening| happening.copies == 0).count();
//! assert!(batches > 0 && seen > unseen && unseen > 0);
//! ```

mod behaviour;
mod calendar;
mod dice;
mod doors;
mod files;
mod files_of_people;
mod household;
mod law;
mod laws;
mod life;
mod map;
mod media;
mod names;
mod people;
mod plans;
mod registers;
mod targets;
mod tell;
mod truth;
mod world;

pub use files::Written;
pub use law::Stage;
pub use media::Medium;
pub use plans::{Plan, plans};
pub use registers::RegisterRecord;
pub use truth::{TruthEffect, TruthEvent, TruthIdentifier, TruthNeed, TruthPerson, TruthPromise};
pub use world::{Delivery, World, sources};
