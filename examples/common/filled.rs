//! Columns that every row needs.

use crate::trouble::Trouble;
use nestcount::table::Table;
use std::path::Path;

/// The cells of a column, none of them blank.
pub(crate) fn filled(table: &Table, path: &Path, column: &str) -> Result<Vec<String>, Trouble> {
    let cells = table.codes(column).map_err(|error| Trouble::from(error).of(Some(path)))?;
    match cells.iter().position(Option::is_none) {
        Some(row) => Err(Trouble::at(path, format!("row {}: '{column}' is blank", row + 1))),
        None => Ok(cells.into_iter().flatten().collect()),
    }
}
