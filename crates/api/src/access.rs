//! Who may come in: write keys and tokens, remembered so that a request needs no database.
//!
//! Only credentials that were found are remembered, by their hash. A credential that is not remembered is always looked
//! for in the database, so one that another process made a moment ago works at once; all are forgotten when the revision
//! of the plans has changed, which is looked at twice a second, so one that was revoked stops working within a second.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use engine::Engine;
use store::{StoreError, Token};

use crate::problem::Problem;

/// Milliseconds between two looks at the revision.
const LOOK_EVERY_MS: u64 = 500;

/// Remembers credentials.
#[derive(Debug)]
pub(crate) struct Access {
    engine: Arc<Engine>,
    started: Instant,
    /// Milliseconds from the start to the last look.
    looked_at: AtomicU64,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    revision: u64,
    sources: HashMap<blake3::Hash, Arc<str>>,
    tokens: HashMap<blake3::Hash, Arc<Token>>,
}

impl Known {
    /// Forgets everything unless it was learnt at this revision.
    fn keep_only_if(&mut self, revision: u64) {
        if self.revision != revision {
            *self = Self { revision, ..Self::default() };
        }
    }
}

impl Access {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, started: Instant::now(), looked_at: AtomicU64::new(0), known: RwLock::default() }
    }

    /// The name of the source that a write key belongs to.
    pub(crate) async fn source(&self, key: &str) -> Result<Option<Arc<str>>, Problem> {
        self.find(
            key,
            |known, hash| known.sources.get(hash).map(Arc::clone),
            |engine, key| Ok(engine.answers().plans().source_of_key(key)?.map(|source| Arc::from(source.name))),
            |known, hash, source| drop(known.sources.insert(hash, source)),
        )
        .await
    }

    /// The token that these characters are, unless it is revoked.
    pub(crate) async fn token(&self, secret: &str) -> Result<Option<Arc<Token>>, Problem> {
        self.find(
            secret,
            |known, hash| known.tokens.get(hash).map(Arc::clone),
            |engine, secret| Ok(engine.answers().plans().token(secret)?.map(Arc::new)),
            |known, hash, token| drop(known.tokens.insert(hash, token)),
        )
        .await
    }

    async fn find<T: Clone + Send + 'static>(
        &self,
        secret: &str,
        remembered: impl Fn(&Known, &blake3::Hash) -> Option<T>,
        look_up: impl Fn(&Engine, &str) -> Result<Option<T>, StoreError> + Send + 'static,
        remember: impl Fn(&mut Known, blake3::Hash, T),
    ) -> Result<Option<T>, Problem> {
        self.forget_what_changed().await?;
        let hash = blake3::hash(secret.as_bytes());
        if let Some(found) = remembered(&self.known.read().unwrap_or_else(PoisonError::into_inner), &hash) {
            return Ok(Some(found));
        }
        let (engine, secret) = (Arc::clone(&self.engine), secret.to_owned());
        let (revision, found) = blocking(move || {
            // Read first: what changes in between is noticed at the next look.
            let revision = engine.answers().plans().revision()?;
            Ok((revision, look_up(&engine, &secret)?))
        })
        .await?;
        if let Some(found) = &found {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if revision >= known.revision {
                known.keep_only_if(revision);
                remember(&mut known, hash, found.clone());
            }
        }
        Ok(found)
    }

    /// One request in every half second looks; the others go on with what is known.
    async fn forget_what_changed(&self) -> Result<(), Problem> {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let looked_at = self.looked_at.load(Ordering::Relaxed);
        let is_due = now >= looked_at + LOOK_EVERY_MS;
        let claim = || self.looked_at.compare_exchange(looked_at, now, Ordering::Relaxed, Ordering::Relaxed);
        if !is_due || claim().is_err() {
            return Ok(());
        }
        let engine = Arc::clone(&self.engine);
        let outcome = blocking(move || engine.answers().plans().revision()).await;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(revision) => known.keep_only_if(revision),
            // Nobody knows whether they still hold.
            Err(_) => *known = Known::default(),
        }
        outcome.map(drop)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(|error| Problem::not_stored(&error)),
        Err(failed) => Err(Problem::internal(&failed)),
    }
}
