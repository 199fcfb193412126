//! The terms in which the laws of the world are written.

use model::Kind;
use serde::{Deserialize, Serialize};

use crate::calendar::Rhythm;
use crate::laws::Step;

/// Where in the relation a person stands; part of the truth, never sent through a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A need arises; posters, advice and ads meet it.
    Need,
    /// Looking around and comparing, on the web and in the shop.
    Consider,
    /// Cart, checkout, order.
    Buy,
    /// From the order to the bike.
    Wait,
    /// Riding.
    Use,
    /// Something is to be repaired, maintained or put right.
    Service,
    /// The relation ends or rests.
    Leave,
}

impl Stage {
    /// The stage's name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Consider => "consider",
            Self::Buy => "buy",
            Self::Wait => "wait",
            Self::Use => "use",
            Self::Service => "service",
            Self::Leave => "leave",
        }
    }
}

/// One line of the laws: what a step is, what of it a door sees, and what may follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Law {
    pub(crate) step: Step,
    /// Id of the touchpoint where it truly happens; empty where nothing of the company is met.
    pub(crate) touchpoint: &'static str,
    pub(crate) stage: Stage,
    pub(crate) trace: Trace,
    pub(crate) effect: Effect,
    pub(crate) rhythm: Rhythm,
    /// What follows, by weight. Empty: the story ends.
    pub(crate) ways: &'static [Way],
}

/// What a step leaves behind.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trace {
    /// Nothing: a poster seen, a friend's word, second thoughts.
    None,
    /// A page of the web shop.
    Page { path: &'static str, name: &'static str, campaign: Option<&'static Campaign> },
    /// An event in the web shop, on the page it happens on.
    Track { event: &'static str, path: &'static str },
    /// A screen of the app.
    Screen { name: &'static str },
    /// An event in the app.
    AppTrack { event: &'static str },
    /// A row of the till or the reception tablet; only people with a loyalty card leave one.
    Till { transaction: &'static str, cents: (u32, u32) },
    /// A CloudEvent.
    Cloud { desk: Desk, name: &'static str, kind: Kind, channel: &'static str, tells: Tells },
}

/// How somebody was led to a page.
#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) source: &'static str,
    pub(crate) medium: &'static str,
    pub(crate) name: &'static str,
}

/// Systems that send CloudEvents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Desk {
    CallCentre,
    ShopFloor,
    Workshop,
    WebChat,
    Mailing,
    Ads,
    BikeCloud,
    Orders,
    Surveys,
}

impl Desk {
    pub(crate) const ALL: [Self; 9] = [
        Self::CallCentre,
        Self::ShopFloor,
        Self::Workshop,
        Self::WebChat,
        Self::Mailing,
        Self::Ads,
        Self::BikeCloud,
        Self::Orders,
        Self::Surveys,
    ];
}

/// What a CloudEvent says besides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tells {
    Nothing,
    /// A talk: need, reasons, mood, outcome.
    Talk(Topic),
    /// A bike is ordered.
    Order,
    /// Something smaller is ordered.
    Accessory,
    /// The day on which the bike comes.
    DeliveryDate,
    /// Likelihood to recommend, 0 to 10.
    Nps,
    /// Satisfaction, 1 to 5.
    Csat,
    /// Why not bought.
    NoBuy,
    /// Distance and battery.
    Ride,
    /// A fault code.
    Fault,
    /// For what consent is given or taken.
    Consent,
    /// The day on which the repair is to be done.
    RepairDate,
    /// What the company offers.
    Offer,
}

/// What a talk is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Sales,
    Delivery,
    Trouble,
}

/// What a step changes in the person's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    /// Signs in to the account in this browser, opening it if need be.
    SignsIn,
    /// Writes the mail address into a form.
    LeavesMail,
    GetsCard,
    /// Installs the app and signs in there.
    InstallsApp,
    /// The bike is handed over: its frame has an owner.
    GetsBike,
    PairsBike,
    DropsApp,
    Unsubscribes,
    ReturnsBike,
}

/// One way on from a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) to: Step,
    pub(crate) weight: u32,
    pub(crate) after: After,
    pub(crate) when: When,
    pub(crate) habit: Habit,
}

/// How long it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum After {
    /// 4 to 90 seconds: the same sitting.
    Beat,
    /// 2 to 12 minutes: the same visit.
    Soon,
    /// 15 to 40 minutes: a test ride.
    Ridden,
    /// So many days, then at an hour at which such things happen.
    Days(u32, u32),
}

/// Whom a way is open to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    Always,
    SignedIn,
    SignedOut,
    WithApp,
    WithoutApp,
    Paired,
    WithCard,
    WithoutCard,
    WithBike,
    WithoutBike,
    /// The company knows the mail address and may write to it.
    Reachable,
}

/// Which inclination makes a way likelier.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Habit {
    None,
    Web,
    Shop,
    Riding,
    /// Likelier the better the mood is.
    Pleased,
    /// Likelier the worse it is.
    Displeased,
}

pub(crate) const fn way(to: Step, weight: u32, after: After) -> Way {
    Way { to, weight, after, when: When::Always, habit: Habit::None }
}

impl Way {
    pub(crate) const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }
    pub(crate) const fn habit(self, habit: Habit) -> Self {
        Self { habit, ..self }
    }
}
