//! A table that is written: named columns of typed cells.

mod cell;
mod column;
#[cfg(feature = "csv")]
mod delimited;
mod dialect;
mod records;

pub use cell::{Absence, Cell};
pub use column::{Column, Values};
pub use dialect::Dialect;

use crate::error::{ErrorKind, Result};
use crate::table::Table;

/// Named columns of one length, ready to be written.
///
/// It writes itself as CSV ([`Sheet::write_csv`], feature `csv`) and, by `serde`, as a list of records in any format
/// that has one: `serde_json::to_string(&sheet)`. Numbers come back with the same bits from both.
///
/// ```
/// use nestcount::report::{Absence, Cell, Sheet, Values};
/// let sheet = Sheet::new()
///     .with("wijk", Values::text(["WK036300", "WK036301"]))?
///     .with("users", Values::wholes([Cell::Value(120), Cell::Empty(Absence::Withheld)]))?;
/// assert_eq!(sheet.n_rows(), 2);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    columns: Vec<Column>,
}

impl Sheet {
    /// A sheet without columns.
    pub fn new() -> Self {
        Sheet::default()
    }

    /// Adds a column; fails where the name is taken, the length is another, or a number is NaN or infinite.
    pub fn with(mut self, name: &str, values: Values) -> Result<Self> {
        if self.column(name).is_some() {
            return Err(ErrorKind::DuplicateColumn { column: name.into() }.into());
        }
        if !self.columns.is_empty() && values.len() != self.n_rows() {
            let (what, expected, found) = (format!("column '{name}'"), self.n_rows(), values.len());
            return Err(ErrorKind::Length { what, expected, found }.into());
        }
        let rows = values.non_finite();
        if !rows.is_empty() {
            return Err(ErrorKind::NonFinite { column: name.into(), rows }.into());
        }
        self.columns.push(Column::new(name, values));
        Ok(self)
    }

    /// Columns of one length and of different names, numbers finite, as the makers of this module give them.
    pub(super) fn of(columns: impl IntoIterator<Item = (&'static str, Values)>) -> Self {
        Sheet { columns: columns.into_iter().map(|(name, values)| Column::new(name, values)).collect() }
    }

    /// The same with names made on the way.
    pub(super) fn named(columns: impl IntoIterator<Item = (String, Values)>) -> Self {
        Sheet { columns: columns.into_iter().map(|(name, values)| Column::new(&name, values)).collect() }
    }

    /// The columns of the caller's table, then those of this sheet: what R's `augment(fit, data)` gives.
    ///
    /// Fails where the table has another number of rows, shares a name with the sheet or holds NaN or infinities.
    pub fn beside(self, table: &Table) -> Result<Self> {
        let taken = table
            .names()
            .iter()
            .try_fold(Sheet::new(), |sheet, name| sheet.with(name, table.column(name)?.into()))?;
        self.columns.into_iter().try_fold(taken, |sheet, Column { name, values }| sheet.with(&name, values))
    }

    /// Number of rows; 0 without columns.
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns' names, in order.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn repeated_ragged_and_non_finite_columns_are_refused() {
        let sheet = Sheet::new().with("x", Values::numbers([1.0, 2.0])).unwrap();
        let code = |name: &str, values| sheet.clone().with(name, values).unwrap_err().code();
        assert_eq!(code("x", Values::numbers([1.0, 2.0])), "duplicate-column");
        assert_eq!(code("y", Values::numbers([1.0])), "length");
        let error = sheet.clone().with("y", Values::numbers([f64::NAN, f64::INFINITY])).unwrap_err();
        assert_eq!((error.code(), error.column(), error.rows()), ("non-finite", Some("y"), &[0, 1][..]));
    }

    #[test]
    fn the_callers_columns_stand_before_those_of_the_sheet() {
        let table = Table::new().with_text("code", ["01", " "]).unwrap();
        let table = table.with_optional_numbers("x", [None, Some(0.5)]).unwrap();
        let sheet = Sheet::new().with(".fitted", Values::numbers([1.0, 2.0])).unwrap();
        let beside = sheet.clone().beside(&table).unwrap();
        assert_eq!(beside.names(), ["code", "x", ".fitted"]);
        let cells = [Cell::Empty(Absence::Missing), Cell::Value(0.5)];
        assert_eq!(beside.column("x").unwrap().values, Values::numbers(cells));
        assert_eq!(sheet.clone().beside(&table.select(&[0])).unwrap_err().code(), "length");
        assert_eq!(beside.beside(&table).unwrap_err().code(), "duplicate-column");
    }
}
