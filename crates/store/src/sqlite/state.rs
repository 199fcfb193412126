//! Folded state in SQLite. A lost commit costs nothing but folding the same events again, so it does not wait for the disk.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{Arrival, CustomerId, IdentifierKind, LinkId, NodeId, Timestamp};
use rusqlite::{Connection, Row, Transaction, params};

use super::{Database, Fault, Layout, micros, number, word};
use crate::state::{
    LinkRow, LinkState, NodeRow, PartRow, RedirectRow, RefusalRow, SignatureRow, State, StateChange, StateHead,
    StateReader,
};
use crate::{DataDirectory, DirectoryLock, StoreError};

const LAYOUT: Layout = Layout {
    version: 2,
    is_derived: true,
    synchronous: "NORMAL",
    page_size: 8192,
    cache: 4096,
    schema: "
        CREATE TABLE head (what TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE kinds (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        -- No index besides the node's number: who looks a value up keeps them in memory.
        CREATE TABLE nodes (
            node       INTEGER PRIMARY KEY,
            kind       INTEGER NOT NULL,   -- a code
            value      TEXT NOT NULL,
            founder    INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            first_at   INTEGER NOT NULL,
            purpose    TEXT NOT NULL,      -- empty for all
            fault      TEXT,               -- null unless the value may join nobody
            since      INTEGER,            -- null unless the value was handed on
            demoted    INTEGER             -- null unless too many share it
        ) STRICT;
        CREATE TABLE links (
            id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, arrival INTEGER NOT NULL,
            at INTEGER NOT NULL, source TEXT NOT NULL, rule TEXT NOT NULL, purpose TEXT NOT NULL,
            weight REAL NOT NULL, state TEXT NOT NULL
        ) STRICT;
        CREATE TABLE redirects (
            customer INTEGER PRIMARY KEY, target INTEGER NOT NULL, link INTEGER NOT NULL, arrival INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE refusals (
            a INTEGER NOT NULL, b INTEGER NOT NULL, rule TEXT NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (a, b, rule)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE discovered (
            source TEXT NOT NULL, name TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,
            events INTEGER NOT NULL, unmapped INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
            examples BLOB NOT NULL,        -- arrival numbers, eight bytes each, little endian
            PRIMARY KEY (source, name, channel, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE parts (
            path TEXT PRIMARY KEY, bucket INTEGER NOT NULL, window INTEGER NOT NULL,
            rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
            first_arrival INTEGER NOT NULL, last_arrival INTEGER NOT NULL,
            first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
            mapping_version INTEGER NOT NULL, generation INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
    ",
};

const TABLES: [&str; 8] = ["head", "kinds", "nodes", "links", "redirects", "refusals", "discovered", "parts"];

/// Folded state of a directory.
#[derive(Debug)]
pub struct SqliteState {
    database: Database,
}

impl SqliteState {
    /// Opens the state for the process that holds the lock, makes it if it is not there.
    pub fn open(lock: &DirectoryLock) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open(lock.directory().state(), &LAYOUT)? })
    }

    /// Opens the state for reading, beside the process that writes it; errors with [`StoreError::NotFound`] if there
    /// is none.
    pub fn open_read_only(directory: &DataDirectory) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open_read_only(directory.state(), &LAYOUT)? })
    }

    fn visit_nodes(&self, after: NodeId, most: i64, visit: &mut dyn FnMut(NodeRow<'_>)) -> Result<(), StoreError> {
        self.database.read(|connection| {
            let names = kinds(connection)?;
            let last = names.keys().next_back().map_or(0, |code| *code as usize + 1);
            let mut parsed: Vec<Option<IdentifierKind<'_>>> = vec![None; last];
            for (code, name) in &names {
                parsed[*code as usize] = Some(kind_of(name)?);
            }
            let mut statement = connection.prepare(&format!("{NODES} WHERE node > ?1 ORDER BY node LIMIT ?2"))?;
            let mut rows = statement.query(params![after.0, most])?;
            while let Some(row) = rows.next()? {
                let node = node_id(row, 0)?;
                let code: u16 = row.get(1)?;
                let kind = parsed
                    .get(usize::from(code))
                    .and_then(Option::as_ref)
                    .ok_or_else(|| unknown_kind(node, code.into()))?;
                visit(read_node(row, kind.clone())?);
            }
            Ok(())
        })
    }

    /// Hands over the rows of a query as they come, without collecting them.
    fn visit(&self, query: &str, mut visit: impl FnMut(&Row<'_>) -> Result<(), Fault>) -> Result<(), StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare(query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                visit(row)?;
            }
            Ok(())
        })
    }
}

/// The kinds of identifiers by their codes: as numbers they cost a byte a row, and no comparison of strings.
fn kinds(connection: &Connection) -> Result<BTreeMap<i64, String>, Fault> {
    let mut statement = connection.prepare_cached("SELECT code, name FROM kinds")?;
    let kinds = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(kinds.collect::<Result<_, _>>()?)
}

fn kind_of(name: &str) -> Result<IdentifierKind<'_>, Fault> {
    Ok(IdentifierKind::parse(name).map_err(StoreError::from)?)
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<Cow<'r, str>, Fault> {
    Ok(Cow::Borrowed(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?))
}

fn node_id(row: &Row<'_>, column: usize) -> rusqlite::Result<NodeId> {
    row.get(column).map(NodeId)
}

fn arrival(row: &Row<'_>, column: usize) -> rusqlite::Result<Arrival> {
    number(row, column).map(Arrival)
}

fn read_head(connection: &Connection) -> Result<StateHead, Fault> {
    let mut head = StateHead::default();
    let mut statement = connection.prepare_cached("SELECT what, number FROM head")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let small = || row.get::<_, u32>(1);
        match row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)? {
            POSITION => head.position = number(row, 1)?,
            COLUMNS_THROUGH => head.columns_through = number(row, 1)?,
            MAPPING => head.mapping_version = Some(small()?),
            IDENTITY => head.identity_version = Some(small()?),
            _ => {}
        }
    }
    Ok(head)
}

const POSITION: &str = "position";
const COLUMNS_THROUGH: &str = "columns_through";
const MAPPING: &str = "mapping_version";
const IDENTITY: &str = "identity_version";

const NODES: &str =
    "SELECT node, kind, value, founder, first_seen, first_at, purpose, fault, since, demoted FROM nodes";

fn read_node<'r>(row: &'r Row<'_>, kind: IdentifierKind<'r>) -> Result<NodeRow<'r>, Fault> {
    Ok(NodeRow {
        node: node_id(row, 0)?,
        kind,
        value: text(row, 2)?,
        founder: CustomerId(number(row, 3)?),
        first_seen: arrival(row, 4)?,
        first_at: micros(row, 5)?,
        purpose: text(row, 6)?,
        fault: row.get::<_, Option<String>>(7)?.map(Cow::Owned),
        since: row.get::<_, Option<i64>>(8)?.map(Timestamp::clamped),
        demoted: row.get::<_, Option<i64>>(9)?.map(|number| Arrival(number.cast_unsigned())),
    })
}

const LINKS: &str = "SELECT id, a, b, arrival, at, source, rule, purpose, weight, state FROM links";

fn read_link<'r>(row: &'r Row<'_>) -> Result<LinkRow<'r>, Fault> {
    Ok(LinkRow {
        id: LinkId(number(row, 0)?),
        a: node_id(row, 1)?,
        b: node_id(row, 2)?,
        arrival: arrival(row, 3)?,
        at: micros(row, 4)?,
        source: text(row, 5)?,
        rule: text(row, 6)?,
        purpose: text(row, 7)?,
        weight: row.get(8)?,
        state: word(row, 9)?,
    })
}

impl StateReader for SqliteState {
    fn head(&self) -> Result<StateHead, StoreError> {
        self.database.read(read_head)
    }

    fn load_nodes(&self, after: NodeId, visit: &mut dyn FnMut(NodeRow<'_>)) -> Result<(), StoreError> {
        self.visit_nodes(after, i64::MAX, visit)
    }

    fn nodes_after(&self, after: NodeId, most: usize) -> Result<Vec<NodeRow<'static>>, StoreError> {
        let mut rows = Vec::new();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.visit_nodes(after, most, &mut |row| rows.push(row.into_owned()))?;
        Ok(rows)
    }

    fn node(&self, node: NodeId) -> Result<Option<NodeRow<'static>>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{NODES} WHERE node = ?1"))?;
            let mut rows = statement.query([node.0])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let code: i64 = row.get(1)?;
            let name = kinds(connection)?.remove(&code).ok_or_else(|| unknown_kind(node, code))?;
            Ok(Some(read_node(row, kind_of(&name)?)?.into_owned()))
        })
    }

    fn load_links(&self, visit: &mut dyn FnMut(LinkRow<'_>)) -> Result<(), StoreError> {
        self.visit(&format!("{LINKS} ORDER BY id"), |row| {
            visit(read_link(row)?);
            Ok(())
        })
    }

    fn link(&self, id: LinkId) -> Result<Option<LinkRow<'static>>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{LINKS} WHERE id = ?1"))?;
            let mut rows = statement.query([id.0.cast_signed()])?;
            rows.next()?.map(|row| Ok(read_link(row)?.into_owned())).transpose()
        })
    }

    fn load_redirects(&self, visit: &mut dyn FnMut(RedirectRow)) -> Result<(), StoreError> {
        self.visit("SELECT customer, target, link, arrival FROM redirects ORDER BY customer", |row| {
            visit(RedirectRow {
                from: CustomerId(number(row, 0)?),
                to: CustomerId(number(row, 1)?),
                link: LinkId(number(row, 2)?),
                arrival: arrival(row, 3)?,
            });
            Ok(())
        })
    }

    fn load_refusals(&self, visit: &mut dyn FnMut(RefusalRow<'_>)) -> Result<(), StoreError> {
        self.visit("SELECT a, b, rule, first, last, count FROM refusals ORDER BY a, b, rule", |row| {
            visit(RefusalRow {
                a: node_id(row, 0)?,
                b: node_id(row, 1)?,
                rule: text(row, 2)?,
                first: arrival(row, 3)?,
                last: arrival(row, 4)?,
                count: number(row, 5)?,
            });
            Ok(())
        })
    }

    fn load_discovered(&self, visit: &mut dyn FnMut(SignatureRow<'_>)) -> Result<(), StoreError> {
        let query = "SELECT source, name, channel, kind, events, unmapped, first_at, last_at, examples
                     FROM discovered ORDER BY source, name, channel, kind";
        self.visit(query, |row| {
            let examples = row.get_ref(8)?.as_blob().map_err(rusqlite::Error::from)?;
            visit(SignatureRow {
                source: text(row, 0)?,
                name: text(row, 1)?,
                channel: text(row, 2)?,
                kind: word(row, 3)?,
                events: number(row, 4)?,
                unmapped: number(row, 5)?,
                first_at: micros(row, 6)?,
                last_at: micros(row, 7)?,
                examples: examples
                    .chunks_exact(8)
                    .map(|chunk| Arrival(u64::from_le_bytes(chunk.try_into().expect("chunks of eight"))))
                    .collect(),
            });
            Ok(())
        })
    }

    fn load_parts(&self, visit: &mut dyn FnMut(PartRow)) -> Result<(), StoreError> {
        let query = "SELECT path, bucket, window, rows, bytes, first_arrival, last_arrival, first_at, last_at,
                     mapping_version, generation FROM parts ORDER BY path";
        self.visit(query, |row| {
            visit(PartRow {
                path: row.get(0)?,
                bucket: row.get(1)?,
                window: row.get(2)?,
                rows: number(row, 3)?,
                bytes: number(row, 4)?,
                arrivals: (arrival(row, 5)?, arrival(row, 6)?),
                times: (micros(row, 7)?, micros(row, 8)?),
                mapping_version: row.get(9)?,
                generation: number(row, 10)?,
            });
            Ok(())
        })
    }
}

fn unknown_kind(node: NodeId, code: i64) -> StoreError {
    StoreError::corrupt(format_args!("state.db, node {}", node.0), format_args!("its kind {code} is unknown"))
}

impl State for SqliteState {
    fn commit(&mut self, change: &StateChange<'_>) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            write_head(transaction, change)?;
            write_nodes(transaction, &change.nodes)?;
            write_node_changes(transaction, change)?;
            write_links(transaction, change)?;
            write_discovered(transaction, &change.discovered)?;
            write_parts(transaction, change)
        })
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            for table in TABLES {
                transaction.execute(&format!("DELETE FROM {table}"), [])?;
            }
            Ok(())
        })
    }
}

fn write_head(transaction: &Transaction<'_>, change: &StateChange<'_>) -> Result<(), Fault> {
    let stored = read_head(transaction)?;
    let moves = [(stored.position, change.position), (stored.columns_through, change.columns_through)];
    for (stored, given) in moves {
        if let Some(given) = given.filter(|given| *given < stored) {
            return Err(StoreError::Behind { stored, given }.into());
        }
    }
    let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO head VALUES (?1, ?2)")?;
    for (what, value) in [
        (POSITION, change.position),
        (COLUMNS_THROUGH, change.columns_through),
        (MAPPING, change.mapping_version.map(u64::from)),
        (IDENTITY, change.identity_version.map(u64::from)),
    ] {
        if let Some(value) = value {
            put.execute(params![what, value.cast_signed()])?;
        }
    }
    Ok(())
}

fn write_nodes(transaction: &Transaction<'_>, nodes: &[NodeRow<'_>]) -> Result<(), Fault> {
    if nodes.is_empty() {
        return Ok(());
    }
    let mut codes: BTreeMap<String, i64> = kinds(transaction)?.into_iter().map(|(code, name)| (name, code)).collect();
    let mut put =
        transaction.prepare_cached("INSERT OR REPLACE INTO nodes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for row in nodes {
        let name = row.kind.as_str();
        let code = match codes.get(name) {
            Some(code) => *code,
            None => {
                transaction.execute("INSERT INTO kinds (name) VALUES (?1)", [name])?;
                codes.insert(name.to_owned(), transaction.last_insert_rowid());
                transaction.last_insert_rowid()
            }
        };
        let (founder, first_seen) = (row.founder.0.cast_signed(), row.first_seen.0.cast_signed());
        let (since, demoted) = (row.since.map(Timestamp::micros), row.demoted.map(|arrival| arrival.0.cast_signed()));
        let first_at = row.first_at.micros();
        put.execute(params![
            row.node.0,
            code,
            row.value,
            founder,
            first_seen,
            first_at,
            row.purpose,
            row.fault,
            since,
            demoted
        ])?;
    }
    Ok(())
}

fn write_node_changes(transaction: &Transaction<'_>, change: &StateChange<'_>) -> Result<(), Fault> {
    let mut demote = transaction.prepare_cached("UPDATE nodes SET demoted = ?2 WHERE node = ?1")?;
    for (node, since) in &change.demoted {
        demote.execute(params![node.0, since.0.cast_signed()])?;
    }
    let mut widen = transaction.prepare_cached("UPDATE nodes SET purpose = ?2 WHERE node = ?1")?;
    for (node, purpose) in &change.widened {
        widen.execute(params![node.0, purpose])?;
    }
    Ok(())
}

fn write_links(transaction: &Transaction<'_>, change: &StateChange<'_>) -> Result<(), Fault> {
    let mut put =
        transaction.prepare_cached("INSERT OR REPLACE INTO links VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for row in &change.links {
        let (id, arrival, at) = (row.id.0.cast_signed(), row.arrival.0.cast_signed(), row.at.micros());
        let (source, rule, purpose) = (&row.source, &row.rule, &row.purpose);
        put.execute(params![id, row.a.0, row.b.0, arrival, at, source, rule, purpose, row.weight, row.state.as_str()])?;
    }
    let mut close = transaction.prepare_cached("UPDATE links SET state = ?2 WHERE id = ?1")?;
    for id in &change.links_closed {
        close.execute(params![id.0.cast_signed(), LinkState::Closed.as_str()])?;
    }
    let mut remove = transaction.prepare_cached("DELETE FROM redirects WHERE customer = ?1")?;
    for customer in &change.redirects_removed {
        remove.execute([customer.0.cast_signed()])?;
    }
    let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO redirects VALUES (?1, ?2, ?3, ?4)")?;
    for row in &change.redirects {
        put.execute([row.from.0, row.to.0, row.link.0, row.arrival.0].map(u64::cast_signed))?;
    }
    let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO refusals VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for row in &change.refusals {
        let [first, last, count] = [row.first.0, row.last.0, row.count].map(u64::cast_signed);
        put.execute(params![row.a.0, row.b.0, row.rule, first, last, count])?;
    }
    Ok(())
}

fn write_discovered(transaction: &Transaction<'_>, rows: &[SignatureRow<'_>]) -> Result<(), Fault> {
    let mut put =
        transaction.prepare_cached("INSERT OR REPLACE INTO discovered VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for row in rows {
        let examples: Vec<u8> = row.examples.iter().flat_map(|arrival| arrival.0.to_le_bytes()).collect();
        put.execute(params![
            row.source,
            row.name,
            row.channel,
            row.kind.as_str(),
            row.events.cast_signed(),
            row.unmapped.cast_signed(),
            row.first_at.micros(),
            row.last_at.micros(),
            examples
        ])?;
    }
    Ok(())
}

fn write_parts(transaction: &Transaction<'_>, change: &StateChange<'_>) -> Result<(), Fault> {
    let mut remove = transaction.prepare_cached("DELETE FROM parts WHERE path = ?1")?;
    for path in &change.parts_removed {
        remove.execute([path])?;
    }
    let mut put = transaction
        .prepare_cached("INSERT OR REPLACE INTO parts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?;
    for row in &change.parts_added {
        let [rows, bytes, first, last, generation] =
            [row.rows, row.bytes, row.arrivals.0.0, row.arrivals.1.0, row.generation].map(u64::cast_signed);
        let (first_at, last_at) = (row.times.0.micros(), row.times.1.micros());
        put.execute(params![
            row.path,
            row.bucket,
            row.window,
            rows,
            bytes,
            first,
            last,
            first_at,
            last_at,
            row.mapping_version,
            generation
        ])?;
    }
    Ok(())
}
