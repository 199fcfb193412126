//! Precision and recall over pairs.

use std::collections::HashMap;

use super::{Joined, Owners};

/// How many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Those that are right, or found.
    pub right: u64,
    /// All.
    pub of: u64,
}

impl Rate {
    /// From 0 to 1; 1 of nothing.
    pub fn share(self) -> f64 {
        if self.of == 0 { 1.0 } else { self.right as f64 / self.of as f64 }
    }
}

/// What came of the joining.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// People of whom something was seen.
    pub people: u64,
    /// Customers that hold something of somebody, not only what is the company's.
    pub customers: u64,
    /// Customers that hold two people's own identifiers.
    pub mixed: u64,
    /// Pairs of identifiers in one customer: right are those with a person in common. Pairs of two of the company's are
    /// left out.
    pub identifiers: Rate,
    /// Pairs of events in one customer: right are those of one person. Events known by nothing but what is the company's
    /// are left out.
    pub events: Rate,
    /// The same of events that name something that is their person's own.
    pub named_events: Rate,
    /// Events left out above.
    pub nobodys_events: u64,
    /// Pairs of a person's own identifiers: right are those in one customer.
    pub recall: Rate,
    /// The same of pairs that are knowable.
    pub knowable: Rate,
    /// Pairs of a person's events: right are those in one customer.
    pub event_recall: Rate,
}

/// Somebody's own identifier: the person, the set of what is knowably theirs, the customer.
type Own = (u32, u32, u32);

impl Joined {
    /// Compares customers with people.
    pub fn quality(&self) -> Quality {
        let mut quality = Quality::default();
        let mut somebodys = vec![false; self.nodes.len()];
        for nodes in self.by_customer() {
            let owners: Vec<&Owners> = nodes.iter().map(|node| self.owners(*node)).collect();
            let of_company = owners.iter().filter(|owners| owners.people.is_empty()).count() as u64;
            if of_company == owners.len() as u64 {
                continue;
            }
            quality.customers += 1;
            somebodys[self.customers[nodes[0] as usize] as usize] = true;
            let mut people: Vec<u32> = owners.iter().filter_map(|owners| owners.sole()).collect();
            people.sort_unstable();
            people.dedup();
            quality.mixed += u64::from(people.len() > 1);
            quality.identifiers.right += right_pairs(&owners);
            quality.identifiers.of += pairs(owners.len() as u64) - pairs(of_company);
        }
        self.judge_events(&somebodys, &mut quality);
        (quality.recall, quality.knowable) = self.judge_recall();
        quality
    }

    fn judge_events(&self, somebodys: &[bool], quality: &mut Quality) {
        let (mut all, mut named, mut people) = (Vec::new(), Vec::new(), Vec::new());
        for filed in &self.filed {
            let customer = self.customers[filed.anchor as usize];
            people.push(filed.person);
            if !somebodys[customer as usize] {
                quality.nobodys_events += 1;
                continue;
            }
            all.push((customer, filed.person));
            if filed.is_named {
                named.push((customer, filed.person));
            }
        }
        (quality.events, quality.named_events) = (within(&mut all), within(&mut named));
        let found = quality.events.right;
        quality.event_recall = Rate { right: found, of: runs(&mut people).map(|(_, n)| pairs(n)).sum() };
        people.dedup();
        quality.people = people.len() as u64;
    }

    fn judge_recall(&self) -> (Rate, Rate) {
        let mut knowable = self.knowable.clone();
        let own: Vec<Own> = (1..self.nodes.len() as u32)
            .filter_map(|node| Some((self.owners(node).sole()?, knowable.root(node), self.customers[node as usize])))
            .collect();
        let pairs_by = |key: fn(&Own) -> Own| {
            let mut keys: Vec<Own> = own.iter().map(key).collect();
            runs(&mut keys).map(|(_, n)| pairs(n)).sum()
        };
        let recall = Rate { right: pairs_by(|own| (own.0, 0, own.2)), of: pairs_by(|own| (own.0, 0, 0)) };
        let knowable = Rate { right: pairs_by(|own| *own), of: pairs_by(|own| (own.0, own.1, 0)) };
        (recall, knowable)
    }
}

fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

/// Pairs within the first key, and of them those that agree in the second too.
fn within(keys: &mut [(u32, u32)]) -> Rate {
    let right = runs(keys).map(|(_, n)| pairs(n)).sum();
    let mut first: Vec<u32> = keys.iter().map(|(first, _)| *first).collect();
    Rate { right, of: runs(&mut first).map(|(_, n)| pairs(n)).sum() }
}

/// Each value with how often it comes; sorts.
fn runs<T: Ord + Copy>(values: &mut [T]) -> impl Iterator<Item = (T, u64)> {
    values.sort_unstable();
    values.chunk_by(|one, next| one == next).map(|run| (run[0], run.len() as u64))
}

/// Pairs of identifiers that have a person in common.
fn right_pairs(owners: &[&Owners]) -> u64 {
    let mut own: HashMap<u32, u64> = HashMap::new();
    owners.iter().filter_map(|owners| owners.sole()).for_each(|person| *own.entry(person).or_default() += 1);
    let shared: Vec<&&Owners> = owners.iter().filter(|owners| owners.people.len() > 1).collect();
    let among_own: u64 = own.values().map(|n| pairs(*n)).sum();
    let own_of = |owners: &Owners| owners.people.iter().filter_map(|person| own.get(person)).sum::<u64>();
    let of_shared_and_own: u64 = shared.iter().map(|owners| own_of(owners)).sum();
    let have_one_in_common =
        |one: &Owners, other: &Owners| one.people.iter().any(|person| other.people.contains(person));
    let among_shared: usize = shared
        .iter()
        .enumerate()
        .map(|(place, one)| shared[place + 1..].iter().filter(|other| have_one_in_common(one, other)).count())
        .sum();
    among_own + of_shared_and_own + among_shared as u64
}
