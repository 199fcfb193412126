//! How one person lives through the world: a walk over the laws in [`crate::laws`], step by step.

use jiff::civil::{Date, date};

use crate::calendar::{Calendar, DAY, Moment, Rhythm};
use crate::dice::Dice;
use crate::law::{After, Effect, Habit, Law, Way, When};
use crate::laws::campaigns::{CAMPAIGNS, Campaign, WINDOW};
use crate::laws::media::CAUSES;
use crate::laws::moods::{GOOD_TALKS, TALK_BAD, TALK_GOOD, WAIT_PER_POINT_S, WAITS_S, leaves};
use crate::laws::sharing::SITS_AT_FAMILY_TABLET;
use crate::laws::{LAWS, Step};
use crate::life::{Cause, Life, Mood, Offer, Outcome, Promise, Promised, moves};
use crate::media::Medium;
use crate::people::{Held, Person, Scope, TABLET};

/// Something that happened to a person, as it truly was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lived {
    pub(crate) at: Moment,
    /// Place of the person in its cohort.
    pub(crate) person: u32,
    /// Place of the happening in the person's life.
    pub(crate) nth: u16,
    pub(crate) step: Step,
    /// What followed: a talk's outcome is what the person then did.
    pub(crate) next: Option<Step>,
    /// True for the identify call that goes out beside the step.
    pub(crate) identifies: bool,
    pub(crate) cookie: u16,
    pub(crate) signed_in: bool,
    pub(crate) with_card: bool,
    pub(crate) with_bike: bool,
    /// The bike they think of or own, an index into [`crate::doors::BIKES`].
    pub(crate) bike: u8,
    /// Bikes ordered so far; tells one order of a person from the next.
    pub(crate) orders: u8,
    /// Number of the day on which the bike is to come or to be repaired, once that is said.
    pub(crate) due: u16,
    /// Mood after it, -100 to 100.
    pub(crate) mood: i8,
    /// Seconds until somebody answered the telephone; 0 for all that is no call.
    pub(crate) waited_s: u16,
    /// The campaign whose offer it is or answers.
    pub(crate) campaign: Option<&'static Campaign>,
    /// Chance for the small things a door tells.
    pub(crate) salt: u64,
}

/// Most steps of one life; a guard against laws without end, far beyond what lives reach.
const LONGEST_LIFE: u16 = 5_000;
/// Whoever is younger lives in a household of the world, and no life of their own: nobody sells an e-bike to children.
const YOUNGEST: Date = date(2007, 4, 1);
/// Per mille of people who own one of the company's bikes when the world begins.
const OWNERS_PER_MILLE: u32 = 250;

struct Walk<'a> {
    calendar: &'a Calendar,
    /// Steps that nobody takes in this world.
    missing: &'static [Step],
    dice: Dice,
    person: &'a Person,
    /// Place in the cohort.
    place: u32,
    nth: u16,
    lived: &'a mut Vec<Lived>,
    life: Life,
    mood: Mood,
    faults: u32,
    waited_s: u16,
    /// Campaigns that are over or have drawn this person.
    campaigns: usize,
    now: Moment,
    /// The browser in use: on the desk, in the pocket, or in the living room.
    browser: usize,
    cookies: [Option<u16>; 3],
    signed_in: [bool; 3],
    cookies_used: u16,
    has_account: bool,
    has_app: bool,
    paired: bool,
    has_card: bool,
    has_bike: bool,
    reachable: bool,
    bike: u8,
    orders: u8,
    due: u16,
}

/// Lives one life; appends what happened and returns what else it leaves behind.
pub(crate) fn live(
    calendar: &Calendar,
    without: Option<Medium>,
    dice: Dice,
    person: &Person,
    place: u32,
    lived: &mut Vec<Lived>,
) -> Life {
    let (start, end) = calendar.span();
    let mut dice = dice;
    let mood = Mood::born(start, &mut dice);
    let life = Life { temper: mood.temper, ..Life::default() };
    let mut walk = Walk {
        calendar,
        missing: without.map_or(&[], Medium::steps),
        dice,
        person,
        place,
        nth: 0,
        lived,
        life,
        mood,
        faults: 0,
        waited_s: 0,
        campaigns: 0,
        now: start,
        browser: 0,
        cookies: [None, None, person.has_tablet().then_some(TABLET)],
        signed_in: [false; 3],
        cookies_used: 0,
        has_account: false,
        has_app: false,
        paired: false,
        has_card: false,
        has_bike: false,
        reachable: false,
        bike: 0,
        orders: 0,
        due: 0,
    };
    walk.hold_from_the_start(start, end);
    walk.bike = walk.dice.below(crate::doors::BIKES.len() as u32) as u8;
    let mut before = None;
    let mut step = walk.begin();
    while walk.now < end && walk.nth < LONGEST_LIFE {
        let law = &LAWS[step as usize];
        if matches!(before, None | Some(Step::GivesUp | Step::NoBuySurvey))
            && let Some(cause) = Cause::of(step)
        {
            walk.life.needs.push((walk.now, cause));
        }
        let identifies = walk.identifies(law.effect);
        walk.arrive(law);
        let way = walk.choose(law.ways);
        let next = way.map(|way| way.to);
        let by = moves(step, next);
        walk.mood.moved(walk.now, by);
        if identifies {
            walk.happens(step, next, true);
            walk.now += 40;
        }
        walk.happens(step, next, false);
        let Some(way) = way else { break };
        before = Some(step);
        step = walk.pass_time(way);
    }
    walk.life.left = walk.life.left.filter(|left| *left < end);
    walk.life
}

impl Walk<'_> {
    fn hold_from_the_start(&mut self, start: Moment, end: Moment) {
        let person = self.person;
        let held = &mut self.life.held;
        held.push(Held {
            kind: "email",
            value: person.mail.clone(),
            scope: person.mail_scope,
            from: start,
            until: None,
        });
        for (place, number) in person.phones.iter().enumerate() {
            // From the next one's beginning on it is no longer theirs.
            let until = person.phones.get(place + 1).map(|next| next.from - 1).filter(|until| *until < end);
            let value = number.value.clone();
            held.push(Held { kind: "phone", value, scope: number.scope, from: number.from, until });
        }
        held.retain(|held| held.from < end);
        if person.has_tablet() {
            let value = person.cookie(TABLET);
            held.push(Held { kind: "anonymous_id", value, scope: Scope::Household, from: start, until: None });
        }
    }

    fn begin(&mut self) -> Step {
        if self.person.born > YOUNGEST {
            self.now = self.calendar.span().1;
            return Cause::Own.step();
        }
        if !self.dice.chance(OWNERS_PER_MILLE) {
            let cause = Cause::ALL[self.dice.weighted(CAUSES.iter().copied())];
            let day = self.calendar.entry_day(cause, &mut self.dice);
            self.now = self.calendar.after_days(self.now, day, day, Rhythm::Online, &mut self.dice);
            if self.missing.contains(&cause.step()) {
                // A need that never arises: nothing is lived.
                self.now = self.calendar.span().1;
            }
            return cause.step();
        }
        self.has_bike = true;
        self.has_account = self.dice.chance(800);
        self.reachable = self.has_account;
        self.has_card = self.dice.chance(500);
        self.hold("frame_number", self.person.frame_number());
        if self.has_account {
            self.hold("user_id", self.person.account());
        }
        if self.has_card {
            self.hold("loyalty_card", self.person.loyalty_card());
        }
        self.now = self.calendar.after_days(self.now, 0, 30, Rhythm::Online, &mut self.dice);
        if self.has_account && self.dice.chance(550) { Step::AppInstalled } else { Step::Riding }
    }

    fn hold(&mut self, kind: &'static str, value: String) {
        if !self.life.held.iter().any(|held| held.kind == kind && held.value == value && held.until.is_none()) {
            self.life.held.push(Held { kind, value, scope: Scope::Own, from: self.now, until: None });
        }
    }

    fn release(&mut self, kind: &'static str, value: &str) {
        let now = self.now;
        let held = self.life.held.iter_mut().filter(|held| held.kind == kind && held.value == value);
        held.for_each(|held| held.until = held.until.or(Some(now)));
    }

    /// What is needed before the step, and what the step changes.
    fn arrive(&mut self, law: &Law) {
        if crate::doors::needs_cookie(law.trace) && self.cookies[self.browser].is_none() {
            self.cookies[self.browser] = Some(self.cookies_used);
            self.hold("anonymous_id", self.person.cookie(self.cookies_used));
            self.cookies_used += 1;
        }
        match law.effect {
            Effect::None => {}
            Effect::SignsIn => {
                self.hold("user_id", self.person.account());
                self.has_account = true;
                self.reachable = true;
                self.signed_in[self.browser] = true;
            }
            Effect::LeavesMail => self.reachable = true,
            Effect::GetsCard => {
                if !self.has_card {
                    self.hold("email", self.person.mail_as_typed());
                }
                self.has_card = true;
                self.reachable = true;
                self.hold("loyalty_card", self.person.loyalty_card());
            }
            Effect::InstallsApp => {
                self.hold("user_id", self.person.account());
                self.hold("device_id", self.person.phone_device());
                self.hold("anonymous_id", self.person.installation());
                self.has_account = true;
                self.has_app = true;
                self.reachable = true;
            }
            Effect::GetsBike => {
                self.has_bike = true;
                self.hold("frame_number", self.person.frame_number());
            }
            Effect::PairsBike => {
                self.paired = true;
                self.hold("device_id", self.person.bike_device());
            }
            Effect::DropsApp => self.has_app = false,
            Effect::Unsubscribes => self.reachable = false,
            Effect::ReturnsBike => {
                self.has_bike = false;
                self.paired = false;
                self.release("frame_number", &self.person.frame_number());
                self.release("device_id", &self.person.bike_device());
            }
        }
        self.waited_s = 0;
        #[expect(clippy::wildcard_enum_match_arm, reason = "the other steps change none of these")]
        match law.step {
            Step::ShopTalk | Step::TalkAfterRide => {
                let by = if self.dice.chance(GOOD_TALKS) { TALK_GOOD } else { TALK_BAD };
                self.mood.moved(self.now, by);
            }
            Step::SalesCall | Step::DeliveryCall | Step::ServiceCall | Step::Complaint => {
                let least = self.dice.pick(&WAITS_S);
                self.waited_s = self.dice.between(least, least * 3 / 2) as u16;
                self.mood.moved(self.now, -i32::from(self.waited_s / WAIT_PER_POINT_S as u16));
            }
            Step::CategoryPage => self.bike = self.dice.below(crate::doors::BIKES.len() as u32) as u8,
            Step::OrderPlaced | Step::ShopOrder => self.orders += 1,
            Step::DeliveryPromised => self.promise(Promised::Delivery, law.step, 8, 20),
            Step::DeliveryPostponed => {
                let told_in_time = self.calendar.day_of(self.now) <= u32::from(self.due);
                self.close(Promised::Delivery, Outcome::Broken { told_in_time });
                self.promise(Promised::Delivery, law.step, 4, 14);
            }
            Step::Delivered | Step::Collected => self.fulfil(Promised::Delivery),
            Step::OrderCancelled => self.close(Promised::Delivery, Outcome::Cancelled),
            Step::WorkshopCheckIn => self.promise(Promised::Repair, law.step, 4, 9),
            Step::WorkshopDone => self.fulfil(Promised::Repair),
            Step::Fault => self.faults += 1,
            _ => {}
        }
    }

    /// A promise by the happening that is about to be told; where the sender tells who it was first, that comes before.
    fn promise(&mut self, what: Promised, step: Step, least: u32, most: u32) {
        self.due = (self.calendar.day_of(self.now) + self.dice.between(least, most)) as u16;
        let nth = self.nth + u16::from(self.identifies(LAWS[step as usize].effect));
        let promise = Promise { what, nth, made: self.now, due: self.due, closed: None, outcome: Outcome::Open };
        self.life.promises.push(promise);
    }

    fn fulfil(&mut self, what: Promised) {
        let late = self.calendar.day_of(self.now) > u32::from(self.due);
        self.close(what, if late { Outcome::Broken { told_in_time: false } } else { Outcome::Kept });
    }

    fn close(&mut self, what: Promised, outcome: Outcome) {
        let open = self
            .life
            .promises
            .iter_mut()
            .rev()
            .find(|promise| promise.what == what && promise.outcome == Outcome::Open);
        // A bike that is taken along at once was never promised.
        if let Some(promise) = open {
            promise.outcome = outcome;
            promise.closed = Some(self.now);
            self.mood.moved(self.now, promise.moves());
        }
    }

    /// True where the sender tells who it is that just did this.
    fn identifies(&self, effect: Effect) -> bool {
        match effect {
            Effect::SignsIn | Effect::LeavesMail | Effect::InstallsApp | Effect::PairsBike => true,
            Effect::GetsCard => !self.has_card,
            Effect::None | Effect::GetsBike | Effect::DropsApp | Effect::Unsubscribes | Effect::ReturnsBike => false,
        }
    }

    fn choose(&mut self, ways: &'static [Way]) -> Option<Way> {
        if ways.is_empty() {
            return None;
        }
        let habits = self.person.habits;
        let mood = self.mood.at(self.now);
        let weights: Vec<u32> = ways
            .iter()
            .map(|way| {
                let inclination = match way.habit {
                    Habit::None => 100,
                    Habit::Web => habits.web,
                    Habit::Shop => habits.shop,
                    Habit::Riding => habits.riding,
                    Habit::Pleased => (100 + mood).max(10) as u32,
                    Habit::Displeased => (100 - mood).max(10) as u32,
                };
                let closed = !self.is_open(way.when) || self.missing.contains(&way.to);
                if closed { 0 } else { way.weight * inclination }
            })
            .collect();
        Some(ways[self.dice.weighted(weights.iter().copied())])
    }

    fn is_open(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::SignedIn => self.signed_in[self.browser],
            When::SignedOut => !self.signed_in[self.browser],
            When::WithApp => self.has_app,
            When::WithoutApp => !self.has_app,
            When::Paired => self.paired,
            When::WithCard => self.has_card,
            When::WithoutCard => !self.has_card,
            When::WithBike => self.has_bike,
            When::WithoutBike => !self.has_bike,
            When::Reachable => self.reachable,
        }
    }

    fn happens(&mut self, step: Step, next: Option<Step>, identifies: bool) {
        self.tell(self.now, step, next, identifies, None);
    }

    fn tell(
        &mut self,
        at: Moment,
        step: Step,
        next: Option<Step>,
        identifies: bool,
        campaign: Option<&'static Campaign>,
    ) {
        let happening = Lived {
            at,
            person: self.place,
            nth: self.nth,
            step,
            next,
            identifies,
            cookie: self.cookies[self.browser].unwrap_or_default(),
            signed_in: self.signed_in[self.browser],
            with_card: self.has_card,
            with_bike: self.has_bike,
            bike: self.bike,
            orders: self.orders,
            due: self.due,
            mood: self.mood.at(self.now) as i8,
            waited_s: self.waited_s,
            campaign,
            salt: self.dice.salt(),
        };
        self.lived.push(happening);
        self.nth += 1;
    }

    /// Time goes by until the next step, which may be another one than was meant.
    fn pass_time(&mut self, way: Way) -> Step {
        match way.after {
            After::Beat => self.now += i64::from(self.dice.between(4_000, 90_000)),
            After::Soon => self.now += i64::from(self.dice.between(120_000, 720_000)),
            After::Ridden => self.now += i64::from(self.dice.between(900_000, 2_400_000)),
            After::Days(least, most) => {
                let rhythm = LAWS[way.to as usize].rhythm;
                let then = self.calendar.after_days(self.now, least, most, rhythm, &mut self.dice);
                let leaving = self.leaving(then);
                self.offers(leaving.unwrap_or(then));
                if let Some(leaving) = leaving {
                    self.now = leaving;
                    self.life.left = Some(leaving);
                    return Step::FallsSilent;
                }
                self.now = then;
                self.sit_down();
            }
        }
        way.to
    }

    /// The moment before `then` at which an owner falls silent for good; asked for every ten days or part of them.
    fn leaving(&mut self, then: Moment) -> Option<Moment> {
        const TEN_DAYS: i64 = 10 * DAY;
        if !self.has_bike {
            return None;
        }
        let hazard = leaves(self.mood.at(self.now), self.person.habits.riding, self.faults) / 3;
        let mut from = self.now;
        while from < then {
            let span = TEN_DAYS.min(then - from);
            let share = (u64::from(hazard) * span as u64 / TEN_DAYS as u64) as u32;
            if self.dice.below(100_000) < share {
                let seconds = self.dice.below((span / 1_000) as u32);
                return Some(from + i64::from(seconds) * 1_000 + 1);
            }
            from += span;
        }
        None
    }

    /// Offers that the company makes until then, and what comes of them.
    fn offers(&mut self, then: Moment) {
        while let Some(campaign) = CAMPAIGNS.get(self.campaigns) {
            let at = self.calendar.midnight(campaign.day) + 10 * DAY / 24 + (self.person.secret % 3_600_000) as i64;
            if at >= then {
                return;
            }
            self.campaigns += 1;
            if at <= self.now || !self.has_bike || !self.reachable {
                continue;
            }
            let offer = Offer::drawn(self.person.secret, campaign, at);
            if offer.treated {
                let step = if campaign.call { Step::OfferCalled } else { Step::OfferMailed };
                self.tell(at, step, None, false, Some(campaign));
            }
            let latest = then.min(at + i64::from(WINDOW) * DAY);
            let minutes = ((latest - at) / 60_000) as u32;
            let bought = at + i64::from(self.dice.below(minutes.max(1))) * 60_000 + 1;
            if offer.bought && bought < self.calendar.span().1 {
                self.tell(bought, Step::AccessoryOrder, None, false, Some(campaign));
            }
            self.life.offers.push(offer);
        }
    }

    /// A new sitting: perhaps another screen, perhaps with cookies cleared.
    fn sit_down(&mut self) {
        self.browser = usize::from(self.dice.chance(450));
        if self.person.has_tablet() && self.dice.chance(SITS_AT_FAMILY_TABLET) {
            self.browser = 2;
            return;
        }
        if self.dice.chance(70)
            && let Some(cookie) = self.cookies[self.browser].take()
        {
            self.release("anonymous_id", &self.person.cookie(cookie));
            self.signed_in[self.browser] = false;
        }
    }
}
