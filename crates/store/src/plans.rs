//! Plans and access: what people write, and who may send or read.

use std::fmt;
use std::str::FromStr;

use model::{Document, DocumentKind, Invalid, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::StoreError;

/// A version of a document that is to be written.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// What the document is about.
    pub kind: DocumentKind,
    /// Which one.
    pub name: &'a str,
    /// The content; `null` removes the document.
    pub body: &'a Value,
    /// Who writes it.
    pub author: &'a str,
    /// Why.
    pub note: &'a str,
    /// The version the author had read, 0 for "there is none"; `None` to write over whatever there is.
    pub expected_version: Option<u32>,
    /// When.
    pub at: Timestamp,
}

/// Versioned documents, sources and tokens. Several processes may write at the same time.
pub trait Plans: Send + Sync {
    /// Writes a new version. Errors with [`StoreError::Invalid`] for content that [`model::check_body`] refuses, with
    /// [`StoreError::VersionConflict`] if the expected version is not the current one, and with
    /// [`StoreError::NotFound`] for the removal of what is not there.
    fn put(&self, draft: &Draft<'_>) -> Result<Document, StoreError>;

    /// Writes new versions of several documents, or of none: what [`Plans::put`] refuses for one of them is refused for all.
    /// Errors with [`StoreError::Moved`] if a revision is expected and is not the current one: what was checked beside other
    /// documents is written only beside these.
    fn put_all(&self, drafts: &[Draft<'_>], expected_revision: Option<u64>) -> Result<Vec<Document>, StoreError>;

    /// One version, or the current one; `None` if there is no such version, or the document is removed.
    fn document(&self, kind: DocumentKind, name: &str, version: Option<u32>) -> Result<Option<Document>, StoreError>;

    /// The current version of every document that is not removed, ordered by kind and name.
    fn documents(&self, kind: Option<DocumentKind>) -> Result<Vec<Document>, StoreError>;

    /// All versions of one document, the newest first, removals included.
    fn history(&self, kind: DocumentKind, name: &str) -> Result<Vec<Document>, StoreError>;

    /// A number that grows with every change of a document, source or token, by whatever process.
    fn revision(&self) -> Result<u64, StoreError>;

    /// Registers a source and returns its write key, which is kept only as a hash: it cannot be shown again.
    fn create_source(&self, name: &str, at: Timestamp) -> Result<String, StoreError>;

    /// Gives a source a new write key; the old one is void at once.
    fn rotate_source_key(&self, name: &str, at: Timestamp) -> Result<String, StoreError>;

    /// Voids a source's write key: nobody can send under its name until it is given a new one. Errors with
    /// [`StoreError::NotFound`] if the source has none.
    fn revoke_source_key(&self, name: &str) -> Result<(), StoreError>;

    /// The source that a write key belongs to.
    fn source_of_key(&self, key: &str) -> Result<Option<Source>, StoreError>;

    /// All sources, ordered by name.
    fn sources(&self) -> Result<Vec<Source>, StoreError>;

    /// Makes a token for a role and returns it; it is kept only as a hash.
    fn create_token(&self, role: Role, name: &str, at: Timestamp) -> Result<NewToken, StoreError>;

    /// The token that these characters are, unless it is revoked.
    fn token(&self, secret: &str) -> Result<Option<Token>, StoreError>;

    /// Voids a token; errors with [`StoreError::NotFound`] if there is none that is valid.
    fn revoke_token(&self, id: u64, at: Timestamp) -> Result<(), StoreError>;

    /// All tokens, revoked ones included, ordered by number.
    fn tokens(&self) -> Result<Vec<Token>, StoreError>;
}

/// A registered sender of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its name, as events carry it. 1 to 100 characters.
    pub name: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When its last write key was made.
    pub key_at: Timestamp,
    /// False if that key was revoked.
    pub has_key: bool,
}

/// What somebody may do: one role for each of the people the product serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the installation.
    Admin,
    /// Plans journeys and watches over them.
    Manager,
    /// Serves customers: shop, hotline, service.
    Service,
    /// Acts on customers, with consent.
    Marketer,
    /// Reads every event and figure.
    Analyst,
    /// Watches over consent, access and erasure.
    Privacy,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Manager, Self::Service, Self::Marketer, Self::Analyst, Self::Privacy];

    /// The role's name in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Service => "service",
            Self::Marketer => "marketer",
            Self::Analyst => "analyst",
            Self::Privacy => "privacy",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Invalid::new("role", text, format!("is none of {}", Self::ALL.map(Self::as_str).join(", "))))
    }
}

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Its number.
    pub id: u64,
    /// What its bearer may do.
    pub role: Role,
    /// What it is for; may be empty.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was voided.
    pub revoked_at: Option<Timestamp>,
}

/// A token at the only moment its secret is known.
#[derive(Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What is kept of it.
    pub token: Token,
    /// What its bearer shows.
    pub secret: String,
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewToken").field("token", &self.token).finish_non_exhaustive()
    }
}
