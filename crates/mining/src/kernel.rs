//! What every kernel is.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compare::{Figure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::lists::Kept;
use crate::names::Names;
use crate::report::{Answer, Report};

/// A question in the codes of a log: a scan of some journeys to a partial, a merge that is indifferent to order, and a
/// finish that puts names and figures in place of codes and lists.
///
/// Partials serialise, so they can travel between machines; those of logs whose codes mean different things must not be
/// merged. Slices are cut between customers, never within one.
pub trait Kernel: Send + Sync + fmt::Debug {
    /// What scans add to; its default has seen nothing.
    type Partial: Default + Send + Serialize + DeserializeOwned + 'static;
    /// What comes of it.
    type Answer: Answer;

    /// A partial that has seen nothing; it may hold memory that is kept.
    fn begin(&self, kept: &Arc<Kept>) -> Self::Partial {
        let _ = kept;
        Self::Partial::default()
    }

    /// Counts some journeys into a partial that may have seen others before.
    fn scan(&self, slice: &Slice<'_>, partial: &mut Self::Partial);

    /// Counts what scans have put off: after the last of them, before anything else is done with the partial.
    fn settle(&self, partial: &mut Self::Partial) {
        let _ = partial;
    }

    /// Adds what another partial has seen, other journeys of other customers.
    fn merge(&self, partial: &mut Self::Partial, other: Self::Partial);

    /// The answer.
    fn finish(&self, partial: Self::Partial, about: &About<'_>) -> Self::Answer;

    /// What can be compared between two groups of journeys, in the order in which people want to see it.
    fn figures<'p>(&self, partial: &'p Self::Partial) -> Vec<Figure<'p>>;

    /// Of what a share is a part, where [`Kernel::figures`] lists only subjects that occur: shares of one name over the
    /// same thing have the same whole, and one of them is listed wherever the whole is not 0. So a subject that is not
    /// listed is 0 of that whole. None: a share that is not listed is not defined.
    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        let _ = subject;
        None
    }

    /// Bytes that a partial holds on the heap, roughly.
    fn bytes(&self, partial: &Self::Partial) -> usize;
}

/// What `finish` needs to know beside the partial.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What the codes stand for.
    pub names: Names<'a>,
    /// How much of the events the journeys hold.
    pub coverage: &'a Coverage,
    /// Threads that may be used.
    pub threads: std::num::NonZeroUsize,
}

/// A partial of which only its kernel knows the type.
pub type AnyPartial = Box<dyn Any + Send>;

/// A kernel of any type, so that several can share one scan.
pub trait AnyKernel: Send + Sync + fmt::Debug {
    /// See [`Kernel::begin`].
    fn begin(&self, kept: &Arc<Kept>) -> AnyPartial;
    /// See [`Kernel::scan`].
    fn scan(&self, slice: &Slice<'_>, partial: &mut AnyPartial);
    /// See [`Kernel::settle`].
    fn settle(&self, partial: &mut AnyPartial);
    /// See [`Kernel::merge`].
    fn merge(&self, partial: &mut AnyPartial, other: AnyPartial);
    /// The answer as a report. Fails where a figure cannot be written as JSON.
    fn finish(&self, partial: AnyPartial, about: &About<'_>) -> Result<Report, serde_json::Error>;
    /// See [`Kernel::figures`].
    fn figures<'p>(&self, partial: &'p AnyPartial) -> Vec<Figure<'p>>;
    /// See [`Kernel::whole_of`].
    fn whole_of(&self, subject: &Subject) -> Option<Subject>;
    /// See [`Kernel::bytes`].
    fn bytes(&self, partial: &AnyPartial) -> usize;
    /// The partial as JSON.
    fn to_json(&self, partial: &AnyPartial) -> Result<String, serde_json::Error>;
    /// A partial from its JSON.
    fn read_json(&self, json: &str) -> Result<AnyPartial, serde_json::Error>;
}

const OWN: &str = "a kernel meets its own partials only";

pub(crate) fn own<K: Kernel>(partial: AnyPartial) -> K::Partial {
    *partial.downcast().expect(OWN)
}

impl<K: Kernel> AnyKernel for K {
    fn begin(&self, kept: &Arc<Kept>) -> AnyPartial {
        Box::new(Kernel::begin(self, kept))
    }

    fn scan(&self, slice: &Slice<'_>, partial: &mut AnyPartial) {
        Kernel::scan(self, slice, partial.downcast_mut().expect(OWN));
    }

    fn settle(&self, partial: &mut AnyPartial) {
        Kernel::settle(self, partial.downcast_mut().expect(OWN));
    }

    fn merge(&self, partial: &mut AnyPartial, other: AnyPartial) {
        Kernel::merge(self, partial.downcast_mut().expect(OWN), own::<K>(other));
    }

    fn finish(&self, partial: AnyPartial, about: &About<'_>) -> Result<Report, serde_json::Error> {
        Report::of(&Kernel::finish(self, own::<K>(partial), about))
    }

    fn figures<'p>(&self, partial: &'p AnyPartial) -> Vec<Figure<'p>> {
        Kernel::figures(self, partial.downcast_ref().expect(OWN))
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        Kernel::whole_of(self, subject)
    }

    fn bytes(&self, partial: &AnyPartial) -> usize {
        Kernel::bytes(self, partial.downcast_ref().expect(OWN))
    }

    fn to_json(&self, partial: &AnyPartial) -> Result<String, serde_json::Error> {
        serde_json::to_string(partial.downcast_ref::<K::Partial>().expect(OWN))
    }

    fn read_json(&self, json: &str) -> Result<AnyPartial, serde_json::Error> {
        Ok(Box::new(serde_json::from_str::<K::Partial>(json)?))
    }
}
