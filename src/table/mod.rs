//! What was read: named columns of one length, rows in the caller's order.
//!
//! A [`Table`] is the door for data that does not come as typed values. Cells stay as they came until a stage asks
//! for them as codes ([`Table::codes`]) or as numbers ([`Table::numbers`]); a cell that cannot be what is asked is an
//! error with its column and row.

mod column;
#[cfg(feature = "csv")]
mod csv_file;

pub use column::Column;

use crate::error::{ErrorKind, Result};
use std::collections::{BTreeSet, HashMap};

/// Named columns of one length.
///
/// ```
/// use nestcount::table::Table;
/// let table = Table::new()
///     .with_text("gemeente", ["GM0363 ", "GM0518"])?
///     .with_numbers("users", [120.0, 95.0])?;
/// assert_eq!(table.codes("gemeente")?[0].as_deref(), Some("GM0363"));
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Column>,
}

impl Table {
    /// A table without columns.
    pub fn new() -> Self {
        Table::default()
    }

    /// Adds a column of numbers.
    ///
    /// Fails when the name is taken or the length differs from the other columns'.
    pub fn with_numbers(self, name: &str, values: impl IntoIterator<Item = f64>) -> Result<Self> {
        self.with_column(name, Column::Numbers(values.into_iter().map(Some).collect()))
    }

    /// Adds a column of numbers in which some cells are missing; fails as [`Table::with_numbers`] does.
    pub fn with_optional_numbers(
        self,
        name: &str,
        values: impl IntoIterator<Item = Option<f64>>,
    ) -> Result<Self> {
        self.with_column(name, Column::Numbers(values.into_iter().collect()))
    }

    /// Adds a column of text; fails as [`Table::with_numbers`] does.
    pub fn with_text<S: Into<String>>(self, name: &str, values: impl IntoIterator<Item = S>) -> Result<Self> {
        self.with_column(name, Column::Text(values.into_iter().map(Into::into).collect()))
    }

    /// Adds a column; fails as [`Table::with_numbers`] does.
    pub fn with_column(mut self, name: &str, column: Column) -> Result<Self> {
        if self.has(name) {
            return Err(ErrorKind::DuplicateColumn { column: name.into() }.into());
        }
        if !self.columns.is_empty() && column.len() != self.n_rows() {
            return Err(ErrorKind::Length {
                what: format!("column '{name}'"),
                expected: self.n_rows(),
                found: column.len(),
            }
            .into());
        }
        self.names.push(name.into());
        self.columns.push(column);
        Ok(self)
    }

    /// Number of rows; 0 without columns.
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// The columns' names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The column of this name, as it came.
    pub fn column(&self, name: &str) -> Result<&Column> {
        match self.names.iter().position(|known| known == name) {
            Some(at) => Ok(&self.columns[at]),
            None => Err(ErrorKind::UnknownColumn { column: name.into(), known: self.names.clone() }.into()),
        }
    }

    /// A column as numbers; `None` where the cell is missing (blank, `NA`, or a lone `.`).
    ///
    /// Fails on cells that are no number, and on NaN and infinities, with all their rows.
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        self.column(name)?.numbers(name)
    }

    /// A column as codes: text with the blanks around it cut off, leading zeros kept; `None` where it is blank.
    ///
    /// Numbers are written out; NaN and infinities fail with their rows.
    pub fn codes(&self, name: &str) -> Result<Vec<Option<String>>> {
        self.column(name)?.codes(name)
    }

    /// The rows named, in the order named; a position beyond the table is left out.
    pub fn select(&self, rows: &[usize]) -> Table {
        Table {
            names: self.names.clone(),
            columns: self.columns.iter().map(|column| column.select(rows)).collect(),
        }
    }

    /// Brings columns of a coarser level's table to these rows: `other[other_key] == self[key]`.
    ///
    /// Fails with all codes that `other` does not have, and where `other` has a code twice.
    pub fn with_columns_of(
        self,
        key: &str,
        other: &Table,
        other_key: &str,
        columns: &[&str],
    ) -> Result<Self> {
        let rows = matching_rows(&self.codes(key)?, &other.codes(other_key)?, key)?;
        let joined = other.select(&rows);
        columns.iter().try_fold(self, |table, name| table.with_column(name, joined.column(name)?.clone()))
    }
}

fn matching_rows(keys: &[Option<String>], other: &[Option<String>], level: &str) -> Result<Vec<usize>> {
    let mut position = HashMap::new();
    for (row, code) in other.iter().enumerate() {
        let Some(code) = code else { continue };
        if position.insert(code.as_str(), row).is_some() {
            let message =
                format!("the code '{code}' stands twice in the table to join; keep one row per code");
            return Err(ErrorKind::Specification { message }.into());
        }
    }
    let (mut found, mut lost_rows, mut lost_codes) =
        (Vec::with_capacity(keys.len()), vec![], BTreeSet::new());
    for (row, code) in keys.iter().enumerate() {
        let code = code.as_deref().unwrap_or("");
        match position.get(code) {
            Some(&at) => found.push(at),
            None => {
                lost_rows.push(row);
                lost_codes.insert(code.to_string());
            }
        }
    }
    match lost_rows.is_empty() {
        true => Ok(found),
        false => {
            let codes = lost_codes.into_iter().collect();
            Err(ErrorKind::UnknownArea { level: level.into(), codes, rows: lost_rows }.into())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ragged_and_repeated_columns_are_refused() {
        let table = Table::new().with_numbers("x", [1.0, 2.0]).unwrap();
        assert_eq!(table.clone().with_numbers("y", [1.0]).unwrap_err().code(), "length");
        assert_eq!(table.clone().with_numbers("x", [1.0, 2.0]).unwrap_err().code(), "duplicate-column");
        assert_eq!(table.column("z").unwrap_err().code(), "unknown-column");
    }

    #[test]
    fn a_coarser_table_joins_by_code_and_lists_what_it_lacks() {
        let wijken = Table::new().with_text("gm", ["01", "02", "01"]).unwrap();
        let gemeenten = Table::new()
            .with_text("code", ["02", "01"])
            .unwrap()
            .with_numbers("density", [5.0, 7.0])
            .unwrap();
        let joined = wijken.clone().with_columns_of("gm", &gemeenten, "code", &["density"]).unwrap();
        assert_eq!(joined.numbers("density").unwrap(), [Some(7.0), Some(5.0), Some(7.0)]);

        let poor = gemeenten.select(&[0]);
        let error = wijken.with_columns_of("gm", &poor, "code", &["density"]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("unknown-area", &[0, 2][..]));
    }
}
