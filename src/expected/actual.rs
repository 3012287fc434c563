//! What was counted, as far as it was published.

use super::row_sets::RowSets;
use crate::count::Interval;
use crate::error::Result;
use crate::model::Problem;

/// The count of a row, or the sum of several: a number where all of it was published, bounds where some was withheld or
/// rounded. Nothing turns bounds into a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Actual {
    /// The count itself; whole but where a problem was completed by means.
    Observed(f64),
    /// Not observed: between bounds, both included.
    Bounded(Interval),
}

impl Actual {
    /// The count where it was observed.
    pub fn observed(self) -> Option<f64> {
        match self {
            Actual::Observed(count) => Some(count),
            Actual::Bounded(_) => None,
        }
    }

    /// The least it can be.
    pub fn low(self) -> f64 {
        match self {
            Actual::Observed(count) => count,
            Actual::Bounded(bounds) => bounds.lo() as f64,
        }
    }

    /// The most it can be; `None` where it is open above.
    pub fn high(self) -> Option<f64> {
        match self {
            Actual::Observed(count) => Some(count),
            Actual::Bounded(bounds) => bounds.hi().map(|hi| hi as f64),
        }
    }
}

/// Both ends of each row's count along the problem's rows, whether it is known in part only.
#[derive(Debug)]
struct Ends {
    low: Vec<f64>,
    high: Vec<f64>,
    coarse: Vec<bool>,
}

impl Ends {
    fn of(problem: &Problem) -> Self {
        let low = problem.exact_counts();
        let mut ends = Ends { high: low.clone(), coarse: vec![false; low.len()], low };
        for (&at, row) in problem.positions_of_coarse_rows().iter().zip(&problem.coarse) {
            let bounds = row.count.bounds();
            ends.low[at] = bounds.lo() as f64;
            ends.high[at] = bounds.hi().map_or(f64::INFINITY, |hi| hi as f64);
            ends.coarse[at] = true;
        }
        ends
    }

    fn sum(&self, positions: &[u32]) -> Actual {
        let at = || positions.iter().map(|&position| position as usize);
        let (low, high): (f64, f64) =
            at().fold((0.0, 0.0), |(low, high), at| (low + self.low[at], high + self.high[at]));
        if !at().any(|at| self.coarse[at]) {
            return Actual::Observed(low);
        }
        let lo = low.floor() as u64;
        let closed = high.is_finite().then(|| Interval::new(lo, high.ceil() as u64).ok()).flatten();
        Actual::Bounded(closed.unwrap_or(Interval::at_least(lo)))
    }
}

impl Problem {
    /// What was counted in each set of rows.
    ///
    /// Fails where the sets are of another table.
    pub fn actual(&self, over: &RowSets) -> Result<Vec<Actual>> {
        over.refuse_other(self)?;
        let ends = Ends::of(self);
        Ok(over.each().map(|positions| ends.sum(positions)).collect())
    }
}
