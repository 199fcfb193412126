//! The store in SQLite: one file each for the journal, the plans and the folded state.

mod copy;
mod journal;
mod plans;
mod quarantine;
mod state;
mod users;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

pub use copy::copy_truth;
pub use journal::{SqliteJournal, SqliteJournalReader};
pub use plans::SqlitePlans;
pub use state::SqliteState;

use crate::{DataDirectory, StoreError};

/// `GLEI`, so that `file` and the next program know whose database it is.
const APPLICATION: i64 = 0x474C_4549;
/// How long a writer waits for another process to finish.
const PATIENCE: Duration = Duration::from_secs(10);

/// Journal, plans and state of a directory, opened for reading beside whoever writes.
#[derive(Debug)]
pub struct Readers {
    /// The journal.
    pub journal: SqliteJournalReader,
    /// The plans; writing through it is refused.
    pub plans: SqlitePlans,
    /// The folded state; writing through it is refused.
    pub state: SqliteState,
}

/// Opens the three databases of a directory for reading, beside a process that writes or without one.
///
/// Errors with [`StoreError::NotFound`] if one of them was never written.
pub fn open_read_only(directory: &DataDirectory) -> Result<Readers, StoreError> {
    Ok(Readers {
        journal: SqliteJournalReader::open(directory)?,
        plans: SqlitePlans::open_read_only(directory)?,
        state: SqliteState::open_read_only(directory)?,
    })
}

/// What a kind of database looks like.
struct Layout {
    /// The format version, `PRAGMA user_version`.
    version: i64,
    /// The tables of the first version, or of the only one that anybody still reads.
    schema: &'static str,
    /// What each later version added, the latest last. A database that is opened for writing is brought up to it.
    later: &'static [&'static str],
    /// True if everything in it can be made again: an earlier format is thrown away by whoever opens it for writing.
    is_derived: bool,
    /// `FULL` where a commit has to survive a power cut, `NORMAL` where it can be made again.
    synchronous: &'static str,
    /// Fits the rows: large where they are blobs.
    page_size: u32,
    /// Page cache in KiB.
    cache: u32,
}

/// One database file. Every statement goes through `read` or `write`, which give errors their place.
#[derive(Debug)]
struct Database {
    connection: Mutex<Connection>,
    path: PathBuf,
}

/// What can go wrong inside `read` and `write`: the database's fault, or ours.
#[derive(Debug)]
enum Fault {
    Sql(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}
impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Database {
    /// Opens the database for writing, makes it if it is not there.
    fn open(path: PathBuf, layout: &Layout) -> Result<Self, StoreError> {
        let connection = Connection::open(&path).map_err(|error| fault(&path, &error))?;
        let database = Self { connection: Mutex::new(connection), path };
        database.read(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.set_prepared_statement_cache_capacity(64);
            connection.pragma_update(None, "page_size", layout.page_size)?;
            connection.pragma_update(None, "cache_size", -i64::from(layout.cache))?;
            connection.pragma_update(None, "foreign_keys", true)?;
            Ok(())
        })?;
        let version = database.version()?;
        if layout.is_derived && (1..layout.version).contains(&version) {
            tracing::info!(place = %database.path.display(), version, "of an earlier format: it is made again");
            database.throw_away()?;
        }
        if database.version()? < layout.version {
            database.use_wal()?;
            database.write(|transaction| {
                // Another process may have been quicker.
                let found = transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
                if found == 0 {
                    transaction.execute_batch(layout.schema)?;
                    transaction.pragma_update(None, "application_id", APPLICATION)?;
                }
                let first = layout.version - layout.later.len() as i64;
                for (version, addition) in (first + 1..).zip(layout.later) {
                    if version > found {
                        transaction.execute_batch(addition)?;
                    }
                }
                Ok(transaction.pragma_update(None, "user_version", layout.version.max(found))?)
            })?;
        }
        database.check(layout)?;
        // A copy of a database comes without it.
        database.use_wal()?;
        database.read(|connection| {
            connection.pragma_update(None, "synchronous", layout.synchronous)?;
            // A reader may hold the log back for a while; afterwards it shrinks again.
            connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
            Ok(())
        })?;
        Ok(database)
    }

    /// Drops every table, so that the database is as good as new.
    fn throw_away(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            let query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            let tables: Vec<String> =
                transaction.prepare(query)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for table in tables {
                transaction.execute(&format!("DROP TABLE \"{table}\""), [])?;
            }
            Ok(transaction.pragma_update(None, "user_version", 0)?)
        })
    }

    fn use_wal(&self) -> Result<(), StoreError> {
        self.read(|connection| Ok(connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?))
    }

    /// Opens the database for reading only.
    fn open_read_only(path: PathBuf, layout: &Layout) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::NotFound { what: "database", name: path.display().to_string() });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(|error| fault(&path, &error))?;
        let database = Self { connection: Mutex::new(connection), path };
        database.read(|connection| {
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "cache_size", -i64::from(layout.cache))?;
            Ok(())
        })?;
        database.check(layout)?;
        Ok(database)
    }

    fn pragma(&self, name: &str) -> Result<i64, StoreError> {
        self.read(|connection| Ok(connection.pragma_query_value(None, name, |row| row.get(0))?))
    }

    fn version(&self) -> Result<i64, StoreError> {
        let (version, application) = (self.pragma("user_version")?, self.pragma("application_id")?);
        let tables: i64 = self
            .read(|connection| Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?))?;
        if application != APPLICATION && (application != 0 || version != 0 || tables != 0) {
            return Err(StoreError::Foreign { place: self.path.display().to_string(), found: application });
        }
        Ok(version)
    }

    fn check(&self, layout: &Layout) -> Result<(), StoreError> {
        let place = || self.path.display().to_string();
        match self.version()? {
            0 => Err(StoreError::NotFound { what: "database", name: place() }),
            found if found > layout.version => Err(StoreError::TooNew { place: place(), found, known: layout.version }),
            found if layout.is_derived && found < layout.version => {
                Err(StoreError::TooOld { place: place(), found, known: layout.version })
            }
            _ => Ok(()),
        }
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        // A panic between statements leaves the connection as sound as it was: transactions roll back on drop.
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&connection).map_err(|error| self.place(error))
    }

    /// Runs `work` in one transaction; whatever goes wrong, nothing of it remains.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transact = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        };
        transact().map_err(|error| self.place(error))
    }

    fn place(&self, error: Fault) -> StoreError {
        match error {
            Fault::Store(error) => error,
            Fault::Sql(error) => fault(&self.path, &error),
        }
    }
}

fn fault(path: &Path, error: &rusqlite::Error) -> StoreError {
    let place = path.display().to_string();
    let reason = error.to_string();
    let Some(code) = error.sqlite_error() else { return StoreError::Database { place, reason } };
    // The index of the write-ahead log lies in shared memory, which grows on the same disk.
    if code.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE {
        return StoreError::Full { place };
    }
    // The codes of SQLite are open-ended: what is not told apart here is passed on with its text.
    #[allow(clippy::wildcard_enum_match_arm)]
    match code.code {
        ErrorCode::DiskFull => StoreError::Full { place },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy { place },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt { place, reason },
        _ => StoreError::Database { place, reason },
    }
}

/// A time as SQLite keeps it.
fn micros(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::clamped)
}

/// A number that was written as a u64; SQLite keeps the same 64 bits as a signed one.
fn number(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

/// A word that one of our types wrote; an unknown one means that the row is damaged.
fn word<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}
