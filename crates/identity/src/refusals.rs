//! Joins that were asked for and refused.

use hashbrown::HashMap;
use model::{Arrival, NodeId};
use store::RefusalRow;

use crate::rules::{Rules, Why};

/// Refusals by pair: the identifier whose customer would have grown, and the one that would have joined it. Where the fault
/// lies with one value alone, it stands at both places.
#[derive(Debug, Default)]
pub(crate) struct Refusals(HashMap<(u32, u32), Vec<Refused>>);

#[derive(Debug)]
struct Refused {
    why: Why,
    first: Arrival,
    last: Arrival,
    count: u64,
}

impl Refused {
    fn row(&self, (a, b): (u32, u32), rules: &Rules) -> RefusalRow<'static> {
        RefusalRow {
            a: NodeId(a),
            b: NodeId(b),
            rule: rules.in_words(self.why).into(),
            first: self.first,
            last: self.last,
            count: self.count,
        }
    }
}

impl Refusals {
    /// Counts one more; gives what it has become.
    pub(crate) fn add(&mut self, pair: (u32, u32), why: Why, arrival: Arrival, rules: &Rules) -> RefusalRow<'static> {
        let of_pair = self.0.entry(pair).or_default();
        let at = of_pair.iter().position(|refused| refused.why == why).unwrap_or_else(|| {
            of_pair.push(Refused { why, first: arrival, last: arrival, count: 0 });
            of_pair.len() - 1
        });
        let refused = &mut of_pair[at];
        refused.last = arrival;
        refused.count += 1;
        refused.row(pair, rules)
    }

    /// Takes up what was kept.
    pub(crate) fn restore(&mut self, row: &RefusalRow<'_>, rules: &Rules) {
        let Some(why) = rules.why(&row.rule) else { return };
        let refused = Refused { why, first: row.first, last: row.last, count: row.count };
        self.0.entry((row.a.0, row.b.0)).or_default().push(refused);
    }

    /// True if one of the two has claimed the other in vain: a limit or a conflict kept them apart.
    pub(crate) fn is_claim(&self, pair: (u32, u32)) -> bool {
        let of_pair = self.0.get(&pair).into_iter().flatten();
        of_pair.into_iter().any(|refused| refused.why.is_claim())
    }

    /// True if the two were ever refused, whichever of them asked.
    pub(crate) fn knows(&self, a: u32, b: u32) -> bool {
        !self.0.is_empty() && (self.0.contains_key(&(a, b)) || self.0.contains_key(&(b, a)))
    }

    pub(crate) fn rows<'r>(&'r self, rules: &'r Rules) -> impl Iterator<Item = RefusalRow<'static>> + 'r {
        self.0.iter().flat_map(move |(pair, all)| all.iter().map(move |refused| refused.row(*pair, rules)))
    }
}
