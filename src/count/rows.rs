//! Counts and exposures of many rows, checked together.

use super::observed::LARGEST;
use super::{Count, Exposure, Interval};
use crate::error::{ErrorKind, Result};
use crate::table::Table;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The rows that can be modelled, and the rows left out with the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct CountTable {
    n_read: usize,
    rows: Vec<usize>,
    counts: Vec<Count>,
    exposures: Vec<Exposure>,
    excluded: Vec<Exclusion>,
}

/// A row left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its position in the caller's table, from 0.
    pub row: usize,
    /// Why.
    pub reason: ExclusionReason,
}

/// Why a row was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ExclusionReason {
    /// The count is not there, or nothing is known about it.
    NoCount,
    /// Nobody was exposed and nothing was counted.
    NoExposure,
    /// The count is withheld or rounded and its exposure is not there.
    MissingExposure,
    /// A determinant is missing and the policy is to drop such rows.
    MissingDeterminant,
    /// The count was withheld and the treatment is to leave such rows out.
    Withheld,
}

impl fmt::Display for ExclusionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExclusionReason::NoCount => "no count",
            ExclusionReason::NoExposure => "exposure 0, and no count above 0",
            ExclusionReason::MissingExposure => "no exposure",
            ExclusionReason::MissingDeterminant => "missing determinant",
            ExclusionReason::Withheld => "withheld count",
        })
    }
}

impl CountTable {
    /// Checks counts and exposures row by row.
    ///
    /// Exposure is a plain number here because files hold zeros: 0 with count 0 (or an interval that contains 0)
    /// leaves the row out; 0 with a positive count, a negative or a non-finite exposure is an error with all rows.
    pub fn new(counts: Vec<Count>, exposures: impl IntoIterator<Item = f64>) -> Result<Self> {
        CountTable::check(counts, exposures.into_iter().map(Some).collect())
    }

    /// Counts without an exposure: every row has exposure 1.
    pub fn without_exposure(counts: Vec<Count>) -> Result<Self> {
        let ones = vec![Some(1.0); counts.len()];
        CountTable::check(counts, ones)
    }

    /// Reads a column of exact counts and one of exposures; an exposure may be missing only where the count is.
    pub fn from_table(table: &Table, count: &str, exposure: &str) -> Result<Self> {
        CountTable::check(Count::column(table, count)?, table.numbers(exposure)?)
    }

    /// The same with exposures as a column holds them: one may be missing where the count is missing, withheld or rounded,
    /// which leaves the row out. A missing exposure of an exact count is an error.
    pub fn with_exposures(counts: Vec<Count>, exposures: Vec<Option<f64>>) -> Result<Self> {
        CountTable::check(counts, exposures)
    }

    fn check(counts: Vec<Count>, exposures: Vec<Option<f64>>) -> Result<Self> {
        if exposures.len() != counts.len() {
            let (expected, found) = (counts.len(), exposures.len());
            return Err(ErrorKind::Length { what: "the exposure".into(), expected, found }.into());
        }
        refuse_inexact_counts(&counts)?;
        refuse_bad_exposures(&counts, &exposures)?;
        let mut table = CountTable {
            n_read: counts.len(),
            rows: Vec::new(),
            counts: Vec::new(),
            exposures: Vec::new(),
            excluded: Vec::new(),
        };
        for (row, (count, exposure)) in counts.into_iter().zip(exposures).enumerate() {
            match (count, exposure) {
                (Count::Missing, _) => table.exclude(row, ExclusionReason::NoCount),
                (_, None) => table.exclude(row, ExclusionReason::MissingExposure),
                (count, _) if count.bounds() == Interval::at_least(0) => {
                    table.exclude(row, ExclusionReason::NoCount);
                }
                (_, Some(0.0)) => table.exclude(row, ExclusionReason::NoExposure),
                (count, Some(exposure)) => {
                    table.rows.push(row);
                    table.counts.push(count);
                    table.exposures.push(Exposure::new(exposure)?);
                }
            }
        }
        Ok(table)
    }

    fn exclude(&mut self, row: usize, reason: ExclusionReason) {
        self.excluded.push(Exclusion { row, reason });
    }

    /// Number of rows read, kept or not.
    pub fn n_read(&self) -> usize {
        self.n_read
    }

    /// Positions of the kept rows in the caller's table, ascending.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The kept counts, along [`CountTable::rows`]; none is [`Count::Missing`].
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// The kept exposures, along [`CountTable::rows`].
    pub fn exposures(&self) -> &[Exposure] {
        &self.exposures
    }

    /// The rows left out, in order.
    pub fn excluded(&self) -> &[Exclusion] {
        &self.excluded
    }

    /// The same table without the rows named (positions in the caller's table), left out for `reason`.
    pub fn without(&self, rows: &[usize], reason: ExclusionReason) -> CountTable {
        let leave: std::collections::HashSet<usize> = rows.iter().copied().collect();
        let kept: Vec<usize> = (0..self.rows.len()).filter(|&i| !leave.contains(&self.rows[i])).collect();
        let mut excluded = self.excluded.clone();
        let dropped = self.rows.iter().filter(|&row| leave.contains(row));
        excluded.extend(dropped.map(|&row| Exclusion { row, reason }));
        excluded.sort_by_key(|exclusion| exclusion.row);
        CountTable {
            n_read: self.n_read,
            rows: kept.iter().map(|&i| self.rows[i]).collect(),
            counts: kept.iter().map(|&i| self.counts[i]).collect(),
            exposures: kept.iter().map(|&i| self.exposures[i]).collect(),
            excluded,
        }
    }
}

fn refuse_inexact_counts(counts: &[Count]) -> Result<()> {
    let inexact = |row: &usize| {
        let bounds = counts[*row].bounds();
        bounds.hi().unwrap_or(bounds.lo()) > LARGEST
    };
    let rows: Vec<usize> = (0..counts.len()).filter(inexact).collect();
    match rows.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::InvalidCount { rows, example: "a larger one".into() }.into()),
    }
}

fn refuse_bad_exposures(counts: &[Count], exposures: &[Option<f64>]) -> Result<()> {
    let invalid = |row: &usize| match (counts[*row], exposures[*row]) {
        (count, None) => matches!(count, Count::Exact(_)),
        (_, Some(x)) => !x.is_finite() || x < 0.0,
    };
    let rows: Vec<usize> = (0..counts.len()).filter(invalid).collect();
    if let Some(&first) = rows.first() {
        let example = exposures[first].map_or("no exposure".to_string(), |x| x.to_string());
        return Err(ErrorKind::InvalidExposure { rows, example }.into());
    }
    let counted = |count: Count| count.bounds().lo() > 0;
    let zero: Vec<usize> =
        (0..counts.len()).filter(|&row| exposures[row] == Some(0.0) && counted(counts[row])).collect();
    match zero.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::ZeroExposure { rows: zero }.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nobody_exposed_and_nothing_counted_leaves_the_row_out_with_its_reason() {
        let counts = vec![Count::Exact(3), Count::Exact(0), Count::Missing];
        let table = CountTable::new(counts, [10.0, 0.0, 5.0]).unwrap();
        assert_eq!(table.rows(), [0]);
        let reasons: Vec<_> = table.excluded().iter().map(|e| (e.row, e.reason)).collect();
        assert_eq!(reasons, [(1, ExclusionReason::NoExposure), (2, ExclusionReason::NoCount)]);
    }

    #[test]
    fn exposure_zero_with_a_positive_count_names_the_rows() {
        let error = CountTable::new(vec![Count::Exact(3), Count::Exact(1)], [0.0, 1.0]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("zero-exposure", &[0][..]));
    }

    #[test]
    fn a_count_that_is_not_exact_in_double_precision_is_refused() {
        let error = CountTable::without_exposure(vec![Count::Exact(1), Count::Exact(u64::MAX)]).unwrap_err();
        assert_eq!((error.code(), error.rows()), ("invalid-count", &[1][..]));
    }

    #[test]
    fn a_count_without_its_exposure_is_an_error() {
        let table = Table::new()
            .with_optional_numbers("y", [Some(1.0), None])
            .unwrap()
            .with_optional_numbers("n", [None, None])
            .unwrap();
        let error = CountTable::from_table(&table, "y", "n").unwrap_err();
        assert_eq!((error.code(), error.rows()), ("invalid-exposure", &[0][..]));
    }

    #[test]
    fn negative_and_non_finite_exposures_and_ragged_lengths_are_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            let error = CountTable::new(vec![Count::Exact(0)], [bad]).unwrap_err();
            assert_eq!(error.code(), "invalid-exposure");
        }
        assert_eq!(CountTable::new(vec![Count::Exact(0)], []).unwrap_err().code(), "length");
    }

    #[test]
    fn rows_left_out_later_join_the_list_in_order() {
        let table =
            CountTable::without_exposure(vec![Count::Exact(1), Count::Missing, Count::Exact(2)]).unwrap();
        let table = table.without(&[0], ExclusionReason::MissingDeterminant);
        assert_eq!(table.rows(), [2]);
        assert_eq!(table.excluded().iter().map(|e| e.row).collect::<Vec<_>>(), [0, 1]);
    }
}
