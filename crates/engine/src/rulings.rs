//! What people decide about who is who, put into the journal and waited for; and what a linkage of records found.

use std::time::Duration;

use model::{
    DocumentKind, Event, Identifier, IdentifierKind, Invalid, Matched, RULINGS_SOURCE, RawJson, Ruling, Timestamp,
};
use serde::{Deserialize, Serialize};
use store::{Encoded, Submission};
use xxhash_rust::xxh3::xxh3_128;

use crate::answers::known;
use crate::plans::THE_ONE;
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

/// What a linkage found out about the records of one source, and what people decided on its review: links to be between the
/// records' identifiers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedRecords {
    /// Kind of identifier under which the records are known, such as `crm_id`.
    pub kind: String,
    /// Version of the plan `linkage/default` by which they were linked.
    pub model_version: u32,
    /// Pairs that the model takes for one person.
    #[serde(default)]
    pub matches: Vec<MatchedRecords>,
    /// Pairs that people said are one person.
    #[serde(default)]
    pub accepted: Vec<[String; 2]>,
    /// Pairs that people said are two.
    #[serde(default)]
    pub rejected: Vec<[String; 2]>,
}

/// Two records that a model takes for one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchedRecords {
    /// Id of the one.
    pub a: String,
    /// Id of the other.
    pub b: String,
    /// Weight of the pair, in bits.
    pub weight: f64,
    /// Probability that both are one person, 0 to 1.
    pub probability: f64,
}

/// What became of [`LinkedRecords`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksTaken {
    /// Events stored.
    pub stored: u64,
    /// Events that had been stored before.
    pub duplicates: u64,
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

    /// Puts what a linkage found into the journal, at most [`LinkedRecords::MOST_PAIRS`] pairs; they are durable when this
    /// returns. The same finding is stored once, however often it is told. What people decided goes before what a model
    /// found, and records that no event has named yet are customers from then on.
    ///
    /// Errors with [`EngineError::Invalid`], which names the field; then nothing is stored.
    pub fn take_links(&self, links: &LinkedRecords, author: &str) -> Result<LinksTaken, EngineError> {
        let document = self.answers().plans().document(DocumentKind::Linkage, THE_ONE, Some(links.model_version))?;
        let Some(document) = document else {
            let version = links.model_version.to_string();
            return Err(Invalid::new("model_version", &version, "is no version of the plan linkage/default").into());
        };
        // The time of the model's version: what is told twice is then equal.
        let events = links.events(document.at, author)?;
        let events: Encoded = events.iter().collect();
        let submission = Submission { source: RULINGS_SOURCE.to_owned(), events, ..Submission::default() };
        let receipt = self.submit_and_wait(submission)?;
        Ok(LinksTaken { stored: receipt.accepted.into(), duplicates: receipt.duplicates.into() })
    }
}

impl LinkedRecords {
    /// Most pairs that are taken at once.
    pub const MOST_PAIRS: usize = 1_000;

    fn events(&self, at: Timestamp, author: &str) -> Result<Vec<Event<'static>>, Invalid> {
        let pairs = self.matches.len() + self.accepted.len() + self.rejected.len();
        if pairs > Self::MOST_PAIRS {
            return Err(Invalid::new(
                "matches",
                &pairs.to_string(),
                format!("pairs are more than {}", Self::MOST_PAIRS),
            ));
        }
        let kind = IdentifierKind::parse(self.kind.clone())?;
        let model = format!("{}@{}", DocumentKind::Linkage, self.model_version);
        let decision = serde_json::json!({ "author": author, "model": model }).to_string();
        let mut events = Vec::with_capacity(pairs);
        for (ruling, place, decided) in
            [(Ruling::Unmerge, "rejected", &self.rejected), (Ruling::Merge, "accepted", &self.accepted)]
        {
            for (index, [a, b]) in decided.iter().enumerate() {
                let event = event_of(ruling, &kind, [a, b], at, decision.clone());
                events.push(event.map_err(|invalid| invalid.within(&format!("{place}[{index}]")))?);
            }
        }
        for (index, MatchedRecords { a, b, weight, probability }) in self.matches.iter().enumerate() {
            let place = format!("matches[{index}]");
            if !(0.0..=1.0).contains(probability) {
                let invalid = Invalid::new("probability", &probability.to_string(), "lies outside 0 to 1");
                return Err(invalid.within(&place));
            }
            let matched = Matched { model: model.clone(), weight: *weight, probability: *probability };
            let properties = serde_json::json!(matched).to_string();
            let event = event_of(Ruling::Match, &kind, [a, b], at, properties);
            events.push(event.map_err(|invalid| invalid.within(&place))?);
        }
        Ok(events)
    }
}

/// The event of a finding. Its message id is a hash of everything it says.
fn event_of(
    ruling: Ruling,
    kind: &IdentifierKind<'static>,
    [a, b]: [&String; 2],
    at: Timestamp,
    properties: String,
) -> Result<Event<'static>, Invalid> {
    if a == b {
        return Err(Invalid::new("b", b, "is the same record as the first"));
    }
    let (a, b) = (a.min(b), a.max(b));
    let said = serde_json::json!([ruling.as_str(), kind.as_str(), a, b, at.micros(), properties]).to_string();
    let message_id = format!("{}-{:032x}", ruling.as_str(), xxh3_128(said.as_bytes()));
    let both = [a, b].map(|id| Identifier::new(kind.clone(), id.clone()));
    let mut event = ruling.event(&message_id, both, at).into_owned();
    event.properties = RawJson::trusted(properties);
    event.validate()?;
    Ok(event)
}
