//! How one person lives through the world: a walk over the laws in [`crate::laws`], step by step.

use crate::calendar::{Calendar, Moment, Rhythm};
use crate::dice::Dice;
use crate::law::{After, Effect, Habit, Law, Way, When};
use crate::laws::sharing::SITS_AT_FAMILY_TABLET;
use crate::laws::{LAWS, Step};
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
    /// Number of the day on which the bike is to come, once that is said.
    pub(crate) due: u16,
    /// Chance for the small things a door tells.
    pub(crate) salt: u64,
}

/// Most steps of one life; a guard against laws without end, far beyond what lives reach.
const LONGEST_LIFE: u16 = 5_000;
/// Per mille of people who own one of the company's bikes when the world begins.
const OWNERS_PER_MILLE: u32 = 250;

struct Walk<'a> {
    calendar: &'a Calendar,
    dice: Dice,
    person: &'a Person,
    held: Vec<Held>,
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

/// Lives one life; appends what happened and returns the identifiers the person had.
pub(crate) fn live(calendar: &Calendar, dice: Dice, person: &Person, place: u32, lived: &mut Vec<Lived>) -> Vec<Held> {
    let (start, end) = calendar.span();
    let mut walk = Walk {
        calendar,
        dice,
        person,
        held: Vec::new(),
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
    walk.held.push(Held {
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
        walk.held.push(Held { kind: "phone", value, scope: number.scope, from: number.from, until });
    }
    walk.held.retain(|held| held.from < end);
    if person.has_tablet() {
        let value = person.cookie(TABLET);
        walk.held.push(Held { kind: "anonymous_id", value, scope: Scope::Household, from: start, until: None });
    }
    walk.bike = walk.dice.below(crate::doors::BIKES.len() as u32) as u8;
    let mut step = walk.begin();
    let mut nth = 0;
    while walk.now < end && nth < LONGEST_LIFE {
        let law = &LAWS[step as usize];
        let identifies = walk.identifies(law.effect);
        walk.arrive(law);
        let way = walk.choose(law.ways);
        let next = way.map(|way| way.to);
        if identifies {
            lived.push(walk.happening(place, nth, step, next, true));
            nth += 1;
            walk.now += 40;
        }
        lived.push(walk.happening(place, nth, step, next, false));
        nth += 1;
        let Some(way) = way else { break };
        walk.pass_time(way);
        step = way.to;
    }
    walk.held
}

impl Walk<'_> {
    fn begin(&mut self) -> Step {
        if !self.dice.chance(OWNERS_PER_MILLE) {
            let day = self.calendar.entry_day(&mut self.dice);
            self.now = self.calendar.after_days(self.now, day, day, Rhythm::Online, &mut self.dice);
            return Step::NeedArises;
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
        if !self.held.iter().any(|held| held.kind == kind && held.value == value && held.until.is_none()) {
            self.held.push(Held { kind, value, scope: Scope::Own, from: self.now, until: None });
        }
    }

    fn release(&mut self, kind: &'static str, value: &str) {
        let now = self.now;
        let held = self.held.iter_mut().filter(|held| held.kind == kind && held.value == value);
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
        #[expect(clippy::wildcard_enum_match_arm, reason = "the other steps change none of these")]
        match law.step {
            Step::CategoryPage => self.bike = self.dice.below(crate::doors::BIKES.len() as u32) as u8,
            Step::OrderPlaced | Step::ShopOrder => self.orders += 1,
            Step::DeliveryPromised => self.due = self.promise(6, 18),
            Step::DeliveryPostponed => self.due = self.promise(4, 14),
            _ => {}
        }
    }

    fn promise(&mut self, least: u32, most: u32) -> u16 {
        (self.calendar.day_of(self.now) + self.dice.between(least, most)) as u16
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
        let weights: Vec<u32> = ways
            .iter()
            .map(|way| {
                let inclination = match way.habit {
                    Habit::None => 100,
                    Habit::Web => habits.web,
                    Habit::Shop => habits.shop,
                    Habit::Riding => habits.riding,
                };
                if self.is_open(way.when) { way.weight * inclination } else { 0 }
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
            When::Reachable => self.reachable,
        }
    }

    fn happening(&mut self, place: u32, nth: u16, step: Step, next: Option<Step>, identifies: bool) -> Lived {
        Lived {
            at: self.now,
            person: place,
            nth,
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
            salt: self.dice.salt(),
        }
    }

    fn pass_time(&mut self, way: Way) {
        match way.after {
            After::Beat => self.now += i64::from(self.dice.between(4_000, 90_000)),
            After::Soon => self.now += i64::from(self.dice.between(120_000, 720_000)),
            After::Days(least, most) => {
                let rhythm = LAWS[way.to as usize].rhythm;
                self.now = self.calendar.after_days(self.now, least, most, rhythm, &mut self.dice);
                self.sit_down();
            }
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
