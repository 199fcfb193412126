//! What people and programs ask. Answers come from the folded state, the parts and the tail together, so they hold
//! everything acknowledged before the question; the same code answers beside a running server from what lies on disk.

mod arrivals;
mod candidates;
mod columns;
mod conformance;
mod coverage;
mod customers;
mod discovered;
mod erasure;
mod evaluation;
mod hmac;
mod identity_trial;
mod links;
mod live;
mod lived;
mod mining;
mod opportunities;
mod quarantine;
mod resolve;
mod review;
mod running;
mod search;
mod sources;
mod told;
mod touchpoints;
mod traits;
mod trial;
mod word_index;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use ::columns::Parts;
use ::mining::Kept;
use store::{Counters, DataDirectory, FileRecord, JournalReader, Plans, StateReader, Users};

use crate::EngineError;
use crate::activity::Activity;
use crate::feed::Feed;
use crate::folded::Folded;

pub use arrivals::{Arrivals, ArrivalsQuery, Arrived};
pub use candidates::{Candidate, Candidates};
pub use conformance::MapDraft;
pub use coverage::{Covered, RegisterCoverage};
pub use customers::{CustomerAnswer, CustomerView, IdentifierView, Timeline, TimelineEvent};
pub use discovered::{Discovered, DiscoveredTouchpoint};
pub use erasure::{Erasure, NamingOthers};
pub use evaluation::{
    Alarm, By, Compared, Composed, Cut, Digest, Effect, EffectAt, EffectOnMap, EffectOnStep, Evaluated, Evaluation,
    Finding, FindingKind, Happened, MeasuredAt, PeriodState, Quadrant, Said, Side, Sizes, TargetPeriod, TargetView,
    Targets, Window,
};
pub use identity_trial::{IdentityTrial, MergeExample, MergedCustomer, SplitExample};
pub(crate) use links::known;
pub use links::{Explanation, LinkView, Owner, RefusalCount, RefusalView, Refusals};
pub use live::{LiveAnswer, LiveWindow};
pub use lived::WrittenLog;
pub use mining::{Answered, Found, MiningLimits, MiningQuery, MiningQuestion, Timing};
pub use opportunities::{
    AxisCut, EasedPain, OpportunityList, OpportunityQuery, OpportunityRanks, OpportunityView, ReferringStep,
    TakingSolution,
};
pub use quarantine::{QuarantineCount, QuarantinePage, QuarantineQuery};
pub use review::{ReviewPage, ReviewPair, ReviewQuery, ReviewSide};
pub use running::{Asking, RunningQuestion};
pub use search::{FoundCustomer, SearchAnswer};
pub use sources::{SourceKind, SourceList, SourceView};
pub use touchpoints::{Measured, RegisteredTouchpoint, TouchpointList, TouchpointQuery, UnregisteredTouchpoint};
pub use trial::{Change, MappingTrial, RuleTrial, TouchpointChange};

/// How long a question waits for the folds to take in what was acknowledged before it. Then it is refused: no answer is
/// better than a stale one.
const SETTLE: Duration = Duration::from_secs(10);

/// Bytes of columns that stay in memory unless told otherwise: 4 GB, some 180 million events.
pub(crate) const MINING_BYTES: usize = 4_000_000_000;

fn kept_beside(mining_bytes: usize) -> Arc<Kept> {
    Arc::new(Kept::at_most(mining_bytes / 4))
}

/// Answers questions. Cheap to share between threads.
pub struct Answers {
    folded: RwLock<Folded>,
    plans: Box<dyn Plans>,
    users: Box<dyn Users>,
    journal: Mutex<Box<dyn JournalReader + Send>>,
    state: Box<dyn StateReader>,
    parts: Arc<Parts>,
    /// The feed of the running engine; `None` where only the disk is read.
    feed: Option<Arc<Feed>>,
    columns: Mutex<Option<columns::Snapshot>>,
    /// By window, the one asked for last at the end.
    live: Mutex<Vec<live::Kept>>,
    /// Bytes of columns that may stay in memory.
    mining_bytes: usize,
    /// Memory that questions about journeys leave to the next one.
    kept: Arc<Kept>,
    /// What maps have told of sequences, for the next question about them.
    stories: Mutex<conformance::KeptStories>,
    /// Threads that share a question about journeys.
    mining_threads: NonZeroUsize,
    running: Arc<running::Running>,
    traits: Mutex<traits::Traits>,
    directory: DataDirectory,
    hmacs: Mutex<Option<hmac::HmacIndex>>,
    people: Mutex<Option<candidates::KnownPeople>>,
    activity: Activity,
    search_index: Mutex<search::SearchIndex>,
    reviewed: Mutex<Option<review::Reviewed>>,
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").field("folded", &self.folded).finish_non_exhaustive()
    }
}

/// What answers read from.
pub(crate) struct Sources {
    pub(crate) plans: Box<dyn Plans>,
    pub(crate) users: Box<dyn Users>,
    pub(crate) journal: Box<dyn JournalReader + Send>,
    pub(crate) state: Box<dyn StateReader>,
}

impl Answers {
    pub(crate) fn new(folded: Folded, sources: Sources, directory: &DataDirectory, feed: Option<Arc<Feed>>) -> Self {
        Self {
            folded: RwLock::new(folded),
            plans: sources.plans,
            users: sources.users,
            journal: Mutex::new(sources.journal),
            state: sources.state,
            parts: Arc::new(Parts::new(directory.root())),
            feed,
            columns: Mutex::default(),
            live: Mutex::default(),
            mining_bytes: MINING_BYTES,
            kept: kept_beside(MINING_BYTES),
            stories: Mutex::default(),
            mining_threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            running: Arc::default(),
            traits: Mutex::default(),
            directory: directory.clone(),
            hmacs: Mutex::default(),
            people: Mutex::default(),
            activity: Activity::default(),
            search_index: Mutex::default(),
            reviewed: Mutex::default(),
        }
    }

    /// Answers from what lies in a data directory, also beside the process that writes to it. What that process has
    /// journalled and not yet folded is folded here, in memory.
    pub fn read_only(directory: &DataDirectory) -> Result<Self, EngineError> {
        crate::open::read_only(directory)
    }

    /// The same, holding columns of at most so many bytes between questions, what is over being read again when asked for,
    /// and for what questions count at most a quarter of it.
    #[must_use]
    pub fn with_mining_memory(self, bytes: usize) -> Self {
        Self { mining_bytes: bytes, kept: kept_beside(bytes), ..self }
    }

    /// The same, so many threads sharing each question about journeys; as many as the machine has if none is said.
    #[must_use]
    pub fn with_mining_threads(self, threads: Option<NonZeroUsize>) -> Self {
        Self { mining_threads: threads.unwrap_or(self.mining_threads), ..self }
    }

    /// The plan documents, sources and tokens.
    pub fn plans(&self) -> &dyn Plans {
        self.plans.as_ref()
    }

    /// The people who log in, and their sessions.
    pub fn users(&self) -> &dyn Users {
        self.users.as_ref()
    }

    /// How many items in the quarantine wait for repair.
    pub fn open_bad_rows(&self) -> Result<u64, EngineError> {
        let counts = self.journal().bad_counts()?;
        Ok(counts.iter().filter(|(_, state, _)| *state == store::BadState::Open).map(|(_, _, count)| count).sum())
    }

    /// What was counted since the journal began.
    pub fn counters(&self) -> Result<Counters, EngineError> {
        Ok(self.journal().counters()?)
    }

    /// The earlier import of the same file, read with the same options.
    pub fn imported(&self, file: &FileRecord) -> Result<Option<FileRecord>, EngineError> {
        Ok(self.journal().imported(&file.fingerprint, &file.options)?)
    }

    /// Number of customers known, and of touchpoints with events.
    pub fn totals(&self) -> Result<(u64, u64), EngineError> {
        let (customers, by_signature) = {
            let folded = self.settled()?;
            (folded.identity.customers(), folded.touchpoints_by_signature())
        };
        let touchpoints = match by_signature {
            Some(touchpoints) => touchpoints,
            None => {
                let mut occurs = vec![false; usize::from(u16::MAX) + 1];
                let columns = self.snapshot()?.columns;
                for bucket in columns.in_memory_first() {
                    columns.segment(bucket)?.codes().iter().for_each(|&code| occurs[usize::from(code)] = true);
                }
                occurs.into_iter().filter(|&occurs| occurs).count()
            }
        };
        Ok((customers, touchpoints as u64))
    }

    /// What comes in at the moment.
    pub(crate) fn activity(&self) -> &Activity {
        &self.activity
    }

    pub(crate) fn parts(&self) -> &Arc<Parts> {
        &self.parts
    }

    pub(crate) fn state(&self) -> &dyn StateReader {
        self.state.as_ref()
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Box<dyn JournalReader + Send>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn people(&self) -> MutexGuard<'_, Option<candidates::KnownPeople>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn folded(&self) -> RwLockReadGuard<'_, Folded> {
        self.folded.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn folded_mut(&self) -> RwLockWriteGuard<'_, Folded> {
        self.folded.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, with no event filed under a customer who was split meanwhile.
    fn settled_and_filed(&self) -> Result<RwLockReadGuard<'_, Folded>, EngineError> {
        let began = Instant::now();
        loop {
            let folded = self.settled()?;
            if folded.identity.all_strays().is_empty() {
                return Ok(folded);
            }
            drop(folded);
            if began.elapsed() > SETTLE {
                return Err(EngineError::Unfiled);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The folded state with everything in it that was acknowledged before this call.
    pub(crate) fn settled(&self) -> Result<RwLockReadGuard<'_, Folded>, EngineError> {
        if let Some(feed) = self.feed.as_ref().filter(|feed| !feed.settle(SETTLE)) {
            let (head, folded) = feed.positions();
            return Err(EngineError::Behind { blocks: head - folded });
        }
        Ok(self.folded())
    }
}
