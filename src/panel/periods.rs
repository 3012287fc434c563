//! Which period each row of a table lies in.

use crate::error::{ErrorKind, Result};
use crate::table::Table;
use std::collections::BTreeSet;

/// The periods of a panel in their order, each with its time, and the period of every row of a table.
///
/// Times are in steps: an autoregressive effect has correlation ρ over one step, a random walk the sd of one step. Periods
/// may lie unevenly, and an area need not be there in all of them.
///
/// ```
/// use nestcount::panel::Periods;
/// let order = ["2019-1", "2019-2", "2020-1"];
/// let periods = Periods::in_order(&order, &["2020-1", "2019-1", "2020-1"])?;
/// assert_eq!(periods.of_rows(), [2, 0, 2]);
/// assert_eq!(periods.times(), [0.0, 1.0, 2.0]);
///
/// let years = Periods::from_times(&[2019.0, 2017.0, 2020.0])?;
/// assert_eq!(years.labels(), ["2017", "2019", "2020"]);
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    labels: Vec<String>,
    times: Vec<f64>,
    of_rows: Vec<u32>,
}

/// What rows' periods are called in errors.
const COLUMN: &str = "period";

/// Times this close to whole steps are whole steps.
const WHOLE: f64 = 1e-9;

impl Periods {
    /// Periods one step apart, named by labels in their order, and the label of each row.
    ///
    /// A period of the order need not have rows: it is then a gap that counts. Fails on a label that repeats and on rows with
    /// a label that is not in the order.
    pub fn in_order<S: AsRef<str>, R: AsRef<str>>(order: &[S], rows: &[R]) -> Result<Self> {
        let order: Vec<(&str, f64)> =
            order.iter().enumerate().map(|(at, label)| (label.as_ref(), at as f64)).collect();
        Periods::at_times(&order, rows)
    }

    /// Periods named by labels with their times, in steps and ascending, and the label of each row.
    ///
    /// Fails as [`Periods::in_order`] does, and on times that do not ascend.
    pub fn at_times<S: AsRef<str>, R: AsRef<str>>(order: &[(S, f64)], rows: &[R]) -> Result<Self> {
        let labels: Vec<String> = order.iter().map(|(label, _)| label.as_ref().trim().to_string()).collect();
        let times: Vec<f64> = order.iter().map(|(_, time)| *time).collect();
        refuse_repeated(&labels)?;
        refuse_unordered(&times)?;
        let place = |row: &R| labels.iter().position(|label| label == row.as_ref().trim());
        let found: Vec<Option<usize>> = rows.iter().map(place).collect();
        let lost: Vec<usize> = (0..rows.len()).filter(|&row| found[row].is_none()).collect();
        if !lost.is_empty() {
            let categories: BTreeSet<String> =
                lost.iter().map(|&row| rows[row].as_ref().trim().to_string()).collect();
            let categories = categories.into_iter().collect();
            return Err(ErrorKind::UnknownCategory { column: COLUMN.into(), categories, rows: lost }.into());
        }
        let of_rows = found.into_iter().flatten().map(|at| at as u32).collect();
        Ok(Periods { labels, times, of_rows })
    }

    /// The time of each row; its periods are the times there are, named by their number.
    ///
    /// Fails on times that are not finite.
    pub fn from_times(rows: &[f64]) -> Result<Self> {
        let bad: Vec<usize> = (0..rows.len()).filter(|&row| !rows[row].is_finite()).collect();
        if !bad.is_empty() {
            return Err(ErrorKind::NonFinite { column: COLUMN.into(), rows: bad }.into());
        }
        let mut times = rows.to_vec();
        times.sort_unstable_by(f64::total_cmp);
        times.dedup();
        let place = |time: &f64| times.partition_point(|known| known < time) as u32;
        let of_rows = rows.iter().map(place).collect();
        Ok(Periods { labels: times.iter().map(f64::to_string).collect(), times, of_rows })
    }

    /// The same from a column of numbers of a table; fails too where a cell is missing or no number.
    pub fn from_table(table: &Table, column: &str) -> Result<Self> {
        let cells = table.numbers(column)?;
        let missing: Vec<usize> = (0..cells.len()).filter(|&row| cells[row].is_none()).collect();
        match missing.is_empty() {
            true => Periods::from_times(&cells.into_iter().flatten().collect::<Vec<_>>()),
            false => Err(ErrorKind::MissingCells { columns: vec![(column.into(), missing)] }.into()),
        }
    }

    /// The same periods with times in steps of this length: 0.5 where times are years and periods half-years.
    ///
    /// Fails on a step that is not a positive number.
    pub fn with_step(mut self, step: f64) -> Result<Self> {
        if !(step > 0.0 && step.is_finite()) {
            let message = format!("a step in time must be a positive number, got {step}");
            return Err(ErrorKind::Specification { message }.into());
        }
        self.times.iter_mut().for_each(|time| *time /= step);
        Ok(self)
    }

    /// Names of the periods, in order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Times of the periods, in steps, ascending.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The position of each row's period, in the rows' order.
    pub fn of_rows(&self) -> &[u32] {
        &self.of_rows
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.of_rows.len()
    }

    /// The position of the period of this name; fails where there is none.
    pub fn position(&self, label: &str) -> Result<usize> {
        self.labels.iter().position(|known| known == label.trim()).ok_or_else(|| {
            let categories = vec![label.trim().to_string()];
            ErrorKind::UnknownCategory { column: COLUMN.into(), categories, rows: vec![] }.into()
        })
    }

    /// Whether all periods lie whole steps apart: only then a correlation may be negative.
    pub(super) fn whole_steps(&self) -> bool {
        let first = self.times.first().copied().unwrap_or(0.0);
        self.times.iter().all(|time| {
            let steps = time - first;
            (steps - steps.round()).abs() < WHOLE
        })
    }
}

fn refuse_repeated(labels: &[String]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<&String> = labels.iter().filter(|label| !seen.insert(*label)).collect();
    match twice.is_empty() {
        true => Ok(()),
        false => {
            let codes = twice.into_iter().cloned().collect();
            Err(ErrorKind::RepeatedCodes { what: "the periods".into(), codes }.into())
        }
    }
}

fn refuse_unordered(times: &[f64]) -> Result<()> {
    let ascends = |pair: &[f64]| pair[0] < pair[1];
    match times.iter().all(|time| time.is_finite()) && times.windows(2).all(ascends) {
        true => Ok(()),
        false => {
            let message = format!("the times of the periods must be finite and ascend, got {times:?}");
            Err(ErrorKind::Specification { message }.into())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_repeat_and_rows_of_no_period_are_named() {
        let repeated = Periods::in_order(&["a", "b", "a"], &["a"]).unwrap_err();
        assert_eq!(repeated.code(), "repeated-codes");
        let lost = Periods::in_order(&["a", "b"], &["a", "c", "b", "d"]).unwrap_err();
        assert_eq!((lost.code(), lost.rows()), ("unknown-category", &[1, 3][..]));
        assert!(Periods::at_times(&[("a", 1.0), ("b", 1.0)], &["a"]).is_err());
        assert_eq!(Periods::from_times(&[1.0, f64::NAN]).unwrap_err().rows(), [1]);
    }

    #[test]
    fn half_years_become_whole_steps() {
        let periods = Periods::from_times(&[2015.5, 2015.0, 2017.0]).unwrap();
        assert!(!periods.whole_steps());
        let periods = periods.with_step(0.5).unwrap();
        assert!(periods.whole_steps());
        assert_eq!(periods.of_rows(), [1, 0, 2]);
        assert!(periods.clone().with_step(0.0).is_err());
        assert_eq!(periods.position(" 2017 ").unwrap(), 2);
        assert!(periods.position("2018").is_err());
    }
}
