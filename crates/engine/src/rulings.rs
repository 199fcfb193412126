//! What people decide about who is who, put into the journal and waited for.

use std::time::Duration;

use model::{Identifier, Invalid, RULINGS_SOURCE, RawJson, Ruling, Timestamp};
use serde::Serialize;
use store::{Encoded, Submission};

use crate::answers::known;
use crate::{Engine, EngineError};

/// How long a ruling may take to be in force.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who decides, and why.
#[derive(Clone, Copy, Debug)]
pub struct Reason<'r> {
    /// The name under which it is kept.
    pub author: &'r str,
    /// In the author's words; may be empty.
    pub note: &'r str,
}

/// Two identifiers and whose they are, now that a ruling is in force.
#[derive(Clone, Debug, Serialize)]
pub struct Ruled {
    /// The customer of the first.
    pub a: String,
    /// The customer of the second.
    pub b: String,
}

impl Engine {
    /// Puts a ruling about two identifiers in force: it is in the journal, and in every answer, when this returns.
    ///
    /// Errors with [`EngineError::NeverSeen`] or, if both are the same, with [`EngineError::Invalid`], with
    /// [`EngineError::Forbidden`] if a rule keeps the two apart; then nothing is stored.
    pub fn rule(&self, ruling: Ruling, both: &[Identifier<'_>; 2], reason: Reason<'_>) -> Result<Ruled, EngineError> {
        let now = Timestamp::now();
        let message_id = {
            let folded = self.answers().settled()?;
            let (a, b) = (known(&folded, "a", &both[0])?, known(&folded, "b", &both[1])?);
            if a == b {
                return Err(Invalid::new("b", both[1].value.as_str(), "is the same identifier as the first").into());
            }
            if let Some(rule) = folded.identity.forbids_merge(a, b).filter(|_| ruling == Ruling::Merge) {
                return Err(EngineError::Forbidden { rule });
            }
            format!("{}-{a}-{b}-{}", ruling.as_str(), now.micros())
        };
        let mut event = ruling.event(&message_id, both.clone(), now);
        let properties = serde_json::json!({ "author": reason.author, "note": reason.note }).to_string();
        event.properties = RawJson::trusted(properties);
        event.validate()?;
        let events: Encoded = std::iter::once(&event).collect();
        self.submit_and_wait(Submission { source: RULINGS_SOURCE.to_owned(), events, ..Submission::default() })?;
        self.fold_all(PATIENCE)?;
        let folded = self.answers().settled()?;
        let [a, b] = [known(&folded, "a", &both[0])?, known(&folded, "b", &both[1])?]
            .map(|node| folded.identity.customer_of(node).to_string());
        Ok(Ruled { a, b })
    }
}
