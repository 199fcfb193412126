//! Bad rows repaired: edited by hand or by a rule, read again by the parser of their dialect, and stored in one commit
//! with the mark that they are repaired.

use ingest::{Arrived, Dialect};
use json_patch::Patch;
use serde::Serialize;
use store::{BadRow, BadState, Encoded, Order, QuarantineId, StoreError, Submission};

use crate::{Engine, EngineError, QuarantineQuery};

/// What became of items that were repaired.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Repaired {
    /// Items that are events now (or, in a dry run, would be).
    pub repaired: u64,
    /// Of these, how many had been stored before.
    pub duplicates: u64,
    /// Items that are still bad, with what is wrong now.
    pub still_bad: Vec<StillBad>,
}

/// An item that could not be read even now.
#[derive(Clone, Debug, Serialize)]
pub struct StillBad {
    /// The item.
    pub id: QuarantineId,
    /// What is wrong.
    pub reason: String,
}

/// Whether a repair is done or only tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Store what can be read now.
    Repair,
    /// Only say what would happen.
    DryRun,
}

impl Engine {
    /// Reads one item again, with `payload` in the place of its own if given. Errors if it is not open.
    pub fn repair(&self, id: QuarantineId, payload: Option<&str>, mode: Mode) -> Result<Repaired, EngineError> {
        let row = self.answers().quarantined(id)?.filter(|row| row.state == BadState::Open);
        let mut row =
            row.ok_or_else(|| StoreError::NotFound { what: "open item in the quarantine", name: id.to_string() })?;
        if let Some(payload) = payload {
            payload.clone_into(&mut row.payload);
        }
        let mut outcome = Repaired::default();
        self.replay(&row, mode, &mut outcome)?;
        Ok(outcome)
    }

    /// Applies an RFC 6902 patch to the payload of every open item the query lets pass, and reads each again.
    pub fn repair_by_rule(&self, query: &QuarantineQuery, patch: &Patch, mode: Mode) -> Result<Repaired, EngineError> {
        let mut outcome = Repaired::default();
        let mut page = QuarantineQuery { order: Order::OldestFirst, after: None, limit: 500, ..query.clone() };
        page.filter.state = Some(BadState::Open);
        loop {
            let rows = self.answers().quarantine(&page)?;
            for mut row in rows.items {
                match patched(&row.payload, patch) {
                    Ok(payload) => {
                        row.payload = payload;
                        self.replay(&row, mode, &mut outcome)?;
                    }
                    Err(reason) => outcome.still_bad.push(StillBad { id: row.id, reason }),
                }
            }
            match rows.next {
                Some(next) => page.after = Some(next),
                None => return Ok(outcome),
            }
        }
    }

    /// Marks an item as of no use.
    pub fn discard(&self, id: QuarantineId) -> Result<(), EngineError> {
        self.discard_row(id)
    }

    fn replay(&self, row: &BadRow, mode: Mode, outcome: &mut Repaired) -> Result<(), EngineError> {
        let still_bad = |reason: String| StillBad { id: row.id, reason };
        let Some(dialect) = dialect_of(&row.dialect) else {
            outcome.still_bad.push(still_bad(format!("{:?} is no dialect that can be read again", row.dialect)));
            return Ok(());
        };
        let arrived = Arrived { source: &row.source, received_at: row.received_at };
        match ingest::reparse(dialect, &row.payload, &arrived) {
            Err(bad) => outcome.still_bad.push(still_bad(bad.fault.to_string())),
            Ok(_) if mode == Mode::DryRun => outcome.repaired += 1,
            Ok(event) => {
                let mut events = Encoded::default();
                events.push(0, &event);
                let submission =
                    Submission { source: row.source.clone(), events, repairs: Some(row.id), ..Submission::default() };
                let receipt = self.submit_and_wait(submission)?;
                if !receipt.conflicts.is_empty() {
                    let reason = "its message id is in use for another payload: give it an id of its own";
                    outcome.still_bad.push(still_bad(reason.to_owned()));
                } else if receipt.repairable {
                    outcome.repaired += 1;
                    outcome.duplicates += u64::from(receipt.duplicates);
                }
            }
        }
        Ok(())
    }
}

fn dialect_of(name: &str) -> Option<Dialect> {
    // Events whose id was in use are kept in the journal's own words.
    let name = if name == "event" { "native" } else { name };
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

fn patched(payload: &str, patch: &Patch) -> Result<String, String> {
    let mut value: serde_json::Value =
        serde_json::from_str(payload).map_err(|error| format!("the payload is not JSON: {error}"))?;
    json_patch::patch(&mut value, patch).map_err(|error| error.to_string())?;
    Ok(value.to_string())
}
