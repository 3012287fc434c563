//! Expected counts brought to a total, as a step of its own.

use super::expectation::Expectation;
use super::expected_count::Expected;
use super::fitted::Fitted;
use super::row_sets::RowSets;
use super::sums::Sums;
use crate::error::{ErrorKind, Result};

/// Expected counts multiplied by one factor, so that those of all rows add up to a total.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// The total over the sum of expected counts of all rows.
    pub factor: f64,
    /// The sets, in their order; standard errors are those of a share of the fixed total.
    pub expected: Vec<Expected>,
}

impl Fitted<'_> {
    /// Expected counts of sets of rows, brought to a total of all rows.
    ///
    /// Calibration is never silent: whoever wants it asks, and its factor comes with it. Where every count was observed
    /// the total is `problem.actual(&RowSets::all_rows(&problem))`; where some were withheld it may have been published.
    /// Fails as [`Fitted::expected`] does, and on a total that is no positive number.
    pub fn calibrated(&self, of: &Expectation, over: &RowSets, total: f64) -> Result<Calibrated> {
        over.refuse_other(self.problem())?;
        if !(total > 0.0 && total.is_finite()) {
            let message = format!("expected counts are brought to a total above 0; got {total}");
            return Err(ErrorKind::Specification { message }.into());
        }
        let levels = of.among(&self.levels)?;
        let by_row = self.by_row(&levels);
        let factor = total / by_row.iter().sum::<f64>();
        let expected = Sums::new(self, levels).shares(over.each(), &by_row, total);
        Ok(Calibrated { factor, expected })
    }
}
