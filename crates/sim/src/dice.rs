//! Chance in whole numbers only, so that a seed gives the same world on every machine and with every
//! version of the libraries: the generator is a published sequence, the ranges are cut here.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// A stream of chance that belongs to one person (or one question about them).
#[derive(Clone, Debug)]
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream numbered `number` of the world `seed`; different numbers give unrelated streams.
    pub(crate) fn of(seed: u64, number: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(scramble(seed ^ scramble(number))))
    }

    pub(crate) fn salt(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// One of `0..count`. (The bias of multiply-and-shift is below 2^-32 * count: nothing here can see it.)
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(count)) >> 32) as u32
    }

    /// One of `least..=most`.
    pub(crate) fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    /// True `per_mille` times in a thousand.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < per_mille
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u32) as usize]
    }

    /// An index into `weights`, drawn by weight. At least one weight is above zero.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut rest = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if rest < weight {
                return index;
            }
            rest -= weight;
        }
        unreachable!("a number below the sum of the weights falls onto one of them")
    }
}

/// A bijection of 64 bits without visible pattern (the finaliser of SplitMix64, Steele et al. 2014).
pub(crate) fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scrambler_gives_the_published_sequence_of_splitmix64() {
        // First outputs of SplitMix64 from state 0: output n is the finaliser of n times the golden gamma.
        let outputs = [0_u64, 1, 2].map(|n| scramble(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        assert_eq!(outputs, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
    }

    #[test]
    fn weights_decide_how_often() {
        let mut dice = Dice::of(1, 1);
        let mut counts = [0_i32; 3];
        for _ in 0..30_000 {
            counts[dice.weighted([1, 0, 2].into_iter())] += 1;
        }
        // Five standard deviations of a binomial with n = 30,000 and p = 1/3 are 408.
        assert!((counts[0] - 10_000).abs() < 408 && counts[1] == 0, "{counts:?}");
    }
}
