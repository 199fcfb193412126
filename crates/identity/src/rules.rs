//! The rules in the form the fold asks them.

use hashbrown::HashSet;
use model::{IdentifierKind, IdentityRules};

/// Number of a kind of identifier in this fold's own table.
pub(crate) type KindCode = u8;

/// All kinds that the rules do not name: the weakest, without limits.
const UNNAMED: KindCode = KindCode::MAX;

#[derive(Debug)]
pub(crate) struct Rules {
    blocked: HashSet<String>,
    longest_blocked: usize,
    /// Names by code of the kinds that the rules name; those with a priority come first, in its order.
    kinds: Vec<String>,
    /// Most values a customer may have, by position in `limited`.
    limits: Vec<(KindCode, u32)>,
}

impl Rules {
    pub(crate) fn new(rules: &IdentityRules) -> Self {
        let blocked: HashSet<String> = rules.blocked.iter().map(|value| value.trim().to_lowercase()).collect();
        let longest_blocked = blocked.iter().map(String::len).max().unwrap_or(0);
        let mut compiled = Self { blocked, longest_blocked, kinds: Vec::new(), limits: Vec::new() };
        for kind in &rules.priority {
            compiled.name_kind(kind);
        }
        for (kind, &most) in &rules.limits {
            let code = compiled.name_kind(kind);
            compiled.limits.push((code, most));
        }
        compiled
    }

    /// True for values that say nothing about a person, such as `null` or `0`.
    pub(crate) fn is_blocked(&self, normalised: &str) -> bool {
        // Lower-casing can shorten or lengthen a text a little; twice the longest is far enough.
        normalised.len() <= 2 * self.longest_blocked && self.blocked.contains(normalised.to_lowercase().as_str())
    }

    /// Smaller codes are stronger: they follow the priority. Kinds the rules do not name share the weakest.
    pub(crate) fn code_of(&self, kind: &IdentifierKind<'_>) -> KindCode {
        let name = kind.as_str();
        self.kinds.iter().position(|named| named == name).map_or(UNNAMED, |position| position as KindCode)
    }

    fn name_kind(&mut self, name: &str) -> KindCode {
        let known = self.kinds.iter().position(|named| named == name);
        let position = known.unwrap_or_else(|| {
            self.kinds.push(name.to_owned());
            self.kinds.len() - 1
        });
        KindCode::try_from(position).unwrap_or(UNNAMED)
    }

    pub(crate) fn kind_name(&self, code: KindCode) -> &str {
        &self.kinds[usize::from(code)]
    }

    pub(crate) fn limits(&self) -> &[(KindCode, u32)] {
        &self.limits
    }

    /// Position among the limited kinds, if the kind has a limit.
    pub(crate) fn limit_slot(&self, code: KindCode) -> Option<usize> {
        self.limits.iter().position(|&(limited, _)| limited == code)
    }
}
