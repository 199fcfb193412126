//! Looking customers up without saying the value: by a keyed hash that only holders of the key can make.
//!
//! A till or a partner that knows a mail address asks with HMAC-SHA-256 over the kind, a zero byte and the normalised value.
//! The address stands in no request, no log of a proxy, no list that somebody copies; and as the key is secret, nobody can
//! find addresses by hashing all there are.

use std::sync::PoisonError;

use ::hmac::{Hmac, KeyInit, Mac};
use hashbrown::HashMap;
use model::{Identifier, IdentifierKind, Invalid, NodeId, hex};
use sha2::Sha256;
use store::{LookupKey, NodeRow};

use super::{Answers, CustomerAnswer};
use crate::EngineError;

/// Bytes of a hash that the index keeps: 128 bits never meet by chance.
const KEPT: usize = 16;

/// Identifiers by their hashes: made at the first question, carried on with each. About 25 bytes an identifier.
#[derive(Debug)]
pub(crate) struct HmacIndex {
    key: LookupKey,
    nodes: HashMap<[u8; KEPT], NodeId>,
    /// The last identifier that is in it.
    through: NodeId,
    /// The version of the identity rules under which identifiers are numbered.
    identity_version: u32,
}

impl HmacIndex {
    fn add(&mut self, row: &NodeRow<'_>) {
        // A later owner of a thing takes the place of the earlier.
        self.nodes.insert(kept(&hmac(&self.key, &row.kind, &row.value)), row.node);
        self.through = row.node;
    }
}

impl Answers {
    /// The hash under which an identifier can be looked up: 64 hex digits. The value is normalised first.
    pub fn hmac(&self, identifier: &Identifier<'_>) -> Result<String, EngineError> {
        let Identifier { kind, value } = identifier;
        let key = LookupKey::of(&self.directory)?;
        let folded = self.settled()?;
        let hash = hmac(&key, kind, &folded.identity.normalised(kind, value.as_str()));
        Ok(hex::written(&hash))
    }

    /// The customer of the identifier with that kind and hash, as far as it may be known for a purpose.
    pub fn lookup_hmac(&self, hash: &str, purpose: Option<&str>) -> Result<Option<CustomerAnswer>, EngineError> {
        let hash = hex::parse(hash).ok_or_else(|| Invalid::new("hmac", hash, "is no hash of 64 hex digits"))?;
        let found = {
            let folded = self.settled()?;
            let mut index = self.hmacs.lock().unwrap_or_else(PoisonError::into_inner);
            let identity_version = folded.plans.identity_version;
            let index = match index.as_mut().filter(|index| index.identity_version == identity_version) {
                Some(_) => index.as_mut().expect("it was there a moment ago"),
                None => {
                    let key = LookupKey::of(&self.directory)?;
                    index.insert(HmacIndex { key, nodes: HashMap::new(), through: NodeId(0), identity_version })
                }
            };
            if index.through.0 < folded.identity.nodes() {
                self.state().load_nodes(index.through, &mut |row| index.add(&row))?;
                let through = index.through;
                folded.unsaved.iter().filter(|row| row.node > through).for_each(|row| index.add(row));
            }
            index.nodes.get(&kept(&hash)).copied()
        };
        found.map_or(Ok(None), |node| self.customer_of(node, purpose))
    }
}

fn hmac(key: &LookupKey, kind: &IdentifierKind<'_>, normalised: &str) -> [u8; 32] {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("keys of any length serve");
    hmac.update(kind.as_str().as_bytes());
    hmac.update(&[0]);
    hmac.update(normalised.as_bytes());
    hmac.finalize().into_bytes().into()
}

fn kept(hash: &[u8; 32]) -> [u8; KEPT] {
    let mut kept = [0; KEPT];
    kept.copy_from_slice(&hash[..KEPT]);
    kept
}
