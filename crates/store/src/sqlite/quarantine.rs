//! Bad rows in SQLite. They are written with the journal's commits; here they are read.

use model::Arrival;
use rusqlite::{OptionalExtension, Row, params};

use super::{SqliteJournalReader, micros, number, word};
use crate::StoreError;
use crate::quarantine::{BadFilter, BadRow, BadState, Order, QuarantineId, QuarantineReader};

const COLUMNS: &str = "id, received_at, source, dialect, code, reason, payload, state, repaired_as";

impl SqliteJournalReader {
    pub(super) fn is_open(&self, id: QuarantineId) -> Result<bool, StoreError> {
        Ok(self.bad_row(id)?.is_some_and(|row| row.state == BadState::Open))
    }

    fn counted(&self, query: &str) -> Result<Vec<(String, BadState, u64)>, StoreError> {
        let mut counts: Vec<_> = self.database.read(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            let counts = statement.query_map([], |row| Ok((row.get(0)?, word(row, 1)?, number(row, 2)?)))?;
            Ok(counts.collect::<Result<_, _>>()?)
        })?;
        counts.sort();
        Ok(counts)
    }
}

impl QuarantineReader for SqliteJournalReader {
    fn bad_rows(
        &self,
        filter: &BadFilter,
        order: Order,
        after: Option<QuarantineId>,
        most: usize,
    ) -> Result<Vec<BadRow>, StoreError> {
        let (comparison, direction, end) = match order {
            Order::NewestFirst => ("<", "DESC", i64::MAX),
            Order::OldestFirst => (">", "ASC", 0),
        };
        let query = format!(
            "SELECT {COLUMNS} FROM quarantine
             WHERE id {comparison} ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR code = ?3)
               AND (?4 IS NULL OR source = ?4)
             ORDER BY id {direction} LIMIT ?5"
        );
        self.database.read(|connection| {
            let after = after.map_or(end, |id| id.0.cast_signed());
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut statement = connection.prepare_cached(&query)?;
            let state = filter.state.map(BadState::as_str);
            let rows = statement.query_map(params![after, state, filter.code, filter.source, most], read_row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn bad_row(&self, id: QuarantineId) -> Result<Option<BadRow>, StoreError> {
        self.database.read(|connection| {
            let query = format!("SELECT {COLUMNS} FROM quarantine WHERE id = ?1");
            Ok(connection.prepare_cached(&query)?.query_row([id.0.cast_signed()], read_row).optional()?)
        })
    }

    fn bad_counts(&self) -> Result<Vec<(String, BadState, u64)>, StoreError> {
        self.counted("SELECT code, state, count(*) FROM quarantine GROUP BY code, state")
    }

    fn bad_counts_by_source(&self) -> Result<Vec<(String, BadState, u64)>, StoreError> {
        self.counted("SELECT source, state, count(*) FROM quarantine GROUP BY source, state")
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<BadRow> {
    Ok(BadRow {
        id: QuarantineId(number(row, 0)?),
        received_at: micros(row, 1)?,
        source: row.get(2)?,
        dialect: row.get(3)?,
        code: row.get(4)?,
        reason: row.get(5)?,
        payload: row.get(6)?,
        state: word(row, 7)?,
        repaired_as: row.get::<_, Option<i64>>(8)?.map(|arrival| Arrival(arrival.cast_unsigned())),
    })
}
