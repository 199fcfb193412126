//! What the formats of tables have in common.

use mining::report::Table;

use crate::Error;

/// The number of rows. Fails where the columns are not equally long.
pub(crate) fn rows(table: &Table) -> Result<usize, Error> {
    let rows = table.rows();
    match table.columns.iter().find(|column| column.cells.len() != rows) {
        None => Ok(rows),
        Some(column) => {
            Err(Error::Ragged { table: table.name, column: column.name.clone(), cells: column.cells.len(), rows })
        }
    }
}

/// A number as a cell: what is not finite is undefined, as in JSON.
pub(crate) fn defined(cell: Option<f64>) -> Option<f64> {
    cell.filter(|number| number.is_finite())
}
