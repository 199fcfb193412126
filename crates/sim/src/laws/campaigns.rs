//! What the company does on its own: offers of accessories to owners whose mail address it knows, with control groups.

/// One campaign. Everybody who can be reached on that day is drawn for it.
#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) name: &'static str,
    /// Day of the world, between 10 and 11 o'clock.
    pub(crate) day: u32,
    /// A call in place of a mail.
    pub(crate) call: bool,
    /// Left out on purpose, per mille.
    pub(crate) held_out: u32,
}

pub(crate) const CAMPAIGNS: [Campaign; 6] = [
    Campaign { name: "2025-06-panniers", day: 71, call: false, held_out: 200 },
    Campaign { name: "2025-09-lights", day: 162, call: false, held_out: 200 },
    Campaign { name: "2025-12-helmets", day: 246, call: false, held_out: 200 },
    Campaign { name: "2026-02-care-call", day: 316, call: true, held_out: 500 },
    Campaign { name: "2026-04-spring-locks", day: 379, call: false, held_out: 200 },
    Campaign { name: "2026-06-child-seats", day: 449, call: false, held_out: 200 },
];

/// How people answer offers: who they are of a thousand, and how many of a thousand buy within the window without and
/// with a mail.
#[derive(Debug)]
pub(crate) struct Reaction {
    pub(crate) name: &'static str,
    pub(crate) share: u32,
    pub(crate) untreated: u32,
    pub(crate) mailed: u32,
    pub(crate) called: u32,
}

pub(crate) const REACTIONS: [Reaction; 4] = [
    Reaction { name: "persuadable", share: 250, untreated: 20, mailed: 160, called: 240 },
    Reaction { name: "sure_thing", share: 150, untreated: 150, mailed: 150, called: 150 },
    Reaction { name: "lost_cause", share: 500, untreated: 10, mailed: 10, called: 10 },
    Reaction { name: "sleeping_dog", share: 100, untreated: 100, mailed: 30, called: 10 },
];

/// Whoever buys does so within so many days.
pub(crate) const WINDOW: u32 = 14;
