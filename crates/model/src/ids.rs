//! Typed ids: a customer never passes for an event.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Person buckets. A journey lies in exactly one, so buckets are what scans, files and machines share out.
pub const BUCKETS: u16 = 256;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty), $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                text.strip_prefix($prefix)
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or_else(|| Invalid::new("", text, concat!("is not an id of the form ", $prefix, "123")))
            }
        }
    };
}

id! {
    /// A customer: a resolved person. Stays the same for ever; after a merge it redirects to the older one. Shown as `c123`.
    CustomerId(u64), "c"
}
id! {
    /// The number under which an event arrived: 1, 2, 3, ... without gaps, in the order of the journal. Shown as `e123`.
    Arrival(u64), "e"
}
id! {
    /// One typed identifier value that was seen, numbered in the order of first appearance. Shown as `i123`.
    NodeId(u32), "i"
}
id! {
    /// An entry of the link log. Shown as `l123`.
    LinkId(u64), "l"
}

/// The bucket a customer's events are filed under, `0..BUCKETS`. Part of the file layout: never change it.
pub fn bucket_of(customer: CustomerId) -> u16 {
    (xxhash_rust::xxh3::xxh3_64(&customer.0.to_le_bytes()) % u64::from(BUCKETS)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_show_and_refuse_others() {
        assert_eq!("c17".parse::<CustomerId>().unwrap(), CustomerId(17));
        assert_eq!(CustomerId(17).to_string(), "c17");
        assert!("e17".parse::<CustomerId>().is_err());
        assert!("c-1".parse::<CustomerId>().is_err());
    }

    #[test]
    fn buckets_are_fixed_for_ever() {
        assert_eq!([1, 2, 3, 1_000_000].map(|id| bucket_of(CustomerId(id))), [46, 67, 125, 96]);
    }
}
