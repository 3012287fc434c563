//! What was done to get from a table to a design.

use crate::error::Alias;
use std::fmt;

/// Rows left out, cells filled, columns left out, and how near the columns are to being aliased.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignReport {
    pub(super) n_rows: usize,
    pub(super) n_columns: usize,
    pub(super) dropped: Vec<DroppedRow>,
    pub(super) filled: Vec<FilledCells>,
    pub(super) aliased: Vec<Alias>,
    pub(super) condition_number: f64,
    pub(super) variance_inflation: Vec<VarianceInflation>,
}

/// A row left out because determinants are missing in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedRow {
    /// Its position in the caller's table, from 0.
    pub row: usize,
    /// The columns that are missing in it.
    pub columns: Vec<String>,
}

/// Cells of one column filled from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledCells {
    /// The column of the table.
    pub column: String,
    /// Where the value came from.
    pub source: FillSource,
    /// How many cells.
    pub cells: usize,
}

/// Where a filled cell's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillSource {
    /// The area around the row at this level.
    Area {
        /// The level.
        level: String,
    },
    /// All rows.
    Overall,
}

/// Variance inflation of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct VarianceInflation {
    /// The column of the design.
    pub column: String,
    /// `1 / (1 - R^2)` of the column on all others: by how much they widen the variance of its coefficient.
    pub factor: f64,
}

impl DesignReport {
    /// Rows left out by [`MissingCells::Drop`](super::MissingCells::Drop), ascending.
    pub fn dropped(&self) -> &[DroppedRow] {
        &self.dropped
    }

    /// Positions of the rows left out, for [`CountTable::without`](crate::count::CountTable::without).
    pub fn dropped_rows(&self) -> Vec<usize> {
        self.dropped.iter().map(|dropped| dropped.row).collect()
    }

    /// Cells filled, by column and by where the value came from.
    pub fn filled(&self) -> &[FilledCells] {
        &self.filled
    }

    /// Columns left out by [`AliasedColumns::Drop`](super::AliasedColumns::Drop), with what they equal.
    pub fn aliased(&self) -> &[Alias] {
        &self.aliased
    }

    /// Largest over smallest singular value of the columns, each centred and brought to unit length, the intercept
    /// left out; 1 for the intercept alone. It does not change with the units of measurement.
    pub fn condition_number(&self) -> f64 {
        self.condition_number
    }

    /// Variance inflation factor of each column but the intercept, on the linear scale of the design, unweighted.
    pub fn variance_inflation(&self) -> &[VarianceInflation] {
        &self.variance_inflation
    }
}

impl fmt::Display for FillSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FillSource::Area { level } => write!(f, "the {level} around"),
            FillSource::Overall => f.write_str("all rows"),
        }
    }
}

impl fmt::Display for DesignReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} with {}, the intercept included",
            counted(self.n_rows, "row"),
            counted(self.n_columns, "column")
        )?;
        if !self.dropped.is_empty() {
            write!(f, "\nleft out {}, missing: ", counted(self.dropped.len(), "row"))?;
            for (at, (column, rows)) in self.missing_by_column().into_iter().enumerate() {
                let between = if at > 0 { ", " } else { "" };
                write!(f, "{between}{column} in {rows}")?;
            }
        }
        for filled in &self.filled {
            let cells = counted(filled.cells, "cell");
            write!(f, "\nfilled {cells} of {} from {}", filled.column, filled.source)?;
        }
        for alias in &self.aliased {
            write!(f, "\nleft out {alias}")?;
        }
        if self.variance_inflation.is_empty() {
            return Ok(());
        }
        write!(
            f,
            "\ncondition number {:.1} (columns centred, of unit length)\nvariance inflation:",
            self.condition_number
        )?;
        let width = self.variance_inflation.iter().map(|v| v.column.chars().count());
        let width = width.max().unwrap_or(0);
        for VarianceInflation { column, factor } in &self.variance_inflation {
            write!(f, "\n  {column:width$} {factor:10.2}")?;
        }
        Ok(())
    }
}

impl DesignReport {
    fn missing_by_column(&self) -> Vec<(&str, usize)> {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for column in self.dropped.iter().flat_map(|dropped| &dropped.columns) {
            match counts.iter_mut().find(|(known, _)| known == column) {
                Some((_, count)) => *count += 1,
                None => counts.push((column, 1)),
            }
        }
        counts
    }
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_reads_as_a_list_of_what_was_done() {
        let report = DesignReport {
            n_rows: 7,
            n_columns: 2,
            dropped: vec![DroppedRow { row: 3, columns: vec!["a".into(), "b".into()] }],
            filled: vec![FilledCells {
                column: "c".into(),
                source: FillSource::Area { level: "gemeente".into() },
                cells: 2,
            }],
            aliased: vec![Alias { column: "d".into(), equals: vec![("c".into(), 2.0)] }],
            condition_number: 1.0,
            variance_inflation: vec![VarianceInflation { column: "c".into(), factor: 1.0 }],
        };
        let expected = "7 rows with 2 columns, the intercept included\n\
            left out 1 row, missing: a in 1, b in 1\n\
            filled 2 cells of c from the gemeente around\n\
            left out d = 2.0000 c\n\
            condition number 1.0 (columns centred, of unit length)\n\
            variance inflation:\n  c       1.00";
        assert_eq!(report.to_string(), expected);
    }
}
