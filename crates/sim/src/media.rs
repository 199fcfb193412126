//! Worlds that lack something: what a contact truly contributes is the difference it makes.

use std::fmt;
use std::str::FromStr;

use crate::laws::Step;

/// A contact that can be taken out of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// Posters at tram stops.
    Poster,
    /// What friends say.
    Friend,
    /// Advertisements in social networks.
    Advertisement,
    /// Advertisements that follow those who hesitate.
    Retargeting,
    /// Newsletters to prospects and owners.
    Newsletter,
    /// Mails about a cart that was left.
    CartReminder,
}

impl Medium {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Poster, Self::Friend, Self::Advertisement, Self::Retargeting, Self::Newsletter, Self::CartReminder];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Poster => "poster",
            Self::Friend => "friend",
            Self::Advertisement => "advertisement",
            Self::Retargeting => "retargeting",
            Self::Newsletter => "newsletter",
            Self::CartReminder => "cart-reminder",
        }
    }

    /// Steps that nobody takes where it is missing.
    pub(crate) fn steps(self) -> &'static [Step] {
        match self {
            Self::Poster => &[Step::PosterSeen],
            Self::Friend => &[Step::FriendAdvises],
            Self::Advertisement => &[Step::SocialAdSeen],
            Self::Retargeting => &[Step::RetargetingSeen],
            Self::Newsletter => &[Step::NewsletterOpened, Step::OwnerNewsletter],
            Self::CartReminder => &[Step::CartReminderOpened],
        }
    }
}

impl fmt::Display for Medium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Medium {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|medium| medium.as_str() == name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|medium| medium.as_str()).collect();
            format!("{name:?} is none of {}", names.join(", "))
        })
    }
}
