//! `augment`: what the fit says of every row of the caller's table.

use crate::count::{Count, CountTable, Interval};
use crate::error::{ErrorKind, Result};
use crate::infer::Fit;
use crate::model::Problem;
use crate::report::{Absence, Cell, Sheet, Values};

impl Fit {
    /// One row for each row of the table that the counts were read from, in its order, whether in the fit or not.
    ///
    /// | column | |
    /// |---|---|
    /// | `.row` | position in the caller's table, from 1 |
    /// | `.count` | the count, where it is known exactly |
    /// | `.count.low`, `.count.high` | what it must lie between, both included; equal where it is exact |
    /// | `.exposure` | the exposure |
    /// | `.fitted` | exposure · exp(x'β + all effects): the expected count given the row's areas, at their modes |
    /// | `.fixed` | exposure · exp(x'β): the expected count of a typical area |
    /// | `.resid` | `.count` − `.fitted`, in counts; empty where the count is withheld or rounded |
    /// | `.resid.low`, `.resid.high` | what the residual must lie between |
    /// | `.excluded` | why the row is not in the fit, empty where it is |
    ///
    /// `.fitted` and `.fixed` are counts; R's `predict` of a generalised model, and with it `.fitted`, is on the scale
    /// of the logarithm unless asked otherwise. [`Sheet::beside`] puts the caller's columns in front.
    ///
    /// Fails where the problem is another one than the fit's, and where the counts are of another table.
    pub fn augment(&self, problem: &Problem, counts: &CountTable) -> Result<Sheet> {
        let fitted = self.fitted(problem)?;
        refuse_other_table(problem, counts)?;
        let mut rows = Rows::of(counts);
        let each = fitted.rows().iter().zip(fitted.conditional()).zip(fitted.fixed_part());
        for ((&row, conditional), &fixed) in each {
            rows.in_fit(row, conditional, fixed);
        }
        Ok(rows.sheet())
    }
}

fn refuse_other_table(problem: &Problem, counts: &CountTable) -> Result<()> {
    if problem.n_read() != counts.n_read() {
        let (expected, found) = (problem.n_read(), counts.n_read());
        return Err(ErrorKind::Length { what: "the table of counts".into(), expected, found }.into());
    }
    match problem.rows().iter().find(|row| counts.rows().binary_search(row).is_err()) {
        None => Ok(()),
        Some(row) => {
            let message = format!(
                "row {} is in the fit but has no count here; give the counts that the problem was made from",
                row + 1
            );
            Err(ErrorKind::Specification { message }.into())
        }
    }
}

struct Rows {
    known: Vec<Known>,
}

/// What is known of one row.
#[derive(Clone, Copy)]
struct Known {
    bounds: Cell<Interval>,
    exposure: Cell<f64>,
    expected: Cell<Expected>,
}

#[derive(Clone, Copy)]
struct Expected {
    fitted: f64,
    fixed: f64,
}

impl Rows {
    fn of(counts: &CountTable) -> Self {
        let nothing = |absence| Known {
            bounds: Cell::Empty(absence),
            exposure: Cell::Empty(absence),
            expected: Cell::Empty(absence),
        };
        let mut known = vec![nothing(Absence::NotInFit); counts.n_read()];
        for exclusion in counts.excluded() {
            known[exclusion.row] = nothing(Absence::Excluded(exclusion.reason));
        }
        for ((&row, count), exposure) in counts.rows().iter().zip(counts.counts()).zip(counts.exposures()) {
            known[row].bounds = Cell::Value(count.bounds());
            known[row].exposure = Cell::Value(exposure.get());
        }
        Rows { known }
    }

    fn in_fit(&mut self, row: usize, fitted: f64, fixed: f64) {
        if let Some(known) = self.known.get_mut(row) {
            known.expected = Cell::Value(Expected { fitted, fixed });
        }
    }

    fn sheet(&self) -> Sheet {
        let numbers = |of: fn(&Known) -> Cell<f64>| Values::numbers(self.known.iter().map(of));
        let wholes = |of: fn(&Known) -> Cell<u64>| Values::wholes(self.known.iter().map(of));
        Sheet::of([
            (".row", Values::wholes(1..=self.known.len() as u64)),
            (".count", wholes(Known::count)),
            (".count.low", wholes(|row| row.bounds.map(Interval::lo))),
            (".count.high", wholes(Known::high)),
            (".exposure", numbers(|row| row.exposure)),
            (".fitted", numbers(|row| row.expected.map(|expected| expected.fitted))),
            (".fixed", numbers(|row| row.expected.map(|expected| expected.fixed))),
            (".resid", numbers(|row| row.residual(row.count()))),
            (".resid.low", numbers(|row| row.residual(row.bounds.map(Interval::lo)))),
            (".resid.high", numbers(|row| row.residual(row.high()))),
            (".excluded", Values::text(self.known.iter().map(Known::excluded))),
        ])
    }
}

impl Known {
    fn count(&self) -> Cell<u64> {
        match self.bounds {
            Cell::Empty(absence) => Cell::Empty(absence),
            Cell::Value(bounds) => match Count::from(bounds) {
                Count::Exact(count) => Cell::Value(count),
                _ => Cell::Empty(Absence::KnownInPart),
            },
        }
    }

    fn high(&self) -> Cell<u64> {
        match self.bounds {
            Cell::Empty(absence) => Cell::Empty(absence),
            Cell::Value(bounds) => bounds.hi().map_or(Cell::Empty(Absence::Unbounded), Cell::Value),
        }
    }

    fn residual(&self, count: Cell<u64>) -> Cell<f64> {
        match (self.expected, count) {
            (Cell::Value(expected), Cell::Value(count)) => Cell::computed(count as f64 - expected.fitted),
            (Cell::Empty(absence), _) | (_, Cell::Empty(absence)) => Cell::Empty(absence),
        }
    }

    fn excluded(&self) -> Cell<String> {
        match self.expected {
            Cell::Value(_) => Cell::Empty(Absence::NotApplicable),
            Cell::Empty(absence) => Cell::Value(absence.words(crate::report::Language::English).into()),
        }
    }
}
