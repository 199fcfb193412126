//! The thread that folds: takes committed blocks in, keeps what came of them, and applies changed plans.

use std::time::{Duration, Instant};

use identity::Changes;
use store::{JournalReader, RefusalRow, SignatureRow, StateChange};

use crate::feed::Next;
use crate::shared::Shared;
use crate::{compaction, reapply};

/// How often the plans are looked at for changes made by other processes.
const LOOK_AT_PLANS: Duration = Duration::from_millis(500);
/// Blocks read from the journal at a time when the folds have fallen behind.
const BLOCKS_AT_A_TIME: usize = 16;
/// By how much the tail may outgrow its bound while it cannot be filed, and what it may hold then in any case.
const WHILE_FILING_FAILS: (usize, usize) = (4, 64 << 20);

/// Runs until the feed is closed and everything is folded.
pub(crate) fn run(shared: &Shared, journal: &dyn JournalReader, most_tail_bytes: usize) {
    let mut keeper = Keeper::default();
    let mut plans_seen_at = Instant::now();
    loop {
        wait_for_room(shared, most_tail_bytes);
        match shared.feed.next(LOOK_AT_PLANS) {
            Next::Blocks(blocks) => {
                for (block, committed_at) in blocks {
                    if !keeper.fold(shared, &block) {
                        break;
                    }
                    shared.metrics.folded(committed_at.elapsed());
                }
            }
            Next::ReadJournal => {
                let position = shared.folded().position;
                match journal.read_after(position, BLOCKS_AT_A_TIME) {
                    Ok(blocks) => blocks.iter().take_while(|block| keeper.fold(shared, block)).for_each(drop),
                    Err(error) => pause(&error),
                }
            }
            Next::Idle => {}
            Next::Closed => {
                keeper.keep(shared);
                return;
            }
        }
        keeper.keep(shared);
        if plans_seen_at.elapsed() >= LOOK_AT_PLANS {
            plans_seen_at = Instant::now();
            let fault = reapply::if_changed(shared, journal).err();
            if let Some(error) = &fault {
                tracing::error!(%error, "changed plans could not be applied; the old ones stay in force");
            }
            shared.note_plans_fault(fault.map(|error| error.to_string()));
        }
    }
}

/// Holds what is folded and not yet kept, so that a full disk delays the keeping and loses nothing.
#[derive(Default)]
struct Keeper {
    changes: Changes,
    discovered: Vec<SignatureRow<'static>>,
    /// The journal position up to which everything is kept.
    kept: u64,
}

impl Keeper {
    fn fold(&mut self, shared: &Shared, block: &std::sync::Arc<store::Block>) -> bool {
        let outcome = shared.folded_mut().apply(block, &mut self.changes);
        match outcome {
            Ok(()) => {
                shared.feed.folded_to(block.position);
                shared.answers.activity().ring();
                true
            }
            Err(error) => {
                pause(&error);
                false
            }
        }
    }

    fn keep(&mut self, shared: &Shared) {
        // Parts first: should the process end in between, the split is folded again and finds them in order.
        if let Err(error) = compaction::refile_strays(shared) {
            return pause(&error);
        }
        let (position, versions) = {
            let mut folded = shared.folded_mut();
            self.discovered.extend(folded.signatures.take_dirty());
            (folded.position, (folded.plans.mapping_version, folded.plans.identity_version))
        };
        if position == self.kept && self.discovered.is_empty() {
            return;
        }
        let Changes { nodes, demoted, widened, links, links_closed, redirects, redirects_removed, refusals } =
            std::mem::take(&mut self.changes);
        let discovered = std::mem::take(&mut self.discovered);
        let change = StateChange {
            position: Some(position),
            mapping_version: Some(versions.0),
            identity_version: Some(versions.1),
            nodes,
            demoted,
            widened,
            links,
            links_closed,
            redirects,
            redirects_removed,
            refusals: refusals.into_values().collect(),
            discovered,
            ..StateChange::default()
        };
        match shared.commit(&change) {
            Ok(()) => {
                let mut folded = shared.folded_mut();
                folded.unsaved.drain(..change.nodes.len());
                folded.unsaved_links.drain(..change.links.len());
                folded.kept = position;
                self.kept = position;
            }
            Err(error) => {
                // Everything stays in memory and comes with the next try.
                let StateChange { nodes, demoted, widened, links, links_closed, redirects, redirects_removed, .. } =
                    change;
                let key = |row: &RefusalRow<'static>| (row.a, row.b, row.rule.clone().into_owned());
                let refusals = change.refusals.into_iter().map(|row| (key(&row), row)).collect();
                self.changes =
                    Changes { nodes, demoted, widened, links, links_closed, redirects, redirects_removed, refusals };
                self.discovered = change.discovered;
                pause(&error);
            }
        }
        shared.room_in_tail();
    }
}

/// Compaction has fallen far behind: let it catch up before the memory fills. Acknowledgements go on meanwhile.
///
/// While filing fails, as on a full disk, waiting would not help and answers would fall behind what was acknowledged; so
/// the tail may grow beyond it then ([`WHILE_FILING_FAILS`]). Whoever closes the engine is not kept waiting.
fn wait_for_room(shared: &Shared, most_bytes: usize) {
    let is_full = || {
        let (times, least) = WHILE_FILING_FAILS;
        let most_now = if shared.filing_fails() { least.max(times * most_bytes) } else { most_bytes };
        shared.folded().tail.size().1 > most_now
    };
    while !shared.feed.is_closed() && is_full() {
        shared.room_in_tail();
        shared.wait_for_tail(Duration::from_millis(50));
    }
}

fn pause(error: &dyn std::fmt::Display) {
    tracing::error!(%error, "folding pauses for a second");
    std::thread::sleep(Duration::from_secs(1));
}
