//! People and their sessions, in the database of the plans.

use model::{Invalid, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Fault, SqlitePlans, micros, number, word};
use crate::secret::{hash_of, new_secret};
use crate::users::{Expiry, NewUser, Session, User, Users};
use crate::{PasswordHash, StoreError};

/// What version 2 of the plans added.
pub(super) const ADDITION: &str = "
    CREATE TABLE users (
        id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
        name         TEXT NOT NULL,
        known_as     TEXT NOT NULL UNIQUE,     -- the name in lower case
        display_name TEXT NOT NULL,
        mail         TEXT NOT NULL,
        role         TEXT NOT NULL,
        password     TEXT NOT NULL,            -- Argon2id, as a PHC string
        created_at   INTEGER NOT NULL,
        password_at  INTEGER NOT NULL,
        disabled_at  INTEGER
    ) STRICT;
    CREATE TABLE sessions (
        secret_hash BLOB PRIMARY KEY,          -- BLAKE3
        user        INTEGER NOT NULL REFERENCES users(id),
        started_at  INTEGER NOT NULL,
        idle        INTEGER NOT NULL,
        absolute    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_by_user ON sessions(user);
";

const MOST_IN_NAME: usize = 64;
const MOST_IN_DISPLAY_NAME: usize = 100;
/// RFC 5321 allows no longer path.
const MOST_IN_MAIL: usize = 254;

const USER: &str = "SELECT u.id, u.name, u.display_name, u.mail, u.role, u.created_at, u.password_at, u.disabled_at";

fn read_user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: number(row, 0)?,
        name: row.get(1)?,
        display_name: row.get(2)?,
        mail: row.get(3)?,
        role: word(row, 4)?,
        created_at: micros(row, 5)?,
        password_at: micros(row, 6)?,
        disabled_at: row.get::<_, Option<i64>>(7)?.map(Timestamp::clamped),
    })
}

fn check(user: &NewUser<'_>) -> Result<(), Invalid> {
    let NewUser { name, display_name, mail, .. } = *user;
    let is_odd = |c: char| c.is_whitespace() || c.is_control();
    if !(1..=MOST_IN_NAME).contains(&name.chars().count()) || name.contains(is_odd) {
        let reason = "is not a name to log in with: 1 to 64 characters, neither blanks nor control characters";
        return Err(Invalid::new("name", name, reason));
    }
    if display_name.chars().count() > MOST_IN_DISPLAY_NAME || display_name.contains(char::is_control) {
        let reason = "is not a name to show: 100 characters at most, none of them a control character";
        return Err(Invalid::new("display_name", display_name, reason));
    }
    let has_both_sides = mail.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !mail.is_empty() && (!has_both_sides || mail.len() > MOST_IN_MAIL || mail.contains(is_odd)) {
        return Err(Invalid::new("mail", mail, "is not a mail address"));
    }
    Ok(())
}

fn insert(transaction: &Transaction<'_>, user: &NewUser<'_>, at: Timestamp) -> Result<User, Fault> {
    let NewUser { name, display_name, mail, role, password } = *user;
    let inserted = transaction.execute(
        "INSERT OR IGNORE INTO users (name, known_as, display_name, mail, role, password, created_at, password_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        params![name, name.to_lowercase(), display_name, mail, role.as_str(), password.as_str(), at.micros()],
    )?;
    if inserted == 0 {
        return Err(StoreError::Exists { what: "user", name: name.to_owned() }.into());
    }
    Ok(User {
        id: transaction.last_insert_rowid().cast_unsigned(),
        name: name.to_owned(),
        display_name: display_name.to_owned(),
        mail: mail.to_owned(),
        role,
        created_at: at,
        password_at: at,
        disabled_at: None,
    })
}

impl SqlitePlans {
    /// Changes somebody, and ends their sessions.
    fn change_user(
        &self,
        name: &str,
        change: impl FnOnce(&Transaction<'_>, &str) -> rusqlite::Result<usize>,
    ) -> Result<(), StoreError> {
        let known_as = name.to_lowercase();
        self.database.write(|transaction| {
            if change(transaction, &known_as)? == 0 {
                return Err(StoreError::NotFound { what: "user", name: name.to_owned() }.into());
            }
            let end = "DELETE FROM sessions WHERE user = (SELECT id FROM users WHERE known_as = ?1)";
            transaction.execute(end, [&known_as])?;
            Ok(())
        })
    }
}

impl Users for SqlitePlans {
    fn create_user(&self, user: &NewUser<'_>, at: Timestamp) -> Result<User, StoreError> {
        check(user)?;
        self.database.write(|transaction| insert(transaction, user, at))
    }

    fn create_first_user(&self, user: &NewUser<'_>, at: Timestamp) -> Result<User, StoreError> {
        check(user)?;
        self.database.write(|transaction| {
            let other: Option<String> =
                transaction.query_row("SELECT name FROM users LIMIT 1", [], |row| row.get(0)).optional()?;
            match other {
                Some(name) => Err(StoreError::Exists { what: "user", name }.into()),
                None => insert(transaction, user, at),
            }
        })
    }

    fn user(&self, name: &str) -> Result<Option<(User, PasswordHash)>, StoreError> {
        self.database.read(|connection| {
            let query = format!("{USER}, u.password FROM users u WHERE known_as = ?1");
            let read = |row: &Row<'_>| Ok((read_user(row)?, PasswordHash::kept(row.get(8)?)));
            Ok(connection.prepare_cached(&query)?.query_row([name.to_lowercase()], read).optional()?)
        })
    }

    fn users(&self) -> Result<Vec<User>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{USER} FROM users u ORDER BY known_as"))?;
            Ok(statement.query_map([], read_user)?.collect::<Result<_, _>>()?)
        })
    }

    fn set_password(&self, name: &str, password: &PasswordHash, at: Timestamp) -> Result<(), StoreError> {
        self.change_user(name, |transaction, known_as| {
            let change = "UPDATE users SET password = ?2, password_at = ?3 WHERE known_as = ?1";
            transaction.execute(change, params![known_as, password.as_str(), at.micros()])
        })
    }

    fn disable_user(&self, name: &str, at: Option<Timestamp>) -> Result<(), StoreError> {
        self.change_user(name, |transaction, known_as| {
            // Whoever is disabled already stays so since then.
            let change = "UPDATE users SET disabled_at = iif(?2 IS NULL, NULL, coalesce(disabled_at, ?2))
                          WHERE known_as = ?1";
            transaction.execute(change, params![known_as, at.map(Timestamp::micros)])
        })
    }

    fn start_session(&self, user: u64, at: Timestamp, expiry: Expiry) -> Result<String, StoreError> {
        let secret = new_secret("gls_")?;
        self.database.write(|transaction| {
            transaction.execute("DELETE FROM sessions WHERE idle <= ?1 OR absolute <= ?1", [at.micros()])?;
            transaction.execute(
                "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    hash_of(&secret),
                    user.cast_signed(),
                    at.micros(),
                    expiry.idle.micros(),
                    expiry.absolute.micros()
                ],
            )?;
            Ok(())
        })?;
        Ok(secret)
    }

    fn session(&self, secret: &str, at: Timestamp) -> Result<Option<Session>, StoreError> {
        self.database.read(|connection| {
            let query = format!(
                "{USER}, s.idle, s.absolute FROM sessions s JOIN users u ON u.id = s.user
                 WHERE s.secret_hash = ?1 AND s.idle > ?2 AND s.absolute > ?2 AND u.disabled_at IS NULL"
            );
            let read = |row: &Row<'_>| {
                let expiry = Expiry { idle: micros(row, 8)?, absolute: micros(row, 9)? };
                Ok(Session { user: read_user(row)?, expiry })
            };
            Ok(connection.prepare_cached(&query)?.query_row(params![hash_of(secret), at.micros()], read).optional()?)
        })
    }

    fn prolong_session(&self, secret: &str, idle: Timestamp) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            let change = "UPDATE sessions SET idle = max(idle, ?2) WHERE secret_hash = ?1";
            transaction.execute(change, params![hash_of(secret), idle.micros()])?;
            Ok(())
        })
    }

    fn end_session(&self, secret: &str) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            transaction.execute("DELETE FROM sessions WHERE secret_hash = ?1", [hash_of(secret)])?;
            Ok(())
        })
    }
}
