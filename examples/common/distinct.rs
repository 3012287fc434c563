//! Columns of codes that stand for one row each.

use crate::filled::filled;
use crate::trouble::Trouble;
use nestcount::table::Table;
use std::collections::HashMap;
use std::path::Path;

/// The cells of a column, none of them blank or there twice.
pub(crate) fn distinct(table: &Table, path: &Path, column: &str) -> Result<Vec<String>, Trouble> {
    let codes = filled(table, path, column)?;
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for (row, code) in codes.iter().enumerate() {
        if let Some(first) = rows.insert(code, row) {
            let what = format!("'{column}' is '{code}' in row {} and in row {}", first + 1, row + 1);
            return Err(Trouble::at(path, what));
        }
    }
    Ok(codes)
}
