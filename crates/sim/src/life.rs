//! What a life leaves behind besides its happenings: promises that were made to the person, reactions to offers, causes of
//! needs, and the mood that goes through all of it.

use crate::calendar::{DAY, Moment};
use crate::dice::{Dice, scramble};
use crate::laws::Step;
use crate::laws::campaigns::{Campaign, REACTIONS, Reaction};
use crate::laws::moods::{
    CALL_SOLVED, CALL_UNSOLVED, FORGETS_AFTER, MOVES, PROMISE_BROKEN, PROMISE_BROKEN_BUT_TOLD, PROMISE_KEPT, TEMPER,
    TEMPER_DIE,
};
use crate::people::Held;

/// All that is known of one life but its happenings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life {
    pub(crate) held: Vec<Held>,
    pub(crate) promises: Vec<Promise>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) needs: Vec<(Moment, Cause)>,
    pub(crate) temper: i32,
    /// When an owner fell silent.
    pub(crate) left: Option<Moment>,
}

/// What a promise says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promised {
    Delivery,
    Repair,
}

impl Promised {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Delivery => "delivery_date",
            Self::Repair => "repair_ready",
        }
    }
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The world ended first.
    Open,
    Kept,
    Broken {
        /// The company said so on the day that it was due, or before.
        told_in_time: bool,
    },
    /// Nobody wanted it any more.
    Cancelled,
}

/// A promise made to somebody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Promise {
    pub(crate) what: Promised,
    /// Place of the happening that made it in the person's life.
    pub(crate) nth: u16,
    pub(crate) made: Moment,
    /// Number of the day.
    pub(crate) due: u16,
    pub(crate) closed: Option<Moment>,
    pub(crate) outcome: Outcome,
}

impl Promise {
    /// How what became of it moves the mood.
    pub(crate) fn moves(&self) -> i32 {
        match self.outcome {
            Outcome::Open | Outcome::Cancelled => 0,
            Outcome::Kept => PROMISE_KEPT,
            Outcome::Broken { told_in_time: true } => PROMISE_BROKEN_BUT_TOLD,
            Outcome::Broken { told_in_time: false } => PROMISE_BROKEN,
        }
    }
}

/// Why somebody began to want a bike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Own,
    Friend,
    Poster,
    Advertisement,
}

impl Cause {
    pub(crate) const ALL: [Self; 4] = [Self::Own, Self::Friend, Self::Poster, Self::Advertisement];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Friend => "friend",
            Self::Poster => "poster",
            Self::Advertisement => "advertisement",
        }
    }

    /// The step with which the need begins.
    pub(crate) fn step(self) -> Step {
        match self {
            Self::Own => Step::NeedArises,
            Self::Friend => Step::FriendAdvises,
            Self::Poster => Step::PosterSeen,
            Self::Advertisement => Step::SocialAdSeen,
        }
    }

    /// The cause of a need that begins with this step.
    pub(crate) fn of(step: Step) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.step() == step)
    }
}

/// One person's part in one campaign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) campaign: &'static Campaign,
    pub(crate) at: Moment,
    /// False for the control group.
    pub(crate) treated: bool,
    pub(crate) reaction: &'static Reaction,
    pub(crate) bought: bool,
}

impl Offer {
    /// Draws group and answer; they depend on the person and the campaign alone.
    pub(crate) fn drawn(secret: u64, campaign: &'static Campaign, at: Moment) -> Self {
        let mut dice = Dice::of(secret, 0xca11 << 32 | u64::from(campaign.day));
        let treated = !dice.chance(campaign.held_out);
        let mut lot = (scramble(secret ^ 0xe77ec7) % 1_000) as u32;
        let reaction = REACTIONS.iter().find(|reaction| {
            let here = lot < reaction.share;
            lot = lot.saturating_sub(reaction.share);
            here
        });
        let reaction = reaction.unwrap_or(&REACTIONS[0]);
        let mut offer = Self { campaign, at, treated, reaction, bought: false };
        offer.bought = dice.chance(if treated { offer.treated_per_mille() } else { reaction.untreated });
        offer
    }

    pub(crate) fn treated_per_mille(&self) -> u32 {
        if self.campaign.call { self.reaction.called } else { self.reaction.mailed }
    }
}

/// A mood that remembers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mood {
    pub(crate) temper: i32,
    lately: i32,
    since: Moment,
}

impl Mood {
    pub(crate) fn born(now: Moment, dice: &mut Dice) -> Self {
        let die = |dice: &mut Dice| dice.below(2 * TEMPER_DIE + 1) as i32 - TEMPER_DIE as i32;
        Self { temper: TEMPER + die(dice) + die(dice) + die(dice), lately: 0, since: now }
    }

    /// The mood then, which is not before anything that moved it.
    pub(crate) fn at(&mut self, now: Moment) -> i32 {
        let span = FORGETS_AFTER * DAY;
        while now - self.since >= span {
            self.since += span;
            self.lately = self.lately * 4 / 5;
        }
        (self.temper + self.lately).clamp(-100, 100)
    }

    pub(crate) fn moved(&mut self, now: Moment, by: i32) {
        self.at(now);
        self.lately = (self.lately + by).clamp(-120, 120);
    }
}

/// How much a step moves the mood, given what follows it.
pub(crate) fn moves(step: Step, next: Option<Step>) -> i32 {
    match (step, next) {
        (Step::ServiceCall, Some(Step::Complaint)) => CALL_UNSOLVED,
        (Step::ServiceCall, Some(Step::Riding)) => CALL_SOLVED,
        _ => MOVES.iter().find(|(moving, _)| *moving == step).map_or(0, |(_, by)| *by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_of_what_happened_is_forgotten_in_thirty_days() {
        let mut mood = Mood { temper: 10, lately: 0, since: 0 };
        mood.moved(0, -50);
        let seen = [0, 29, 30, 60, 90, 400].map(|day| mood.at(day * DAY));
        assert_eq!(seen, [-40, -40, -30, -22, -15, 9]);
    }

    #[test]
    fn campaigns_draw_everybody_into_one_of_four_kinds_and_hold_some_out() {
        let campaign = &crate::laws::campaigns::CAMPAIGNS[0];
        let offers: Vec<Offer> = (0..20_000).map(|person| Offer::drawn(scramble(person), campaign, 0)).collect();
        let held_out = offers.iter().filter(|offer| !offer.treated).count();
        // Five standard deviations of a binomial with n = 20,000 and p = 0.2 are 283.
        assert!(held_out.abs_diff(4_000) < 283, "{held_out}");
        for reaction in &REACTIONS {
            let n = offers.iter().filter(|offer| offer.reaction.name == reaction.name).count();
            assert!(n.abs_diff(reaction.share as usize * 20) < 360, "{}: {n}", reaction.name);
        }
    }
}
