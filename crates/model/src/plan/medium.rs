//! In what world a channel lies.

use serde::{Deserialize, Serialize};

/// In what world customers and company meet: on a screen, on paper and the like, or among people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// On a screen or between machines.
    Digital,
    /// On paper, on air, on things.
    Analog,
    /// With a person on the other side.
    Personal,
}

impl Medium {
    /// All three, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Digital, Self::Analog, Self::Personal];

    /// As written in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Digital => "digital",
            Self::Analog => "analog",
            Self::Personal => "personal",
        }
    }

    /// The channels that lie in it, in lower case. `docs/plans.md` has the same table for people.
    pub fn channels(self) -> &'static [&'static str] {
        match self {
            Self::Digital => &[
                "web",
                "website",
                "online",
                "app",
                "mail",
                "email",
                "e-mail",
                "newsletter",
                "chat",
                "social",
                "search",
                "display",
                "ads",
                "ad",
                "video",
                "sms",
                "messenger",
                "push",
                "device",
                "vehicle",
                "iot",
                "kiosk",
            ],
            Self::Analog => &[
                "print",
                "poster",
                "letter",
                "post",
                "flyer",
                "catalogue",
                "magazine",
                "newspaper",
                "tv",
                "radio",
                "cinema",
                "packaging",
                "sign",
                "building",
            ],
            Self::Personal => &[
                "shop",
                "store",
                "filiale",
                "pos",
                "till",
                "phone",
                "telephone",
                "telefon",
                "call",
                "hotline",
                "event",
                "fair",
                "talk",
                "visit",
                "workshop",
                "delivery",
            ],
        }
    }

    /// The medium in which a channel lies, whatever its case; `None` if the channel is not known.
    ///
    /// ```
    /// use model::Medium;
    ///
    /// assert_eq!(Medium::of_channel(" Web"), Some(Medium::Digital));
    /// assert_eq!(Medium::of_channel("pigeon"), None);
    /// ```
    pub fn of_channel(channel: &str) -> Option<Self> {
        let word = channel.trim().to_lowercase();
        Self::ALL.into_iter().find(|medium| medium.channels().contains(&word.as_str()))
    }
}
