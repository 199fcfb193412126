//! The running parts: queue, writer, folds, compaction, answers.
//!
//! Stands between the pure crates and the doors. A door turns bytes into a [`store::Submission`] and hands it to
//! [`Engine::submit`]; from there the way is
//!
//! ```text
//!  submit -> queue -> writer -> JOURNAL -> feed -> folds -> tail -> compaction -> Parquet parts
//!                       |                            |        \______   ________/
//!                    receipt                     state.db            \ /
//!                                                               [`Answers`]
//! ```
//!
//! The engine knows threads and the store's traits; it knows no HTTP and no SQL, and no rule of its own: what belongs
//! together says `identity`, where something happened says `model::Mapping`, what a journey is says `mining`.

mod activity;
mod answers;
mod compaction;
mod engine;
mod error;
mod feed;
mod folded;
mod folding;
mod import;
mod known;
mod labels;
mod metrics;
mod open;
mod plan_files;
mod plans;
mod queue;
mod reapply;
mod repair;
mod rulings;
mod shared;
mod signatures;
mod tail;
mod verify;
mod writer;

pub use activity::Rate;
pub use answers::{
    Alarm, Answered, Answers, Arrivals, ArrivalsQuery, Arrived, Asking, AxisCut, By, Candidate, Candidates, Change,
    Compared, Composed, Covered, CustomerAnswer, CustomerView, Cut, Digest, Discovered, DiscoveredTouchpoint,
    EasedPain, Effect, EffectAt, EffectOnMap, EffectOnStep, Erasure, Evaluated, Evaluation, Explanation, Finding,
    FindingKind, Found, FoundCustomer, Happened, IdentifierView, IdentityTrial, LinkView, LiveAnswer, LiveWindow,
    MapDraft, MappingTrial, Measured, MeasuredAt, MergeExample, MergedCustomer, MiningLimits, MiningQuery,
    MiningQuestion, NamingOthers, OpportunityList, OpportunityQuery, OpportunityRanks, OpportunityView, Owner,
    PeriodState, Quadrant, QuarantineCount, QuarantinePage, QuarantineQuery, ReferringStep, RefusalCount, RefusalView,
    Refusals, RegisterCoverage, RegisteredTouchpoint, ReviewPage, ReviewPair, ReviewQuery, ReviewSide, RuleTrial,
    RunningQuestion, Said, SearchAnswer, Side, Sizes, SourceKind, SourceList, SourceView, SplitExample, TakingSolution,
    TargetPeriod, TargetView, Targets, Timeline, TimelineEvent, Timing, TouchpointChange, TouchpointList,
    TouchpointQuery, UnregisteredTouchpoint, Window, WrittenLog,
};
pub use engine::{Engine, Options};
pub use error::{EngineError, NotTaken};
pub use import::{
    ImportCounts, ImportError, ImportWatch, Imported, Tried, file_record, look_into_file, open_file, try_file,
};
pub use known::{Known, Register, write_document, write_documents};
pub use metrics::Metrics;
pub use plan_files::{beside, map_file, read_map_file, register, register_changes, write_register};
pub use plans::{check_document, current_linkage};
pub use repair::{Mode, Repaired, StillBad};
pub use rulings::{LinkedRecords, LinksTaken, MatchedRecords, Reason, Ruled};
pub use verify::Verified;
