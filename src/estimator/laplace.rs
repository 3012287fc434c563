//! Maximum Laplace likelihood.

use super::{Estimator, Progress};
use crate::error::Result;
use crate::estimate::Options;
use crate::infer::Fit;
use crate::model::Problem;

/// Maximum likelihood by Laplace's approximation; what [`Problem::fit`] does.
///
/// Good where areas have more than a handful of events; the gauge of its fit says how good on this table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Laplace {
    /// Tolerances and caps.
    pub options: Options,
}

impl Estimator for Laplace {
    type Answer = Fit;

    fn name(&self) -> &str {
        "laplace"
    }

    fn estimate_watched(&self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Fit> {
        problem.fit_watched(&self.options, progress)
    }
}
