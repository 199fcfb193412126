use thiserror::Error;

/// Why a table could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The columns are not equally long.
    #[error("column {column} of {table} has {cells} cells where the first has {rows}")]
    Ragged {
        /// Name of the table.
        table: &'static str,
        /// Name of the column.
        column: String,
        /// How many cells the column has.
        cells: usize,
        /// How many the first column has.
        rows: usize,
    },
    /// A table without columns has no form in this format.
    #[error("table {table} has no columns, and a Parquet file needs one")]
    NoColumns {
        /// Name of the table.
        table: &'static str,
    },
    /// The writer of CSV refused.
    #[error("cannot write CSV: {0}")]
    Csv(#[from] csv::Error),
    /// The writer of Parquet refused.
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The columns did not fit their schema.
    #[error("cannot write Parquet: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
}
