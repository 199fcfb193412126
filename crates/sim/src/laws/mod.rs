//! The laws of the world as tables: three files in the order of the journey, one line a step.
//!
//! How people live and what registers say of them stand in two more files. `docs/world.md` says the same in prose.

mod after;
mod before;
mod during;
pub(crate) mod households;
pub(crate) mod registers;
pub(crate) mod sharing;

use model::Kind;

use crate::calendar::Rhythm;
use crate::law::{Campaign, Desk, Effect, Law, Stage, Tells, Topic, Trace, Way};

/// Everything a person can find themselves doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    NeedArises,
    PosterSeen,
    FriendAdvises,
    SocialAdSeen,
    SocialAdClicked,
    SearchAdClicked,
    PosterScanned,
    HomePage,
    CategoryPage,
    ProductPage,
    ReviewsOpened,
    BikeFinder,
    Configurator,
    LeasingCalculator,
    MagazineRead,
    NewsletterSignup,
    WishlistAdded,
    ShopFinder,
    TestRideBooked,
    WebChat,
    SalesCall,
    Hesitates,
    RetargetingSeen,
    NewsletterOpened,
    NewsletterClicked,
    ShopArrived,
    ShopTalk,
    CardHandedOut,
    TestRide,
    TalkAfterRide,
    GivesUp,
    NoBuySurvey,
    CartAdded,
    CartViewed,
    CartReminderOpened,
    CheckoutStarted,
    SignedIn,
    Payment,
    PaymentFailed,
    OrderPlaced,
    ShopPurchase,
    ShopOrder,
    DeliveryPromised,
    ConfirmationOpened,
    Waits,
    StatusSignIn,
    OrderStatus,
    DeliveryPostponed,
    DeliveryCall,
    OrderCancelled,
    Delivered,
    Collected,
    SetUpGuide,
    AppInstalled,
    BikePaired,
    Riding,
    FirstRide,
    RideRecorded,
    AppRides,
    AppNavigation,
    AppBattery,
    BatteryLow,
    Fault,
    AppHelp,
    HelpPage,
    ServiceCall,
    Complaint,
    ServiceReminder,
    ServiceBookedApp,
    ServiceBookedWeb,
    WorkshopCheckIn,
    WorkshopCall,
    WorkshopDone,
    WorkshopTill,
    WorkshopSurvey,
    RecommendSurvey,
    ReviewWritten,
    FriendInvited,
    AccessoryPage,
    AccessoryCart,
    AccessoryOrder,
    AccessoryTill,
    OwnerNewsletter,
    NewsletterEnded,
    BikeReturned,
    AppDeleted,
    FallsSilent,
}

const STEPS: usize = Step::FallsSilent as usize + 1;

/// The law of each step, at the place of its number.
pub(crate) static LAWS: [Law; STEPS] = {
    let mut all = [before::LAWS[0]; STEPS];
    let parts = [before::LAWS, during::LAWS, after::LAWS];
    let mut part = 0;
    while part < parts.len() {
        let mut line = 0;
        while line < parts[part].len() {
            all[parts[part][line].step as usize] = parts[part][line];
            line += 1;
        }
        part += 1;
    }
    all
};

const fn law(step: Step, touchpoint: &'static str, stage: Stage, trace: Trace, ways: &'static [Way]) -> Law {
    Law { step, touchpoint, stage, trace, effect: Effect::None, rhythm: Rhythm::Online, ways }
}

/// A step that leaves no trace at any touchpoint of the company.
const fn silent(step: Step, stage: Stage, rhythm: Rhythm, ways: &'static [Way]) -> Law {
    law(step, "", stage, Trace::None, ways).rhythm(rhythm)
}

const fn page(
    step: Step,
    touchpoint: &'static str,
    stage: Stage,
    (path, name): (&'static str, &'static str),
    ways: &'static [Way],
) -> Law {
    law(step, touchpoint, stage, Trace::Page { path, name, campaign: None }, ways)
}

const fn led_page(
    step: Step,
    touchpoint: &'static str,
    (path, name): (&'static str, &'static str),
    campaign: &'static Campaign,
    ways: &'static [Way],
) -> Law {
    law(step, touchpoint, Stage::Need, Trace::Page { path, name, campaign: Some(campaign) }, ways)
}

const fn track(
    step: Step,
    touchpoint: &'static str,
    stage: Stage,
    (path, event): (&'static str, &'static str),
    ways: &'static [Way],
) -> Law {
    law(step, touchpoint, stage, Trace::Track { event, path }, ways)
}

const fn till(
    step: Step,
    touchpoint: &'static str,
    stage: Stage,
    (transaction, cents): (&'static str, (u32, u32)),
    ways: &'static [Way],
) -> Law {
    law(step, touchpoint, stage, Trace::Till { transaction, cents }, ways).rhythm(Rhythm::Shop)
}

/// A CloudEvent of an ordinary office day.
const fn cloud(
    step: Step,
    touchpoint: &'static str,
    stage: Stage,
    (desk, name, kind, channel, tells): (Desk, &'static str, Kind, &'static str, Tells),
    ways: &'static [Way],
) -> Law {
    law(step, touchpoint, stage, Trace::Cloud { desk, name, kind, channel, tells }, ways).rhythm(Rhythm::Office)
}

/// A mail that is opened; the company learns of no click.
const fn mail_opened(
    step: Step,
    touchpoint: &'static str,
    stage: Stage,
    name: &'static str,
    ways: &'static [Way],
) -> Law {
    let event = (Desk::Mailing, name, Kind::Exposure, "mail", Tells::Nothing);
    cloud(step, touchpoint, stage, event, ways).rhythm(Rhythm::Online)
}

/// A call to the call centre.
const fn call(
    step: Step,
    touchpoint: &'static str,
    stage: Stage,
    (name, topic): (&'static str, Topic),
    ways: &'static [Way],
) -> Law {
    let event = (Desk::CallCentre, name, Kind::Conversation, "phone", Tells::Talk(topic));
    cloud(step, touchpoint, stage, event, ways).rhythm(Rhythm::Phone)
}

impl Law {
    const fn effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
    const fn rhythm(self, rhythm: Rhythm) -> Self {
        Self { rhythm, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps that can be reached from the first need without passing through any of `without`.
    fn reached(without: &[Step]) -> [bool; STEPS] {
        let mut reached = [false; STEPS];
        let mut open = vec![Step::NeedArises];
        while let Some(step) = open.pop() {
            if !without.contains(&step) && !std::mem::replace(&mut reached[step as usize], true) {
                open.extend(LAWS[step as usize].ways.iter().map(|way| way.to));
            }
        }
        reached
    }

    #[test]
    fn every_step_has_its_law_and_can_be_reached() {
        let all = reached(&[]);
        for (number, law) in LAWS.iter().enumerate() {
            assert!(law.step as usize == number, "step {number} has no law");
            assert!(all[number], "{:?} is never reached", law.step);
        }
    }

    #[test]
    fn nobody_uses_a_bike_they_have_not_got() {
        let before = reached(&[Step::Delivered, Step::Collected]);
        for law in LAWS.iter().filter(|law| matches!(law.stage, Stage::Use | Stage::Service)) {
            assert!(!before[law.step as usize], "{:?} comes before the bike", law.step);
        }
    }
}
