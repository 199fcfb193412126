//! Plans and access in SQLite.

use model::{Document, DocumentKind, Invalid, RULINGS_SOURCE, Timestamp, check_body};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Database, Fault, Layout, micros, number, word};
use crate::plans::{Draft, NewToken, Plans, Role, Source, Token};
use crate::secret::{hash_of, new_secret};
use crate::{DataDirectory, StoreError};

pub(super) const LAYOUT: Layout = Layout {
    version: 2,
    is_derived: false,
    synchronous: "FULL",
    page_size: 4096,
    cache: 512,
    later: &[super::users::ADDITION],
    schema: "
        CREATE TABLE documents (
            kind    TEXT NOT NULL,
            name    TEXT NOT NULL,
            version INTEGER NOT NULL,
            at      INTEGER NOT NULL,
            author  TEXT NOT NULL,
            note    TEXT NOT NULL,
            body    TEXT NOT NULL,          -- JSON; null removes the document
            PRIMARY KEY (kind, name, version)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE sources (
            name       TEXT PRIMARY KEY,
            key_hash   BLOB NOT NULL UNIQUE, -- BLAKE3; of a revoked key REVOKED and the name
            created_at INTEGER NOT NULL,
            key_at     INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tokens (
            id          INTEGER PRIMARY KEY,
            secret_hash BLOB NOT NULL UNIQUE, -- BLAKE3
            role        TEXT NOT NULL,
            name        TEXT NOT NULL,
            created_at  INTEGER NOT NULL,
            revoked_at  INTEGER
        ) STRICT;
        CREATE TABLE revision (number INTEGER NOT NULL) STRICT;
        INSERT INTO revision VALUES (0);
    ",
};

/// Documents, sources, tokens and people of a directory.
#[derive(Debug)]
pub struct SqlitePlans {
    pub(super) database: Database,
}

impl SqlitePlans {
    /// Opens the plans, makes them if they are not there. Any number of processes may.
    pub fn open(directory: &DataDirectory) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open(directory.plans(), &LAYOUT)? })
    }

    /// Opens the plans for reading; errors with [`StoreError::NotFound`] if there are none.
    pub fn open_read_only(directory: &DataDirectory) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open_read_only(directory.plans(), &LAYOUT)? })
    }

    fn change<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, StoreError> {
        self.database.write(|transaction| {
            let answer = work(transaction)?;
            transaction.execute("UPDATE revision SET number = number + 1", [])?;
            Ok(answer)
        })
    }

    fn select_documents(&self, query: &str, keys: [Option<&str>; 2]) -> Result<Vec<Document>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            Ok(statement.query_map(keys, read_document)?.collect::<Result<_, _>>()?)
        })
    }
}

/// With the name behind it, stands in the place of the hash of a revoked key: no key has such a hash.
const REVOKED: &str = "revoked key of source ";
const SOURCE: &str = "SELECT name, created_at, key_at, key_hash <> CAST(?1 || name AS BLOB) FROM sources";

const DOCUMENT: &str = "SELECT kind, name, version, at, author, note, body FROM documents";

fn read_document(row: &Row<'_>) -> rusqlite::Result<Document> {
    let body = serde_json::from_str(row.get_ref(6)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(6, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Document {
        kind: word(row, 0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        at: micros(row, 3)?,
        author: row.get(4)?,
        note: row.get(5)?,
        body,
    })
}

/// Writes a version of a document whose content is checked.
fn insert(transaction: &Transaction<'_>, draft: &Draft<'_>) -> Result<Document, Fault> {
    let Draft { kind, name, body, author, note, expected_version, at } = *draft;
    let latest = "SELECT version, body = 'null' FROM documents WHERE kind = ?1 AND name = ?2
                  ORDER BY version DESC LIMIT 1";
    let (latest, removed): (u32, bool) = transaction
        .prepare_cached(latest)?
        .query_row([kind.as_str(), name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .unwrap_or((0, true));
    let current = if removed { 0 } else { latest };
    if let Some(expected) = expected_version.filter(|expected| *expected != current) {
        return Err(StoreError::VersionConflict { name: name.to_owned(), expected, current }.into());
    }
    if body.is_null() && removed {
        return Err(StoreError::NotFound { what: kind.as_str(), name: name.to_owned() }.into());
    }
    let version = latest + 1;
    transaction.prepare_cached("INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(params![
        kind.as_str(),
        name,
        version,
        at.micros(),
        author,
        note,
        body.to_string()
    ])?;
    let (author, note) = (author.to_owned(), note.to_owned());
    Ok(Document { kind, name: name.to_owned(), version, at, author, note, body: body.clone() })
}

fn revision(connection: &Connection) -> rusqlite::Result<u64> {
    connection.prepare_cached("SELECT number FROM revision")?.query_row([], |row| number(row, 0))
}

fn read_source(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source { name: row.get(0)?, created_at: micros(row, 1)?, key_at: micros(row, 2)?, has_key: row.get(3)? })
}

fn read_token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: number(row, 0)?,
        role: word(row, 1)?,
        name: row.get(2)?,
        created_at: micros(row, 3)?,
        revoked_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::clamped),
    })
}

impl Plans for SqlitePlans {
    fn put(&self, draft: &Draft<'_>) -> Result<Document, StoreError> {
        check_body(draft.kind, draft.name, draft.body)?;
        self.change(|transaction| insert(transaction, draft))
    }

    fn put_all(&self, drafts: &[Draft<'_>], expected_revision: Option<u64>) -> Result<Vec<Document>, StoreError> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        for draft in drafts {
            check_body(draft.kind, draft.name, draft.body)?;
        }
        self.change(|transaction| {
            let current = revision(transaction)?;
            if let Some(expected) = expected_revision.filter(|expected| *expected != current) {
                return Err(StoreError::Moved { expected, current }.into());
            }
            drafts.iter().map(|draft| insert(transaction, draft)).collect()
        })
    }

    fn document(&self, kind: DocumentKind, name: &str, version: Option<u32>) -> Result<Option<Document>, StoreError> {
        self.database.read(|connection| {
            let query = format!(
                "{DOCUMENT} WHERE kind = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3)
                 ORDER BY version DESC LIMIT 1"
            );
            let mut statement = connection.prepare_cached(&query)?;
            let found = statement.query_row(params![kind.as_str(), name, version], read_document).optional()?;
            Ok(found.filter(|document| version.is_some() || !document.body.is_null()))
        })
    }

    fn documents(&self, kind: Option<DocumentKind>) -> Result<Vec<Document>, StoreError> {
        let query = format!(
            "{DOCUMENT} AS d
             WHERE body <> 'null' AND (?1 IS NULL OR kind = ?1) AND ?2 IS NULL AND version =
                 (SELECT max(version) FROM documents AS o WHERE o.kind = d.kind AND o.name = d.name)"
        );
        let mut documents = self.select_documents(&query, [kind.map(DocumentKind::as_str), None])?;
        documents.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Ok(documents)
    }

    fn history(&self, kind: DocumentKind, name: &str) -> Result<Vec<Document>, StoreError> {
        let query = format!("{DOCUMENT} WHERE kind = ?1 AND name = ?2 ORDER BY version DESC");
        self.select_documents(&query, [Some(kind.as_str()), Some(name)])
    }

    fn revision(&self) -> Result<u64, StoreError> {
        self.database.read(|connection| Ok(revision(connection)?))
    }

    fn create_source(&self, name: &str, at: Timestamp) -> Result<String, StoreError> {
        let length = name.chars().count();
        if !(1..=100).contains(&length) || name.trim() != name || name.chars().any(char::is_control) {
            let reason = "is not a name of a source: 1 to 100 characters, none of them a control character, no blank at either end";
            return Err(Invalid::new("name", name, reason).into());
        }
        if name == RULINGS_SOURCE {
            return Err(Invalid::new("name", name, "is kept for what people decide about who is who").into());
        }
        let key = new_secret("glw_")?;
        self.change(|transaction| {
            let inserted = transaction.execute(
                "INSERT OR IGNORE INTO sources VALUES (?1, ?2, ?3, ?3)",
                params![name, hash_of(&key), at.micros()],
            )?;
            if inserted == 0 {
                return Err(StoreError::Exists { what: "source", name: name.to_owned() }.into());
            }
            Ok(())
        })?;
        Ok(key)
    }

    fn rotate_source_key(&self, name: &str, at: Timestamp) -> Result<String, StoreError> {
        let key = new_secret("glw_")?;
        self.change(|transaction| {
            let changed = transaction.execute(
                "UPDATE sources SET key_hash = ?2, key_at = ?3 WHERE name = ?1",
                params![name, hash_of(&key), at.micros()],
            )?;
            if changed == 0 {
                return Err(StoreError::NotFound { what: "source", name: name.to_owned() }.into());
            }
            Ok(())
        })?;
        Ok(key)
    }

    fn revoke_source_key(&self, name: &str) -> Result<(), StoreError> {
        self.change(|transaction| {
            let changed = transaction.execute(
                "UPDATE sources SET key_hash = CAST(?1 || name AS BLOB)
                 WHERE name = ?2 AND key_hash <> CAST(?1 || name AS BLOB)",
                [REVOKED, name],
            )?;
            if changed == 0 {
                return Err(StoreError::NotFound { what: "source with a write key", name: name.to_owned() }.into());
            }
            Ok(())
        })
    }

    fn source_of_key(&self, key: &str) -> Result<Option<Source>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{SOURCE} WHERE key_hash = ?2"))?;
            Ok(statement.query_row(params![REVOKED, hash_of(key)], read_source).optional()?)
        })
    }

    fn sources(&self) -> Result<Vec<Source>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{SOURCE} ORDER BY name"))?;
            Ok(statement.query_map([REVOKED], read_source)?.collect::<Result<_, _>>()?)
        })
    }

    fn create_token(&self, role: Role, name: &str, at: Timestamp) -> Result<NewToken, StoreError> {
        let secret = new_secret("glt_")?;
        let id = self.change(|transaction| {
            transaction.execute(
                "INSERT INTO tokens (secret_hash, role, name, created_at) VALUES (?1, ?2, ?3, ?4)",
                params![hash_of(&secret), role.as_str(), name, at.micros()],
            )?;
            Ok(transaction.last_insert_rowid().cast_unsigned())
        })?;
        let token = Token { id, role, name: name.to_owned(), created_at: at, revoked_at: None };
        Ok(NewToken { token, secret })
    }

    fn token(&self, secret: &str) -> Result<Option<Token>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, role, name, created_at, revoked_at FROM tokens
                 WHERE secret_hash = ?1 AND revoked_at IS NULL",
            )?;
            Ok(statement.query_row([hash_of(secret)], read_token).optional()?)
        })
    }

    fn revoke_token(&self, id: u64, at: Timestamp) -> Result<(), StoreError> {
        self.change(|transaction| {
            let changed = transaction.execute(
                "UPDATE tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
                params![id.cast_signed(), at.micros()],
            )?;
            if changed == 0 {
                return Err(StoreError::NotFound { what: "valid token", name: id.to_string() }.into());
            }
            Ok(())
        })
    }

    fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.database.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, role, name, created_at, revoked_at FROM tokens ORDER BY id")?;
            Ok(statement.query_map([], read_token)?.collect::<Result<_, _>>()?)
        })
    }
}
