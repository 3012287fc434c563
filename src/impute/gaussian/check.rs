//! What is refused before anything is drawn.

use super::column::{Column, Measured};
use crate::error::{ErrorKind, Result};

/// Rows in which two columns must be seen together, for their covariance to be more than its prior.
const PAIRS: usize = 10;

/// Rows there must be for each column.
const ROWS_PER_COLUMN: usize = 2;

/// Number of rows of the columns.
///
/// Fails without columns or rows, on lengths that differ, a level that is not there, cells that are not finite, a column
/// with nothing observed, fewer than two rows per column, and pairs of columns hardly ever observed together.
pub(super) fn columns(columns: &[Column<'_>], n_levels: usize) -> Result<usize> {
    let Some(first) = columns.first() else {
        return Err(specification("there is no column to impute".into()));
    };
    let n_rows = first.cells.len();
    if n_rows == 0 {
        return Err(ErrorKind::NoRows { why: "the columns to impute have none".into() }.into());
    }
    columns.iter().try_for_each(|column| one(column, n_rows, n_levels))?;
    if n_rows < ROWS_PER_COLUMN * columns.len() {
        let p = columns.len();
        return Err(specification(format!(
            "{p} columns cannot be imputed from each other with {n_rows} rows; give at least {} rows or leave columns out",
            ROWS_PER_COLUMN * p
        )));
    }
    pairs(columns)?;
    Ok(n_rows)
}

fn one(column: &Column<'_>, n_rows: usize, n_levels: usize) -> Result<()> {
    let (name, found) = (column.name.to_string(), column.cells.len());
    if found != n_rows {
        return Err(ErrorKind::Length { what: format!("column '{name}'"), expected: n_rows, found }.into());
    }
    if let Measured::Areas(level) = column.of
        && level >= n_levels
    {
        return Err(specification(format!(
            "column '{name}' is measured on level {} of {n_levels}",
            level + 1
        )));
    }
    let rows: Vec<usize> =
        (0..n_rows).filter(|&row| column.cells[row].is_some_and(|cell| !cell.is_finite())).collect();
    if !rows.is_empty() {
        return Err(ErrorKind::NonFinite { column: name, rows }.into());
    }
    match column.cells.iter().all(Option::is_none) {
        true => Err(ErrorKind::NothingToFillFrom { column: name }.into()),
        false => Ok(()),
    }
}

fn pairs(columns: &[Column<'_>]) -> Result<()> {
    let together = |a: &Column<'_>, b: &Column<'_>| {
        a.cells.iter().zip(b.cells).filter(|(a, b)| a.is_some() && b.is_some()).count()
    };
    let mut rare = Vec::new();
    for (at, a) in columns.iter().enumerate() {
        let few = columns[..at].iter().filter(|b| together(a, b) < PAIRS);
        rare.extend(few.map(|b| format!("'{}' and '{}'", b.name, a.name)));
    }
    match rare.is_empty() {
        true => Ok(()),
        false => Err(specification(format!(
            "fewer than {PAIRS} rows have both {}; leave one of each pair out",
            rare.join(", both ")
        ))),
    }
}

fn specification(message: String) -> crate::Error {
    ErrorKind::Specification { message }.into()
}
