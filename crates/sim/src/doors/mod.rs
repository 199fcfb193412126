//! What each door sees of what truly happens, in its own dialect.

pub(crate) mod cloud;
pub(crate) mod segment;
pub(crate) mod till;

use crate::behaviour::Lived;
use crate::calendar::Calendar;
use crate::dice::scramble;
use crate::law::{Desk, Trace};
use crate::laws::sharing::TABLETS_PER_SHOP;
use crate::laws::{LAWS, Step};
use crate::people::{Person, uuid};

/// A bike of the range: name, name in addresses, price in cent.
pub(crate) struct Bike {
    pub(crate) name: &'static str,
    pub(crate) slug: &'static str,
    pub(crate) cents: u32,
}

const fn bike(name: &'static str, slug: &'static str, cents: u32) -> Bike {
    Bike { name, slug, cents }
}

pub(crate) const BIKES: [Bike; 10] = [
    bike("Aller 3", "aller-3", 189_900),
    bike("Aller 5", "aller-5", 229_900),
    bike("Bode City", "bode-city", 259_900),
    bike("Ems Trekking", "ems-trekking", 319_900),
    bike("Ems Trekking Plus", "ems-trekking-plus", 379_900),
    bike("Lenne Trail", "lenne-trail", 429_900),
    bike("Ruhr Pendler", "ruhr-pendler", 299_900),
    bike("Ruhr Pendler S", "ruhr-pendler-s", 449_900),
    bike("Sieg Lasten", "sieg-lasten", 549_900),
    bike("Sieg Lasten Familie", "sieg-lasten-familie", 649_900),
];

/// The shops: name on the till's rows, name in file names.
pub(crate) const SHOPS: [(&str, &str); 3] = [("Köln", "koeln"), ("Dortmund", "dortmund"), ("Münster", "muenster")];

/// Per mille of Segment items that are sent twice, as libraries do when an answer is lost.
pub(crate) const RETRIED_PER_MILLE: u32 = 25;
/// Per mille of Segment items that say nobody's id.
pub(crate) const NAMELESS_PER_MILLE: u32 = 2;
/// Per mille of Segment items whose time is no time.
pub(crate) const TIMELESS_PER_MILLE: u32 = 1;
/// Per cent of people without a card who leave their number when they talk to somebody in a shop.
const LEAVE_NUMBER_PERCENT: u64 = 40;

/// Everything a door needs to know about one happening.
pub(crate) struct Scene<'a> {
    pub(crate) seed: u64,
    pub(crate) calendar: &'a Calendar,
    pub(crate) person: &'a Person,
    pub(crate) lived: Lived,
}

/// Through which door a happening is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Door {
    WebShop,
    App,
    Desk(Desk),
    Till,
}

/// What becomes of an item on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Arrives,
    ArrivesTwice,
    LosesItsIds,
    LosesItsTime,
}

impl Scene<'_> {
    pub(crate) fn trace(&self) -> Trace {
        LAWS[self.lived.step as usize].trace
    }

    /// The door that sees it; none if it leaves no trace.
    pub(crate) fn door(&self) -> Option<Door> {
        if self.lived.identifies && self.lived.step == Step::CardHandedOut {
            return Some(Door::Desk(Desk::ShopFloor));
        }
        match self.trace() {
            Trace::None => None,
            Trace::Page { .. } | Trace::Track { .. } => Some(Door::WebShop),
            Trace::Screen { .. } | Trace::AppTrack { .. } => Some(Door::App),
            Trace::Till { .. } if self.lived.identifies => Some(Door::Desk(Desk::ShopFloor)),
            Trace::Till { .. } => self.lived.with_card.then_some(Door::Till),
            Trace::Cloud { desk: Desk::ShopFloor, .. } if !self.lived.with_card && !self.leaves_number() => None,
            Trace::Cloud { desk, .. } => Some(Door::Desk(desk)),
        }
    }

    /// True if a person without a card lets the shop note their telephone number.
    pub(crate) fn leaves_number(&self) -> bool {
        self.phone().is_some() && scramble(self.person.secret ^ 0xc3) % 100 < LEAVE_NUMBER_PERCENT
    }

    pub(crate) fn phone(&self) -> Option<&str> {
        self.person.phone_at(self.lived.at)
    }

    pub(crate) fn bike(&self) -> &'static Bike {
        &BIKES[self.lived.bike as usize]
    }

    /// One and the same number for all that concerns one order of a bike.
    pub(crate) fn order_id(&self) -> String {
        format!("VB-{:07}-{}", self.person.number, self.lived.orders)
    }

    /// The sender's id of the event. Different in all of a world: the first half tells person and place in the life,
    /// through a bijection.
    pub(crate) fn message_id(&self) -> String {
        let place = (u64::from(self.person.number) << 16) | u64::from(self.lived.nth);
        let high = scramble(place ^ scramble(self.seed));
        // `uuid` keeps 60 bits of the first number; the 4 it drops go into the second.
        let (dropped, place_for_it) = ((high >> 12) & 0xf, 0xf_u64 << 44);
        uuid(high, (scramble(high) & !place_for_it) | (dropped << 44))
    }

    pub(crate) fn fate(&self) -> Fate {
        let lot = (scramble(self.lived.salt ^ 0xd4) % 1_000) as u32;
        if lot < RETRIED_PER_MILLE {
            Fate::ArrivesTwice
        } else if lot < RETRIED_PER_MILLE + NAMELESS_PER_MILLE {
            Fate::LosesItsIds
        } else if lot < RETRIED_PER_MILLE + NAMELESS_PER_MILLE + TIMELESS_PER_MILLE {
            Fate::LosesItsTime
        } else {
            Fate::Arrives
        }
    }

    /// One of `0..count` for the small thing numbered `question`.
    pub(crate) fn small(&self, question: u64, count: u64) -> u64 {
        scramble(self.lived.salt ^ question) % count
    }
}

/// The tablet numbered so among those of a shop, as its maker numbers it.
pub(crate) fn shop_tablet(shop: usize, number: u64) -> String {
    format!("VLTB-{}-{}", SHOPS[shop].1.to_uppercase(), number + 1)
}

/// All of them.
pub(crate) fn shop_tablets() -> impl Iterator<Item = String> {
    (0..SHOPS.len()).flat_map(|shop| (0..TABLETS_PER_SHOP).map(move |number| shop_tablet(shop, number)))
}

/// True for traces that are left in a browser.
pub(crate) fn needs_cookie(trace: Trace) -> bool {
    match trace {
        Trace::Page { .. } | Trace::Track { .. } => true,
        Trace::Cloud { desk, .. } => matches!(desk, Desk::Ads | Desk::WebChat),
        Trace::None | Trace::Screen { .. } | Trace::AppTrack { .. } | Trace::Till { .. } => false,
    }
}

impl Door {
    /// Name of the source under which the door is registered.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::WebShop => "web-shop",
            Self::App => "app",
            Self::Till => "shop-tills",
            Self::Desk(Desk::CallCentre) => "call-centre",
            Self::Desk(Desk::ShopFloor) => "shop-floor",
            Self::Desk(Desk::Workshop) => "workshop",
            Self::Desk(Desk::WebChat) => "web-chat",
            Self::Desk(Desk::Mailing) => "mailing",
            Self::Desk(Desk::Ads) => "ads",
            Self::Desk(Desk::BikeCloud) => "bike-cloud",
            Self::Desk(Desk::Orders) => "orders",
            Self::Desk(Desk::Surveys) => "surveys",
        }
    }
}
