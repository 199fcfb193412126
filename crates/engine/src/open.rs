//! Opening a data directory: folded state back into memory, and whatever the journal holds beyond it.

use std::sync::Arc;

use identity::{Changes, Identity};
use model::NodeId;
use store::{DataDirectory, JournalReader, Plans, SqliteJournalReader, SqlitePlans, SqliteState, StateReader};

use crate::EngineError;
use crate::answers::{Answers, Sources};
use crate::folded::Folded;
use crate::plans::AppliedPlans;
use crate::signatures::Signatures;

const BLOCKS_AT_A_TIME: usize = 32;

/// Answers beside a process that writes, or on a directory nobody writes to.
pub(crate) fn read_only(directory: &DataDirectory) -> Result<Answers, EngineError> {
    let sources = sources(directory)?;
    let mut folded = load(sources.plans.as_ref(), sources.journal.as_ref(), sources.state.as_ref())?;
    let mut changes = Changes::default();
    let head = sources.journal.head()?.position;
    while folded.position < head {
        for block in sources.journal.read_after(folded.position, BLOCKS_AT_A_TIME)? {
            folded.apply(&block, &mut changes)?;
        }
        changes = Changes::default();
    }
    Ok(Answers::new(folded, sources, directory, None))
}

/// What answers read from, opened beside whoever writes. Plans stay writable: any process may write them.
pub(crate) fn sources(directory: &DataDirectory) -> Result<Sources, EngineError> {
    Ok(Sources {
        plans: Box::new(SqlitePlans::open(directory)?),
        users: Box::new(SqlitePlans::open(directory)?),
        journal: Box::new(SqliteJournalReader::open(directory)?),
        state: Box::new(SqliteState::open_read_only(directory)?),
    })
}

/// The state as it was last kept; blocks that were folded and are not yet in parts are put back into the tail.
pub(crate) fn load(
    plans: &dyn Plans,
    journal: &dyn JournalReader,
    state: &dyn StateReader,
) -> Result<Folded, EngineError> {
    let head = state.head()?;
    let versions = (head.mapping_version.unwrap_or(0), head.identity_version.unwrap_or(0));
    let applied =
        if head.position == 0 { AppliedPlans::load(plans)? } else { AppliedPlans::load_versions(plans, versions)? };
    let mut identity = Identity::new(&applied.identity);
    state.load_nodes(NodeId(0), &mut |row| identity.restore_node(&row))?;
    state.load_links(&mut |row| identity.restore_link(&row))?;
    state.load_redirects(&mut |row| identity.restore_redirect(&row))?;
    state.load_refusals(&mut |row| identity.restore_refusal(&row))?;
    identity.restored();
    let mut signatures = Vec::new();
    state.load_discovered(&mut |row| signatures.push(row.into_owned()))?;

    let mut folded = Folded::new(applied, identity, Signatures::new(signatures));
    state.load_parts(&mut |part| folded.parts.push(Arc::new(part)))?;
    // What is filed is in, also where nothing lies behind it in the journal: columns read what is newer than this.
    folded.through = folded.parts.iter().map(|part| part.arrivals.1).max().unwrap_or(folded.through);
    folded.columns_through = head.columns_through;
    folded.position = head.columns_through;
    folded.kept = head.position;
    while folded.position < head.position {
        for block in journal.read_after(folded.position, BLOCKS_AT_A_TIME)? {
            if block.position > head.position {
                break;
            }
            folded.recall(&block)?;
            folded.position = block.position;
            folded.through = model::Arrival(block.next().0 - 1);
        }
    }
    Ok(folded)
}
