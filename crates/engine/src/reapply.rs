//! When mapping or identity rules have changed: everything filed is looked at again under the new ones.
//!
//! Runs on the folding thread, so nothing is folded meanwhile; acknowledgements go on, answers show the old plans (and
//! say so) until the swap.

use std::sync::{Arc, PoisonError};

use hashbrown::HashMap;
use identity::{Changes, Identity};
use model::{Arrival, Event};
use store::{JournalReader, StateChange};

use crate::EngineError;
use crate::compaction::{rewrite, swap};
use crate::folded::touchpoint;
use crate::plans::AppliedPlans;
use crate::shared::Shared;
use crate::signatures::{SignatureKey, Signatures};

/// Blocks read at a time when the link log is built anew.
const BLOCKS_AT_A_TIME: usize = 16;

pub(crate) fn if_changed(shared: &Shared, journal: &dyn JournalReader) -> Result<(), EngineError> {
    let plans = shared.answers.plans();
    if plans.revision()? == shared.folded().plans.revision {
        return Ok(());
    }
    let new = AppliedPlans::load(plans)?;
    let (same_filing, same_identity) = {
        let old = &shared.folded().plans;
        (new.files_like(old), new.identity_version == old.identity_version)
    };
    if same_filing {
        shared.folded_mut().plans = new;
        return Ok(());
    }
    let _alone = shared.columns_work.lock().unwrap_or_else(PoisonError::into_inner);
    let started = std::time::Instant::now();
    let through = shared.folded().position;
    let refolded = if same_identity { None } else { Some(refold_identity(&new, journal, through)?) };

    let old_parts = shared.folded().parts.clone();
    let mut unmapped: HashMap<SignatureKey, u64> = HashMap::new();
    let rewritten = rewrite(shared, &old_parts, |folded, row| {
        let identity = refolded.as_ref().map_or(&folded.identity, |(identity, _)| identity);
        if let Some(anchor) = identity.anchor_of(row.arrival, &row.event) {
            row.anchor = anchor;
        }
        row.customer = identity.customer_of(row.anchor);
        let (name, registered) = touchpoint(&new.mapping, &row.event);
        if !registered {
            *unmapped.entry(SignatureKey::of(&row.event)).or_default() += 1;
        }
        row.touchpoint = name.to_owned().into();
        row.registered = registered;
    })?;
    let tail: Vec<_> = shared.folded().tail.blocks().iter().map(|tail| Arc::clone(&tail.block)).collect();
    for block in &tail {
        for entry in block.events() {
            let (_, event) = entry?;
            if !touchpoint(&new.mapping, &event).1 {
                *unmapped.entry(SignatureKey::of(&event)).or_default() += 1;
            }
        }
    }

    let discovered = shared.folded().signatures.recounted(unmapped);
    let mut change = StateChange {
        mapping_version: Some(new.mapping_version),
        identity_version: Some(new.identity_version),
        discovered: discovered.clone(),
        ..StateChange::default()
    };
    if let Some((_, changes)) = &refolded {
        // The old link log goes, the new one comes: positions and parts are written again in the same breath.
        shared.state().clear()?;
        change.position = Some(through);
        change.columns_through = Some(shared.folded().columns_through);
        change.nodes.clone_from(&changes.nodes);
        change.demoted.clone_from(&changes.demoted);
        change.widened.clone_from(&changes.widened);
        change.links.clone_from(&changes.links);
        change.links_closed.clone_from(&changes.links_closed);
        change.redirects.clone_from(&changes.redirects);
        change.refusals = changes.refusals.values().cloned().collect();
    }
    let mapping_version = new.mapping_version;
    swap(shared, &old_parts, rewritten, change, |folded| {
        if let Some((identity, _)) = refolded {
            folded.identity = identity;
            folded.unsaved.clear();
            folded.unsaved_links.clear();
        }
        folded.signatures = Signatures::new(discovered);
        folded.set_plans(new)?;
        Ok(())
    })?;
    tracing::info!(mapping_version, seconds = started.elapsed().as_secs_f64(), "changed plans are in force");
    Ok(())
}

/// The link log under other rules, from the first event on.
fn refold_identity(
    plans: &AppliedPlans,
    journal: &dyn JournalReader,
    through: u64,
) -> Result<(Identity, Changes), EngineError> {
    let mut identity = Identity::new(&plans.identity);
    let mut changes = Changes::default();
    let mut position = 0;
    while position < through {
        let blocks = journal.read_after(position, BLOCKS_AT_A_TIME)?;
        for block in blocks.iter().take_while(|block| block.position <= through) {
            let events: Vec<(Arrival, Event<'_>)> = block.events().collect::<Result<_, _>>()?;
            identity.observe_all(&events, &mut changes, |_| ());
            position = block.position;
        }
        if blocks.is_empty() {
            break;
        }
    }
    // Everything is filed anew under these people.
    identity.forget_strays();
    Ok((identity, changes.settled()))
}
