use crate::wait::Wait;

/// Waits in one piece of memory at most; pieces are split beyond.
const CHUNK: usize = 512;

/// Waits in order, from which any can be taken out again. 8 to 16 bytes a wait.
///
/// They lie in chunks, so adding one, taking one out and finding the one at a place cost a step for each chunk and a move
/// within one: of a million waits, about two thousand short steps. A tree of counts would find its way in fewer, but takes
/// several times the memory, and its places must be counted too.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    /// Microseconds, ascending from chunk to chunk and within each; no chunk is empty.
    chunks: Vec<Vec<i64>>,
    len: usize,
    sum: i128,
}

impl Waits {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn add(&mut self, wait: i64) {
        self.len += 1;
        self.sum += i128::from(wait);
        if self.chunks.is_empty() {
            self.chunks.push(Vec::new());
        }
        let at = self.chunk_of(wait).min(self.chunks.len() - 1);
        let chunk = &mut self.chunks[at];
        chunk.insert(chunk.partition_point(|other| *other < wait), wait);
        if chunk.len() > CHUNK {
            let upper = chunk.split_off(CHUNK / 2);
            chunk.shrink_to(CHUNK);
            self.chunks.insert(at + 1, upper);
        }
    }

    /// Takes out one wait of this length, which must be there.
    pub(super) fn take(&mut self, wait: i64) {
        let at = self.chunk_of(wait);
        let chunk = &mut self.chunks[at];
        let place = chunk.partition_point(|other| *other < wait);
        let taken = chunk.remove(place);
        debug_assert_eq!(taken, wait, "only what was added is taken out");
        self.len -= 1;
        self.sum -= i128::from(taken);
        if chunk.is_empty() {
            self.chunks.remove(at);
        } else if chunk.len() < CHUNK / 4 && at + 1 < self.chunks.len() && self.chunks[at + 1].len() < CHUNK / 2 {
            let next = self.chunks.remove(at + 1);
            self.chunks[at].extend(next);
        }
    }

    /// The exact figures of all waits, as [`Wait::of`] gives them; none if there is no wait.
    pub(super) fn figures(&self) -> Option<Wait> {
        let last = self.len.checked_sub(1)?;
        let quantile_s = |percent: usize| {
            let (place, hundredths) = (percent * last / 100, percent * last % 100);
            let (low, next) = (self.at(place), self.at(last.min(place + 1)));
            (low as f64 + (next - low) as f64 * (hundredths as f64 / 100.0)) / 1e6
        };
        Some(Wait {
            n: self.len as u64,
            min_s: self.at(0) as f64 / 1e6,
            mean_s: self.sum as f64 / self.len as f64 / 1e6,
            median_s: quantile_s(50),
            q95_s: quantile_s(95),
            max_s: self.at(last) as f64 / 1e6,
        })
    }

    pub(super) fn bytes(&self) -> usize {
        let held: usize = self.chunks.iter().map(Vec::capacity).sum();
        held * size_of::<i64>() + self.chunks.capacity() * size_of::<Vec<i64>>()
    }

    /// The first chunk that reaches so far; one past the last if none does.
    fn chunk_of(&self, wait: i64) -> usize {
        self.chunks.partition_point(|chunk| chunk.last().is_some_and(|longest| *longest < wait))
    }

    /// The wait at a place in the order of all, which must be less than their number.
    fn at(&self, place: usize) -> i64 {
        let mut rest = place;
        for chunk in &self.chunks {
            match chunk.get(rest) {
                Some(wait) => return *wait,
                None => rest -= chunk.len(),
            }
        }
        panic!("place {place} of {} waits", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_added_and_taken_out_over_many_chunks_have_the_figures_of_those_that_are_left() {
        let mut waits = Waits::default();
        let mut plain: Vec<i64> = Vec::new();
        // A linear congruence (Knuth, MMIX): the numbers only need to be everywhere, and some alike.
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for wave in 0..6 {
            for _ in 0..3_000 {
                let wait = random(2_000) as i64;
                waits.add(wait);
                plain.push(wait);
            }
            let left = [2_500, 1, 3_000, 0, 700, 0][wave];
            while plain.len() > left {
                waits.take(plain.swap_remove(random(plain.len())));
                if plain.len().is_multiple_of(500) {
                    assert_eq!(waits.figures(), Wait::of(std::iter::once(&*plain)), "{} left", plain.len());
                    let most_chunks = 2 + plain.len() / (CHUNK / 8);
                    assert!(waits.chunks.len() <= most_chunks, "{} of {}", waits.chunks.len(), plain.len());
                }
            }
            assert_eq!((waits.len(), waits.figures()), (left, Wait::of(std::iter::once(&*plain))));
        }
    }
}
