//! Group commit: one thread takes everything that waits, appends it in one commit, then answers all.
//!
//! While the disk works on one group the next one gathers, so the group grows with the load and the number of commits a
//! second stays about the same. A 2xx is given only after the commit has returned.

use std::sync::Arc;

use model::Timestamp;
use store::{Journal, Receipt, StoreError};

use crate::Metrics;
use crate::activity::Activity;
use crate::feed::Feed;
use crate::queue::{Queue, Waiting};

/// Bytes of encoded events in one group at most; bounds the time a group takes and the memory it holds.
const GROUP_BYTES: usize = 4 << 20;

/// How the receipt reaches the one who submitted.
pub(crate) type Reply = Box<dyn FnOnce(Result<Receipt, Arc<StoreError>>) + Send>;

/// Runs until the queue is closed and empty.
pub(crate) fn run(mut journal: impl Journal, queue: &Queue, feed: &Feed, metrics: &Metrics, activity: &Activity) {
    while let Some(group) = queue.take_group(GROUP_BYTES) {
        for chore in group.chores {
            chore(&mut journal);
        }
        if group.waiting.is_empty() {
            continue;
        }
        let (submissions, replies): (Vec<_>, Vec<_>) =
            group.waiting.into_iter().map(|Waiting { submission, reply, .. }| (submission, reply)).unzip();
        let started = std::time::Instant::now();
        let now = Timestamp::now();
        match journal.append(&submissions, now) {
            Ok((receipts, block)) => {
                metrics.committed(started.elapsed(), &receipts);
                for (submission, receipt) in submissions.iter().zip(&receipts) {
                    activity.note(&submission.source, receipt, now);
                }
                let has_bad = receipts.iter().any(|receipt| receipt.quarantined > 0);
                if let Some(block) = block {
                    feed.push(block);
                }
                for (reply, receipt) in replies.into_iter().zip(receipts) {
                    reply(Ok(receipt));
                }
                if has_bad {
                    activity.ring();
                }
            }
            Err(error) => {
                metrics.append_failed();
                tracing::error!(%error, submissions = submissions.len(), "group refused, nothing of it is stored");
                let error = Arc::new(error);
                for reply in replies {
                    reply(Err(Arc::clone(&error)));
                }
            }
        }
    }
}
