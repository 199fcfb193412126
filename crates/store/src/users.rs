//! People who log in, and their sessions.

use model::Timestamp;
use serde::Serialize;

use crate::{PasswordHash, Role, StoreError};

/// People and their sessions. Several processes may write at the same time.
///
/// Names are kept as they were given and found without regard to upper and lower case.
pub trait Users: Send + Sync {
    /// Adds somebody. Errors with [`StoreError::Exists`] if the name is taken, with [`StoreError::Invalid`] if a field is not
    /// well formed.
    fn create_user(&self, user: &NewUser<'_>, at: Timestamp) -> Result<User, StoreError>;

    /// The same for the first of all; errors with [`StoreError::Exists`] if there is anybody already.
    fn create_first_user(&self, user: &NewUser<'_>, at: Timestamp) -> Result<User, StoreError>;

    /// Somebody with what is kept of the password, disabled or not.
    fn user(&self, name: &str) -> Result<Option<(User, PasswordHash)>, StoreError>;

    /// Everybody, the disabled included, ordered by name.
    fn users(&self) -> Result<Vec<User>, StoreError>;

    /// Gives somebody a new password and ends all their sessions.
    fn set_password(&self, name: &str, password: &PasswordHash, at: Timestamp) -> Result<(), StoreError>;

    /// Keeps somebody out from `at` on and ends all their sessions; `None` lets them in again.
    fn disable_user(&self, name: &str, at: Option<Timestamp>) -> Result<(), StoreError>;

    /// Begins a session that lasts until `expiry`. What has expired before `at` is forgotten.
    fn start_session(&self, user: u64, at: Timestamp, expiry: Expiry) -> Result<String, StoreError>;

    /// The session that these characters are, unless it has expired or its owner is disabled.
    fn session(&self, secret: &str, at: Timestamp) -> Result<Option<Session>, StoreError>;

    /// Moves the moment at which an unused session expires.
    fn prolong_session(&self, secret: &str, idle: Timestamp) -> Result<(), StoreError>;

    /// Ends a session; one that has ended stays so.
    fn end_session(&self, secret: &str) -> Result<(), StoreError>;
}

/// Somebody to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewUser<'a> {
    /// 1 to 64 characters, neither blanks nor control characters.
    pub name: &'a str,
    /// How others read it; may be empty.
    pub display_name: &'a str,
    /// A mail address; may be empty.
    pub mail: &'a str,
    /// What they may do.
    pub role: Role,
    /// What they log in with.
    pub password: &'a PasswordHash,
}

/// Somebody who may log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their number.
    pub id: u64,
    /// The name they log in with, which stands at what they change.
    pub name: String,
    /// How others read it; may be empty.
    pub display_name: String,
    /// Their mail address; may be empty.
    pub mail: String,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created_at: Timestamp,
    /// When their password was set.
    pub password_at: Timestamp,
    /// Since when they are kept out.
    pub disabled_at: Option<Timestamp>,
}

/// When a session ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// If it is not used until then.
    pub idle: Timestamp,
    /// In any case.
    pub absolute: Timestamp,
}

/// A session that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: User,
    /// When it ends by itself.
    pub expiry: Expiry,
}
