//! Answers in the shapes in which people and programs take them: JSON, tables, a network.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::journeys::Coverage;

/// What every answer can do beside being JSON.
pub trait Answer: Serialize {
    /// How much of the events the journeys hold.
    fn coverage(&self) -> &Coverage;

    /// Counts to stand above the tables, each with what it counts: `("journeys", 12)`.
    fn totals(&self) -> Vec<(&'static str, u64)>;

    /// The figures as tables, the most important first.
    fn tables(&self) -> Vec<Table>;

    /// The answer as nodes and edges, where it is a network.
    fn network(&self) -> Option<Network> {
        None
    }
}

/// An answer of any question.
#[derive(Clone, Debug)]
pub struct Report {
    /// The answer as JSON: an object.
    pub json: Box<RawValue>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
    /// See [`Answer::totals`].
    pub totals: Vec<(&'static str, u64)>,
    /// See [`Answer::tables`].
    pub tables: Vec<Table>,
    /// See [`Answer::network`].
    pub network: Option<Network>,
}

impl Report {
    /// An answer as a report. Fails where a figure cannot be written as JSON.
    pub fn of<A: Answer>(answer: &A) -> Result<Self, serde_json::Error> {
        Ok(Self {
            json: serde_json::value::to_raw_value(answer)?,
            coverage: answer.coverage().clone(),
            totals: answer.totals(),
            tables: answer.tables(),
            network: answer.network(),
        })
    }
}

/// Columns of equal length.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What its rows are, a word in the plural that names a file: `edges`.
    pub name: &'static str,
    /// The columns, in their order.
    pub columns: Vec<Column>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// A name as in JSON, with its unit: `median_s`.
    pub name: String,
    /// What stands in it.
    pub cells: Cells,
}

/// The cells of a column. What is none is undefined.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Names.
    Text(Vec<String>),
    /// Counts.
    Count(Vec<Option<u64>>),
    /// Shares from 0 to 1.
    Share(Vec<Option<f64>>),
    /// Shares from 0 to 1 that are also drawn: a bar each.
    Bar(Vec<Option<f64>>),
    /// Shares from 0 to 1 in a matrix, which are also drawn: the darker the more.
    Heat(Vec<Option<f64>>),
    /// Durations in seconds.
    Seconds(Vec<Option<f64>>),
    /// Other numbers.
    Number(Vec<Option<f64>>),
}

impl Cells {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Count(cells) => cells.len(),
            Self::Share(cells) | Self::Bar(cells) | Self::Heat(cells) | Self::Seconds(cells) | Self::Number(cells) => {
                cells.len()
            }
        }
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// A table without columns yet; `rows` are what its columns are made of.
    pub fn of<'r, R>(name: &'static str, rows: &'r [R]) -> TableOf<'r, R> {
        TableOf { rows, table: Self { name, columns: Vec::new() } }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.cells.len())
    }
}

/// A table in the making, column by column.
#[derive(Debug)]
pub struct TableOf<'r, R> {
    rows: &'r [R],
    table: Table,
}

impl<R> TableOf<'_, R> {
    fn with(mut self, name: impl Into<String>, cells: Cells) -> Self {
        self.table.columns.push(Column { name: name.into(), cells });
        self
    }

    /// A column of names.
    #[must_use]
    pub fn text(self, name: impl Into<String>, cell: impl Fn(&R) -> String) -> Self {
        let cells = Cells::Text(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// A column of counts.
    #[must_use]
    pub fn count(self, name: impl Into<String>, cell: impl Fn(&R) -> u64) -> Self {
        let cells = Cells::Count(self.rows.iter().map(|row| Some(cell(row))).collect());
        self.with(name, cells)
    }

    /// A column of counts some of which are undefined.
    #[must_use]
    pub fn count_if(self, name: impl Into<String>, cell: impl Fn(&R) -> Option<u64>) -> Self {
        let cells = Cells::Count(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// A column of shares.
    #[must_use]
    pub fn share(self, name: impl Into<String>, cell: impl Fn(&R) -> Option<f64>) -> Self {
        let cells = Cells::Share(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// A column of shares that are drawn.
    #[must_use]
    pub fn bar(self, name: impl Into<String>, cell: impl Fn(&R) -> Option<f64>) -> Self {
        let cells = Cells::Bar(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// A column of shares in a matrix.
    #[must_use]
    pub fn heat(self, name: impl Into<String>, cell: impl Fn(&R) -> Option<f64>) -> Self {
        let cells = Cells::Heat(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// Two columns with the ends of an interval of a share.
    #[must_use]
    pub fn interval(self, name: &str, cell: impl Fn(&R) -> Option<[f64; 2]>) -> Self {
        let end = |index: usize| self.rows.iter().map(|row| cell(row).map(|ends| ends[index])).collect();
        let (low, high) = (Cells::Share(end(0)), Cells::Share(end(1)));
        self.with(format!("{name}_low"), low).with(format!("{name}_high"), high)
    }

    /// A column of durations.
    #[must_use]
    pub fn seconds(self, name: impl Into<String>, cell: impl Fn(&R) -> Option<f64>) -> Self {
        let cells = Cells::Seconds(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// A column of other numbers.
    #[must_use]
    pub fn number(self, name: impl Into<String>, cell: impl Fn(&R) -> Option<f64>) -> Self {
        let cells = Cells::Number(self.rows.iter().map(cell).collect());
        self.with(name, cells)
    }

    /// The table.
    pub fn done(self) -> Table {
        self.table
    }
}

/// Nodes and edges to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// The nodes.
    pub nodes: Vec<NetworkNode>,
    /// The edges, the widest first.
    pub edges: Vec<NetworkEdge>,
}

/// A node of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkNode {
    /// What tells it from all others.
    pub id: String,
    /// What people see.
    pub label: String,
    /// How much of what `unit` of the edges names passes by.
    pub weight: u64,
}

/// An edge of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkEdge {
    /// Id of the node where it begins.
    pub from: String,
    /// Id of the node where it ends.
    pub to: String,
    /// How much flows along it.
    pub weight: u64,
    /// The median time it takes, in seconds.
    pub seconds: Option<f64>,
}
