//! Who is who: the link log and its fold.
//!
//! Events keep the identifiers they came with. Here those that belong to one person are joined, under rules, and
//! every join leaves a link that says why. The crate does no IO: it takes events in the order of their arrival and
//! gives back the rows to be kept ([`Changes`]); [`Identity::restore_node`] and its sisters build the same state from these rows.
//!
//! * An identifier value is a *node*, numbered in the order of first appearance.
//! * A *customer* is founded by a node and bears its number for ever. When two customers turn out to be one, the older
//!   id stays and the younger redirects to it.
//! * An event belongs to its strongest identifier (the *anchor*); its customer is the anchor's customer, now and after
//!   every later join, so that nothing ever has to be rewritten.
//! * A person may say otherwise ([`Ruling`](model::Ruling)): two identifiers are one, or they are two for good. That is
//!   an event like any other; what it parts is as if the youngest link between the two had never been drawn.
//! * All identifiers of one event are taken as one person, unless a rule refuses: a blocked value joins nobody, and a
//!   limit (one `user_id` a customer) vetoes. Then the weaker identifier is left where it was, and a refusal is noted.
//!
//! ```
//! use identity::{Changes, Identity};
//! use model::{Arrival, Event, Identifier, IdentifierKind as Kind, IdentityRules, Timestamp};
//!
//! let mut identity = Identity::new(&IdentityRules::default());
//! let mut changes = Changes::default();
//! let mut see = |arrival, identifiers| {
//!     let mut event = Event::new("m", "web", "visit", Timestamp::default());
//!     event.identifiers = identifiers;
//!     identity.observe(Arrival(arrival), &event, &mut changes).customer
//! };
//! let cookie = see(1, vec![Identifier::new(Kind::AnonymousId, "cookie")]);
//! let account = see(2, vec![Identifier::new(Kind::UserId, "ada")]);
//! assert_ne!(cookie, account);
//! // Ada logs in: cookie and account are one person, under the older id.
//! assert_eq!(see(3, vec![Identifier::new(Kind::AnonymousId, "cookie"), Identifier::new(Kind::UserId, "ada")]), cookie);
//! // Bob uses her browser: his account stays his own.
//! let bob = see(4, vec![Identifier::new(Kind::AnonymousId, "cookie"), Identifier::new(Kind::UserId, "bob")]);
//! assert_ne!(bob, cookie);
//! assert_eq!((changes.links.len(), changes.redirects.len(), changes.refusals.len()), (1, 1, 1));
//! ```

mod bars;
mod changes;
mod fold;
mod forest;
mod limits;
mod links;
mod nodes;
mod normalise;
mod refusals;
mod restore;
mod rules;
mod rulings;
mod who;

pub use changes::Changes;
pub use fold::{Identity, Observed};
pub use normalise::knows_region;
