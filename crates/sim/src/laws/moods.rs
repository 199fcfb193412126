//! What moves people's mood, what their mood moves, and when they leave.
//!
//! Mood is a number from -100 to 100: a lasting temper, and what happened lately, of which a fifth is forgotten in 30 days.

use super::Step;

/// Days after which a fifth of what happened is forgotten.
pub(crate) const FORGETS_AFTER: i64 = 30;
/// Temper is this much, more or less by the sum of three dice of -15 to 15.
pub(crate) const TEMPER: i32 = 10;
pub(crate) const TEMPER_DIE: u32 = 15;

/// How much a step moves the mood of whoever takes it.
pub(crate) const MOVES: [(Step, i32); 13] = [
    (Step::TestRide, 8),
    (Step::PaymentFailed, -8),
    (Step::DeliveryCall, -6),
    (Step::OrderCancelled, -20),
    (Step::Delivered, 12),
    (Step::Collected, 12),
    (Step::FirstRide, 10),
    (Step::RideRecorded, 1),
    (Step::BatteryLow, -3),
    (Step::Fault, -18),
    (Step::Complaint, -12),
    (Step::WorkshopDone, 8),
    (Step::WorkshopTill, -4),
];
/// A service call that leads to a complaint, and one after which people go on riding.
pub(crate) const CALL_UNSOLVED: i32 = -14;
pub(crate) const CALL_SOLVED: i32 = 8;

/// Seven in ten talks on the shop floor are good ones.
pub(crate) const GOOD_TALKS: u32 = 700;
pub(crate) const TALK_GOOD: i32 = 6;
pub(crate) const TALK_BAD: i32 = -8;

/// Seconds until somebody answers the telephone: one of these, and up to half of it more.
pub(crate) const WAITS_S: [u32; 8] = [10, 20, 40, 80, 120, 200, 360, 600];
/// A point of mood for each so many seconds.
pub(crate) const WAIT_PER_POINT_S: u32 = 90;

pub(crate) const PROMISE_KEPT: i32 = 8;
/// The company said in time that it would not keep it.
pub(crate) const PROMISE_BROKEN_BUT_TOLD: i32 = -8;
pub(crate) const PROMISE_BROKEN: i32 = -30;

/// Answers: the mood and chance of this much either way, divided, added to the middle.
pub(crate) struct Answer {
    pub(crate) middle: i32,
    pub(crate) chance: i32,
    pub(crate) divisor: i32,
    pub(crate) least: i32,
    pub(crate) most: i32,
}

pub(crate) const NPS: Answer = Answer { middle: 7, chance: 20, divisor: 12, least: 0, most: 10 };
pub(crate) const CSAT: Answer = Answer { middle: 4, chance: 25, divisor: 25, least: 1, most: 5 };
/// The mood that somebody at a counter or on the telephone notes.
pub(crate) const NOTED: Answer = Answer { middle: 0, chance: 25, divisor: 30, least: -2, most: 2 };
/// By what it is about, added to the mood first: sales, deliveries, trouble.
pub(crate) const NOTED_ABOUT: [i32; 3] = [15, -30, -25];

impl Answer {
    /// The answer of somebody in this mood; `lot` is their chance, any number.
    pub(crate) fn of(&self, mood: i32, lot: u64) -> i32 {
        let chance = (lot % (2 * self.chance as u64 + 1)) as i32 - self.chance;
        // Rounded down, also below zero.
        (self.middle + (mood + chance).div_euclid(self.divisor)).clamp(self.least, self.most)
    }
}

/// Owners who fall silent in 30 days, in 100,000, before the factors below.
pub(crate) const LEAVES_BASE: u32 = 3_600;
/// Up to this mood, so many per cent of it.
pub(crate) const LEAVES_BY_MOOD: [(i32, u32); 4] = [(-30, 400), (0, 200), (25, 100), (100, 50)];
/// Up to this riding habit, so many per cent of it.
pub(crate) const LEAVES_BY_RIDING: [(u32, u32); 3] = [(60, 150), (130, 100), (u32::MAX, 70)];
/// For each fault that the bike had, three at most, in per cent.
pub(crate) const LEAVES_BY_FAULT: u32 = 40;

/// Owners in a thousand times a hundred who leave within 30 days.
pub(crate) fn leaves(mood: i32, riding: u32, faults: u32) -> u32 {
    let by_mood = LEAVES_BY_MOOD.iter().find(|(most, _)| mood <= *most).map_or(100, |(_, factor)| *factor);
    let by_riding = LEAVES_BY_RIDING.iter().find(|(most, _)| riding <= *most).map_or(100, |(_, factor)| *factor);
    let by_faults = 100 + LEAVES_BY_FAULT * faults.min(3);
    LEAVES_BASE * by_mood / 100 * by_riding / 100 * by_faults / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_hazards_are_those_of_the_page() {
        for (mood, lot, nps) in [(0, 20, 7), (36, 20, 10), (-36, 20, 4), (-1, 20, 6), (0, 0, 5), (0, 40, 8)] {
            assert_eq!(NPS.of(mood, lot), nps, "mood {mood}, lot {lot}");
        }
        assert_eq!((CSAT.of(-100, 0), CSAT.of(100, 50), CSAT.of(0, 25)), (1, 5, 4));
        assert_eq!([leaves(-50, 50, 0), leaves(10, 100, 0), leaves(60, 300, 9)], [21_600, 3_600, 2_772]);
    }
}
