//! Events, plans, typed ids, time: pure types and their validation.
//!
//! First on the way of the data: every other crate speaks in these words. Nothing here does IO,
//! knows a database or HTTP.
//!
//! An [`Event`] is a fact in one envelope, whatever door it came through. A [`Document`] is a plan
//! that people write and version. [`Mapping`] turns an event into a touchpoint, a [`JourneyRule`]
//! says where a journey begins and ends.
//!
//! ```
//! use model::{Event, Identifier, IdentifierKind, Timestamp};
//!
//! let mut event = Event::new("m-1", "shop", "purchase", "2026-11-22T10:00:00Z".parse::<Timestamp>()?);
//! event.identifiers.push(Identifier::new(IdentifierKind::UserId, "ada"));
//! assert!(event.validate().is_ok());
//!
//! let bytes = event.encode();
//! assert_eq!(Event::decode(&bytes).unwrap(), event);
//! # Ok::<(), model::Invalid>(())
//! ```

mod event;
pub mod filter;
pub mod hex;
mod identity_rules;
mod ids;
mod invalid;
mod journey;
pub mod map;
mod mapping;
pub mod names;
mod pattern;
mod plan;
mod ruling;
mod text;
mod time;

pub use event::{Event, Identifier, IdentifierKind, Kind, Mood, MoodCode, MoodOrigin};
pub use filter::{EventFilter, FilterError, JourneyFilter, PathPattern};
pub use identity_rules::{CheckDigit, Form, IdentityRules, Limit, OnConflict};
pub use ids::{Arrival, BUCKETS, CustomerId, LinkId, NodeId, bucket_of};
pub use invalid::Invalid;
pub use journey::{JourneyRule, parse_bytes, parse_duration_s};
pub use map::{
    Axis, END, Edge, Join, Lane, MapPlan, MapState, Mode, Opportunity, PainPoint, Persona, Progress, START, Scores,
    Solution, Stage, Step,
};
pub use mapping::{Mapping, MappingRule, PropertyPattern};
pub use pattern::Pattern;
pub use plan::{
    Comment, Control, Document, DocumentKind, Every, Evidence, JourneyPlan, MappingPlan, Medium, Moment, Peso, Review,
    SegmentPlan, Target, TargetMeasure, Touchpoint, check_body, is_slug,
};
pub use ruling::{Matched, RULINGS_SOURCE, Ruling};
pub use text::{RawJson, Text};
pub use time::Timestamp;
