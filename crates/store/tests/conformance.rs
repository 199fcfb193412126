//! The SQLite adapter is held to the conformance suite.

// What helps a test may fail like a test.
#![allow(clippy::unwrap_used)]

use store::conformance::Adapter;
use store::{
    DataDirectory, DirectoryLock, Journal, JournalOptions, JournalReader, Plans, SqliteJournal, SqliteJournalReader,
    SqlitePlans, SqliteState, State, StateReader, Users,
};

struct Sqlite {
    lock: DirectoryLock,
    _scratch: tempfile::TempDir,
}

impl Adapter for Sqlite {
    fn empty() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        Self { lock: DataDirectory::create(scratch.path()).unwrap().lock().unwrap(), _scratch: scratch }
    }
    fn journal(&self, options: JournalOptions) -> Box<dyn Journal> {
        Box::new(SqliteJournal::open(&self.lock, options).unwrap())
    }
    fn journal_reader(&self) -> Box<dyn JournalReader> {
        Box::new(SqliteJournalReader::open(self.lock.directory()).unwrap())
    }
    fn plans(&self) -> Box<dyn Plans> {
        Box::new(SqlitePlans::open(self.lock.directory()).unwrap())
    }
    fn users(&self) -> Box<dyn Users> {
        Box::new(SqlitePlans::open(self.lock.directory()).unwrap())
    }
    fn state(&self) -> Box<dyn State> {
        Box::new(SqliteState::open(&self.lock).unwrap())
    }
    fn state_reader(&self) -> Box<dyn StateReader> {
        Box::new(SqliteState::open_read_only(self.lock.directory()).unwrap())
    }
}

store::hold_to_conformance!(Sqlite);
